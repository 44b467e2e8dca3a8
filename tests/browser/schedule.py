"""What the tests of the schedule as a grid share."""

from django.urls import reverse

from seminars.models import Department, Weekday
from seminars.times import today
from tests.browser.signing_in import sign_in
from tests.factories import make_organiser, make_series


def make_weekly_series():
    """ASSET, on Wednesdays at noon, in an academic year that begins this month."""
    Department.objects.create(pk=1, name="Statistics", year_begins_in=today().month)
    return make_series(slug="asset", short_name="ASSET", default_weekday=Weekday.WEDNESDAY, default_start="12:00")


def opened(page, series, query=""):
    page.cell = lambda talk, column: page.locator(f"#{row_of(talk)} .cell-{column} :is(input, select, textarea)").first
    page.told = page.locator("#pasted").get_by_role("status")
    page.at = lambda: page.evaluate("document.activeElement.name")
    page.values = lambda column: page.locator(f"tbody tr[data-day] .cell-{column} input:not(.unseen)").evaluate_all(
        "cells => cells.map(cell => cell.value)"
    )
    sign_in(page, make_organiser(series))
    page.visit(reverse("admin:schedule") + query)
    return page


def row_of(talk):
    return talk if isinstance(talk, str) else f"talk-{talk.pk}"


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
