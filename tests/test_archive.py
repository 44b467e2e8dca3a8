"""The archive: past talks by academic year."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from seminars import listings
from seminars.models import Department, State, Talk
from seminars.selectors import filter_choices
from seminars.times import AcademicYear
from tests.factories import in_new_york, make_draft, make_room, make_series, make_talk
from tests.pages import main, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


ZOOM = "https://example.zoom.us/j/910"


def talk_on(*day, make=make_talk, **fields):
    start = in_new_york(*day, 12)
    return make(starts_at=start, ends_at=start + timedelta(hours=1), **fields)


def test_the_archive_counts_the_talks_of_each_academic_year():
    for day in ((2023, 8, 1), (2025, 7, 31), (2025, 8, 1), (2025, 10, 1)):
        talk_on(*day)

    assert list(Talk.objects.per_academic_year(8).items()) == [
        (AcademicYear(2025, 8), 2), (AcademicYear(2024, 8), 1), (AcademicYear(2023, 8), 1),
    ]  # fmt: skip


def test_a_talk_late_in_july_belongs_to_july_even_if_it_is_august_in_utc():
    start = in_new_york(2025, 7, 31, 22)
    make_talk(starts_at=start, ends_at=start + timedelta(hours=1))

    assert list(Talk.objects.per_academic_year(8)) == [AcademicYear(2024, 8)]


def test_the_index_lists_years_with_their_counts(client):
    talk_on(2025, 9, 1)
    talk_on(2025, 10, 1)
    talk_on(2024, 10, 1)
    talk_on(2025, 11, 12)

    assert words(main(client.get("/archive/"))) == "Archive Recordings and slides 2025–26 2 talks 2024–25 1 talk"


def test_a_year_lists_its_past_talks_latest_first(client):
    talk_on(2025, 9, 1, title="September")
    talk_on(2025, 10, 1, title="October")
    talk_on(2025, 7, 31, title="Last year's")
    talk_on(2025, 11, 12, title="Ahead")
    talk_on(2025, 10, 2, title="Cancelled one", state=State.CANCELLED)
    talk_on(2025, 10, 3, title="Draft", make=make_draft)
    talk_on(2025, 10, 4, title="Unlisted", series=make_series(is_listed=False))

    assert titles(client.get("/archive/2025-26/")) == ["October", "September"]
    assert "October 2025" in words(main(client.get("/archive/2025-26/")))


def test_a_department_may_count_by_calendar_years(client):
    Department.objects.create(pk=1, year_begins_in=1)
    talk_on(2025, 2, 1)

    assert words(main(client.get("/archive/"))) == "Archive Recordings and slides 2025 1 talk"
    assert len(titles(client.get("/archive/2025/"))) == 1


@pytest.mark.parametrize("year", ["2025-27", "nonsense", "2025", "0000-01"])
def test_an_invalid_academic_year_is_not_found(client, year):
    assert client.get(f"/archive/{year}/").status_code == 404


def test_a_year_can_be_narrowed_to_a_series_and_a_way_to_attend(client):
    algebra, logic = make_series(slug="algebra"), make_series(slug="logic")
    talk_on(2025, 9, 1, title="Rings", series=algebra, room=make_room(), join_url=ZOOM)
    talk_on(2025, 9, 2, title="Fields", series=algebra, join_url=ZOOM)
    talk_on(2025, 9, 3, title="Models", series=logic, room=make_room())

    assert titles(client.get("/archive/2025-26/?series=algebra&mode=in-person")) == ["Rings"]


def test_the_filters_of_a_year_stay_on_its_page(client):
    talk_on(2025, 9, 1, series=make_series(slug="algebra"))
    talk_on(2025, 9, 2, series=make_series(slug="logic"))

    page = client.get("/archive/2025-26/?series=algebra").content.decode()

    assert re.findall(r'<form method="get" action="([^"]*)" role="search" aria-label="Filters"', page) == [
        "/archive/2025-26/"
    ]
    assert '<a class="chip" href="/archive/2025-26/" rel="nofollow">' in page


def test_a_year_with_more_talks_than_are_read_has_the_same_pages(client, monkeypatch):
    for number in range(62):
        talk_on(2025, 9 + number % 2, 1 + number // 2 % 30, title=f"Looms {number}.", speakers=["Ada Lovelace"])

    def shown():
        return [client.get(f"/archive/2025-26/?page={number}").content.decode() for number in (1, 2, 9)]

    read = shown()
    cache.clear()
    monkeypatch.setattr(listings, "MOST_KEYS", 2)
    monkeypatch.setattr(filter_choices, "MOST_KEYS", 2)

    assert shown() == read
    cache.clear()
    monkeypatch.setattr(filter_choices, "MANY_TALKS", 61)
    assert [">Ada Lovelace</option>" in page for page in shown()] == [False] * 3
    chosen = client.get("/archive/2025-26/?speaker=ada-lovelace").content.decode()
    assert '<option value="ada-lovelace" selected>Ada Lovelace</option>' in chosen
    assert ["Looms 0." in page for page in read] == [False, True, True]
    assert all(">Ada Lovelace</option>" in page for page in read)


def test_a_year_offers_only_what_its_own_talks_have(client):
    talk_on(2025, 9, 1, series=make_series(slug="algebra"))
    talk_on(2025, 9, 2, series=make_series(slug="logic"))
    talk_on(2024, 9, 2, series=make_series(slug="topology"))

    page = client.get("/archive/2025-26/").content.decode()

    assert sorted(re.findall(r'data-series="([^"]*)"', page)) == ["algebra", "logic"]


def test_search_engines_list_a_year_but_not_its_filtered_forms(client):
    talk_on(2025, 9, 1, series=make_series(slug="algebra"))
    noindex = '<meta name="robots" content="noindex, follow">'

    assert noindex not in client.get("/archive/2025-26/").content.decode()
    assert noindex in client.get("/archive/2025-26/?series=algebra").content.decode()


def test_a_filter_of_a_year_that_names_nothing_is_not_found(client):
    talk_on(2025, 9, 1)

    assert client.get("/archive/2025-26/?series=nonsense").status_code == 404


def test_a_year_without_matches_says_so(client):
    make_series(slug="algebra")
    talk_on(2025, 9, 1)

    assert "No talks match these filters." in words(main(client.get("/archive/2025-26/?series=algebra")))


def neighbours(client, address):
    """What the page links to beside its year."""
    return re.findall(r'<a rel="(prev|next)" href="([^"]*)">([^<]*)</a>', main(client.get(address)))


def test_a_year_without_talks_says_so_and_leads_to_the_nearest_years_with_talks(client):
    talk_on(2020, 10, 1)
    talk_on(2024, 10, 1)

    page = client.get("/archive/2022-23/")

    assert page.status_code == 200
    assert "No talks took place in this academic year." in words(main(page))
    assert neighbours(client, "/archive/2022-23/") == [
        ("prev", "/archive/2020-21/", "2020–21"), ("next", "/archive/2024-25/", "2024–25"),
    ]  # fmt: skip


def test_years_lead_to_each_other_with_their_filters(client):
    algebra = make_series(slug="algebra")
    for year in (2022, 2023, 2024):
        talk_on(year, 10, 1, series=algebra if year != 2023 else make_series(slug="logic"))

    assert neighbours(client, "/archive/2022-23/") == [("next", "/archive/2023-24/", "2023–24")]
    assert neighbours(client, "/archive/2022-23/?series=algebra") == [
        ("next", "/archive/2024-25/?series=algebra", "2024–25")
    ]


def test_the_present_year_is_there_before_its_first_talk(client):
    talk_on(2025, 11, 20)

    page = words(main(client.get("/archive/2025-26/")))

    assert "No talks have taken place in this academic year yet." in page


@pytest.mark.parametrize("year", ["2019-20", "2026-27", "1950-51", "2199-00"])
def test_years_before_the_first_talk_and_in_the_future_are_not_found(client, year):
    talk_on(2020, 10, 1)
    talk_on(2027, 10, 1)

    assert client.get(f"/archive/{year}/").status_code == 404


def test_search_engines_are_not_led_to_a_year_without_talks(client):
    talk_on(2020, 10, 1)
    talk_on(2024, 10, 1)

    assert '<meta name="robots" content="noindex, follow">' in client.get("/archive/2022-23/").text
    assert "/archive/2022-23/" not in client.get("/sitemap.xml").text
    assert "/archive/2020-21/" in client.get("/sitemap.xml").text
