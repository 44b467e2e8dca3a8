"""Past talks under their academic years on the page of a series."""

import html
import re
from datetime import timedelta

import pytest

from seminars.models import Department
from tests.factories import in_new_york, make_room, make_series, make_talk
from tests.pages import main, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def talk_on(*day, **fields):
    start = in_new_york(*day, 12)
    return make_talk(starts_at=start, ends_at=start + timedelta(hours=1), **fields)


def years(client, thing):
    """Each year that the page leads to, with its number of talks and the address."""
    found = re.search(r'<nav class="letters".*?</nav>|$', main(client.get(thing.get_absolute_url())), re.S)[0]
    return [(words(link), html.unescape(href)) for href, link in re.findall(r'<a href="([^"]+)".*?>(.*?)</a>', found)]


def test_past_talks_of_a_series_stand_under_their_years(client, series):
    for title, day in {"Ahead": (2025, 11, 5), "Autumn": (2025, 9, 1), "July": (2025, 7, 31)}.items():
        talk_on(*day, title=title, series=series)

    page = client.get(series.get_absolute_url())

    assert titles(page) == ["Ahead", "Autumn", "July"]
    assert re.search("Ahead .* Past 2 .* 2025–26 .* Autumn .* 2024–25 .* July", words(main(page)))
    assert re.findall(r"<h3>(.*?)</h3>", main(page)) == ["2025–26", "2024–25"]


def test_each_year_leads_to_the_talks_of_the_series_in_it(client, series):
    talk_on(2025, 11, 5, series=series)
    talk_on(2025, 9, 1, series=series)
    for day in (1, 2):
        talk_on(2023, 10, day, series=series, title=f"{day} October")
    talk_on(2023, 10, 3, title="Another's")

    found = years(client, series)

    assert found == [
        ("2025–26 1 talk1", "/archive/2025-26/?series=asset"), ("2023–24 2 talks2", "/archive/2023-24/?series=asset"),
    ]  # fmt: skip
    assert titles(client.get(found[1][1])) == ["2 October", "1 October"]


def test_an_unlisted_series_leads_to_its_own_years_too(client):
    quiet = make_series(slug="quiet", is_listed=False)
    for year in (2023, 2024):
        talk_on(year, 10, 1, series=quiet, title=f"Quiet {year}")

    (_words, address), _other = years(client, quiet)

    assert titles(client.get(address)) == ["Quiet 2024"]


def test_years_begin_when_the_department_says(client, series):
    Department.objects.create(pk=1, year_begins_in=1)
    talk_on(2025, 7, 31, series=series), talk_on(2024, 12, 31, series=series)

    assert [said for said, _address in years(client, series)] == ["2025 1 talk1", "2024 1 talk1"]


def test_talks_of_a_single_year_need_no_headings(client, series):
    talk_on(2025, 9, 1, series=series)

    assert years(client, series) == []
    assert "2025–26" not in words(main(client.get(series.get_absolute_url())))


def test_the_years_of_a_later_page_go_on_where_the_first_ended(client, series):
    for number in range(70):
        talk_on(2025 - number // 28, 5, 1 + number % 28, series=series)

    pages = [main(client.get(f"{series.get_absolute_url()}?page={number}")) for number in (1, 2)]

    assert [re.findall(r"<h3>(.*?)</h3>", page) for page in pages] == [["2024–25", "2023–24", "2022–23"], ["2022–23"]]


def test_a_room_lists_its_past_talks_without_years(client):
    room = make_room()
    talk_on(2025, 9, 1, room=room), talk_on(2023, 9, 1, room=room)

    assert years(client, room) == []
