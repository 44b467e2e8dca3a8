"""The statistics: talks and speakers by year or term, and by series, kind or affiliation."""

import csv
import io
from datetime import timedelta

import pytest

from seminars.admin.report import NUMBERS
from seminars.models import Department, Role, State, Talk
from seminars.selectors.statistics import By, Rows, statistics

from .admin_forms import signed_in
from .factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)


@pytest.fixture
def asset():
    return make_series(name="ASSET", slug="asset")


@pytest.fixture
def logic():
    return make_series(name="Logic", slug="logic")


def talk_on(*day, series, speakers=(), **fields):
    start = in_new_york(*day, 12)
    return make_talk(series=series, starts_at=start, ends_at=start.replace(hour=13), speakers=speakers, **fields)


def counts(by=By.YEAR, rows=Rows.SERIES):
    """Period, what was counted, talks, speakers, from outside, from here, not specified."""
    return [
        (one.period.slug, count.of or "All", count.talks, *map(len, people))
        for one in statistics(Talk.objects.all(), 8, by, rows)
        for count in (*one.rows, one.total)
        for people in [(count.speakers, count.external, count.internal, count.unspecified)]
    ]


def numbers(*names, by=By.YEAR, rows=Rows.SERIES):
    """Period, what was counted, and these numbers."""
    places = [NUMBERS.index(name) for name in names]
    return [
        (one.period.slug, count.of or "All", *(count.numbers[place] for place in places))
        for one in statistics(Talk.objects.all(), 8, by, rows)
        for count in (*one.rows, one.total)
    ]


def test_talks_are_counted_by_series_in_the_year_of_their_start(asset, logic):
    talk_on(2026, 7, 31, series=asset)
    talk_on(2026, 8, 1, series=asset)
    talk_on(2026, 9, 1, series=asset)
    talk_on(2026, 9, 2, series=logic)

    assert counts() == [
        ("2026-27", "ASSET", 2, 0, 0, 0, 0),
        ("2026-27", "Logic", 1, 0, 0, 0, 0),
        ("2026-27", "All", 3, 0, 0, 0, 0),
        ("2025-26", "ASSET", 1, 0, 0, 0, 0),
        ("2025-26", "All", 1, 0, 0, 0, 0),
    ]


def test_a_person_counts_once_in_each_column(asset, logic):
    ada, bo, cy = make_speaker(name="Ada"), make_speaker(name="Bo"), make_speaker(name="Cy")
    for number, (series, people) in enumerate([(asset, [ada, bo]), (asset, [ada]), (logic, [ada, cy])], start=1):
        talk = talk_on(2026, 9, number, series=series, speakers=people)
        talk.appearances.filter(speaker=ada).update(is_external=True)
        talk.appearances.filter(speaker=bo).update(is_external=False)

    assert counts() == [
        ("2026-27", "ASSET", 2, 2, 1, 1, 0),
        ("2026-27", "Logic", 1, 2, 1, 0, 1),
        ("2026-27", "All", 3, 3, 1, 1, 1),
    ]


def test_those_who_do_not_speak_do_not_count(asset):
    talk = talk_on(2026, 9, 1, series=asset, speakers=[make_speaker(name="Ada")])
    talk.appearances.update(role=Role.MODERATOR)

    assert counts() == [("2026-27", "ASSET", 1, 0, 0, 0, 0), ("2026-27", "All", 1, 0, 0, 0, 0)]


def test_a_joint_talk_counts_once(asset, logic):
    talk_on(2026, 9, 1, series=asset, also_in=[logic])

    assert counts() == [("2026-27", "ASSET", 1, 0, 0, 0, 0), ("2026-27", "All", 1, 0, 0, 0, 0)]


@pytest.mark.parametrize("state", [State.CANCELLED, State.POSTPONED])
def test_what_does_not_go_ahead_does_not_count(asset, state):
    talk_on(2026, 9, 1, series=asset, state=state)
    make_draft(series=asset)

    assert counts() == []


def test_the_queries_do_not_grow_with_the_talks(asset, django_assert_num_queries):
    for day in range(1, 20):
        talk_on(2026, 9, day, series=asset, speakers=[make_speaker(name=f"Ada {day}")])

    with django_assert_num_queries(3):
        counts()


def test_a_person_is_new_in_the_period_in_which_they_speak_first(asset, logic):
    ada, bo = make_speaker(name="Ada"), make_speaker(name="Bo")
    talk_on(2025, 9, 1, series=asset, speakers=[ada])
    talk_on(2026, 9, 1, series=logic, speakers=[ada, bo])
    talk_on(2026, 9, 8, series=asset, speakers=[bo])

    assert numbers("new", "returning") == [
        ("2026-27", "ASSET", 1, 0),
        ("2026-27", "Logic", 1, 1),
        ("2026-27", "All", 1, 1),
        ("2025-26", "ASSET", 1, 0),
        ("2025-26", "All", 1, 0),
    ]


def test_talks_are_counted_by_how_people_attend_and_whether_there_is_a_recording(asset):
    link = "https://example.org/meet"
    talk_on(2026, 9, 1, series=asset, room=make_room())
    talk_on(2026, 9, 2, series=asset, join_url=link, recording_url="https://example.org/film")
    talk_on(2026, 9, 3, series=asset, room=make_room(), join_url=link)
    talk_on(2026, 9, 4, series=asset)

    assert numbers("talks", "in_person", "online", "hybrid", "recorded")[-1] == ("2026-27", "All", 4, 1, 1, 1, 1)


def test_a_workshop_with_only_a_link_is_not_counted_as_online(asset):
    link = "https://example.org/meet"
    start = in_new_york(2026, 9, 1, 12)
    make_talk(series=asset, starts_at=start, ends_at=start + timedelta(days=2), join_url=link)
    talk_on(2026, 9, 8, series=asset, join_url=link)

    assert numbers("talks", "online")[-1] == ("2026-27", "All", 2, 1)


def test_talks_are_counted_by_term(asset):
    talk_on(2026, 9, 1, series=asset)
    talk_on(2027, 2, 1, series=asset)

    assert numbers("talks", by=By.TERM) == [
        ("2027-01", "ASSET", 1), ("2027-01", "All", 1), ("2026-08", "ASSET", 1), ("2026-08", "All", 1)
    ]  # fmt: skip


def test_talks_are_counted_by_kind_and_by_affiliation(asset):
    ada = make_speaker(name="Ada", affiliation="London")
    talk_on(2026, 9, 1, series=asset, kind="Defence", speakers=[ada, make_speaker(name="Bo", affiliation="Zürich")])
    talk_on(2026, 9, 2, series=asset, speakers=[ada])

    assert numbers("talks", "speakers", rows=Rows.KIND)[:2] == [
        ("2026-27", "Defence", 1, 2), ("2026-27", asset.kind, 1, 1)
    ]  # fmt: skip
    assert numbers("talks", rows=Rows.AFFILIATION) == [
        ("2026-27", "London", 2), ("2026-27", "Zürich", 1), ("2026-27", "All", 2)
    ]  # fmt: skip


def test_the_page_and_the_table_say_the_same(asset):
    Department.objects.update_or_create(pk=1, defaults={"year_begins_in": 8})
    talk_on(2026, 9, 1, series=asset, speakers=[make_speaker(name="Ada")])
    desk = signed_in(make_administrator())

    page = desk.get("/admin/report/").content.decode()
    table = desk.get("/admin/report/?format=csv")

    assert page.count('<td class="number">1</td>') == 8
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")))) == [
        ["year", "series", "talks", "speakers", "new", "returning", "external", "internal", "unspecified",
         "in_person", "online", "hybrid", "recorded"],
        ["2026-27", "ASSET", "1", "1", "1", "0", "0", "0", "1", "0", "0", "0", "0"],
        ["2026-27", "", "1", "1", "1", "0", "0", "0", "1", "0", "0", "0", "0"],
    ]  # fmt: skip


def test_the_choices_of_the_page_hold_for_its_table(asset):
    talk_on(2026, 9, 1, series=asset)
    page = signed_in(make_administrator()).get("/admin/report/?by=term&rows=kind")

    assert page.text.count("selected") == 2
    assert 'href="?by=term&amp;rows=kind&amp;format=csv"' in page.text
    table = signed_in(make_administrator()).get("/admin/report/?by=term&rows=kind&format=csv").text
    assert table.splitlines()[1].startswith(f"2026-08,{asset.kind},1,")


def test_a_name_that_looks_like_a_formula_stays_text(asset):
    talk_on(2026, 9, 1, series=make_series(name="=1+1", slug="sum"))

    table = signed_in(make_administrator()).get("/admin/report/?format=csv").content.decode()

    assert "2026-27,'=1+1,1" in table


def test_without_talks_the_page_says_so():
    page = signed_in(make_administrator()).get("/admin/report/").content.decode()

    assert "There are no public talks yet." in page


def test_organisers_see_the_statistics_of_their_own_series_alone(asset, logic):
    talk_on(2026, 9, 1, series=asset)
    talk_on(2026, 9, 2, series=logic, also_in=[asset])

    table = signed_in(make_organiser(asset)).get("/admin/report/?format=csv").text

    assert [line.split(",")[1:3] for line in table.splitlines()[1:]] == [["ASSET", "1"], ["", "1"]]
