"""Into which series an import puts talks, and which series it makes."""

import pytest

from seminars.importing import ImportOptions, Outcome, apply_plan, plan_content
from seminars.models import Series, Talk
from tests.factories import make_series
from tests.import_plans import planned, talk_on
from tests.imports import calendar
from tests.spreadsheets import csv_of

pytestmark = pytest.mark.django_db

CALLED_CARDS = ("X-WR-CALNAME:Cards Seminar",)


def plan_without_a_series(*events, head=CALLED_CARDS):
    return plan_content(calendar(*events, head=head), ImportOptions(), name="talks.ics")


def test_a_calendar_called_like_the_label_of_its_events_makes_one_series():
    titles = ("Cards Seminar: On cards", "Cards Seminar: On packs", "On looms")

    apply_plan(plan_without_a_series(*(talk_on(day, SUMMARY=title) for day, title in enumerate(titles, start=1))))

    assert [(one.name, one.talks.count()) for one in Series.objects.all()] == [("Cards Seminar", 3)]


def test_a_calendar_called_like_a_known_series_proposes_that_one():
    series = make_series(name="Cards Seminar")

    plan = plan_without_a_series(talk_on(1))
    apply_plan(plan)

    assert plan.doubts[0].chosen == series.slug
    assert Talk.objects.get().series == series


@pytest.mark.parametrize(
    ("is_listed", "remarks"),
    [(True, ["it names the series “Cards Seminar”, but is imported into ENGINE"]), (False, [])],
)
def test_an_event_that_names_another_series_than_the_chosen_one_says_so(is_listed, remarks):
    make_series(name="Cards Seminar", is_listed=is_listed)
    chosen = make_series(slug="engine", short_name="ENGINE", name="Engines")

    plan = planned(talk_on(1, SUMMARY="Cards Seminar: On cards"), homes=frozenset({chosen.pk}))

    assert plan.rows[0].remarks == remarks


# --- rows that name a series which is not here ---

ROWS = [
    ["Series", "Date", "Start", "Title"],
    ["ENGINE", "2030-03-06", "12:00", "On engines"],
    ["Topology", "2030-03-07", "12:00", "On knots"],
    ["topology", "2030-03-08", "12:00", "On braids"],
]
TOPOLOGY = "series-named:topology"


def plan_of_rows(series="engine", **choices):
    return plan_content(csv_of(ROWS), ImportOptions(series=series, choices=choices), name="talks.csv")


def homes():
    return {talk.title: talk.series.short_name for talk in Talk.objects.select_related("series")}


def test_a_row_that_names_a_series_which_is_not_here_is_a_question():
    make_series(slug="engine", short_name="ENGINE", name="Engines")
    make_series(slug="cards", short_name="CARDS", name="Cards")

    [doubt] = plan_of_rows().doubts

    assert (doubt.key, doubt.examples, doubt.number) == (TOPOLOGY, ["On knots", "On braids"], 2)
    assert [value for value, _label in doubt.options] == ["engine", "cards", "leave-out"]


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, {"On engines": "ENGINE", "On knots": "ENGINE", "On braids": "ENGINE"}),
        ({TOPOLOGY: "cards"}, {"On engines": "ENGINE", "On knots": "CARDS", "On braids": "CARDS"}),
        ({TOPOLOGY: "leave-out"}, {"On engines": "ENGINE"}),
    ],
)
def test_rows_of_a_series_which_is_not_here_go_where_somebody_chooses(choices, expected):
    make_series(slug="engine", short_name="ENGINE", name="Engines")
    make_series(slug="cards", short_name="CARDS", name="Cards")

    apply_plan(plan_of_rows(**choices))

    assert homes() == expected


def test_rows_that_are_left_out_say_why():
    make_series(slug="engine", short_name="ENGINE", name="Engines")

    plan = plan_of_rows(**{TOPOLOGY: "leave-out"})

    assert [(row.name, row.remarks) for row in plan.rows if row.outcome == Outcome.REFUSED] == [
        ("On knots", ["You chose to leave out the talks of “Topology”."]),
        ("On braids", ["You chose to leave out the talks of “topology”."]),
    ]


def test_rows_for_a_new_series_are_asked_about_where_they_name_another_one():
    plan = plan_of_rows(series="braids", **{"series-name": "Engine Seminar"})

    keys = [doubt.key for doubt in plan.doubts]

    assert keys == ["series-name", TOPOLOGY]
