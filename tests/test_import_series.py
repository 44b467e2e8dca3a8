"""Into which series an import puts talks, and which series it makes."""

import pytest

from seminars.importing import ImportOptions, apply_plan, plan_content
from seminars.models import Series, Talk
from tests.factories import make_series
from tests.import_plans import planned, talk_on
from tests.imports import calendar

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
