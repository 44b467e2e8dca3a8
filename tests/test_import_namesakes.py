"""Import several people who have one name: nobody becomes one person with another without a question."""

import pytest

from seminars.importing import ImportOptions, apply_plan, plan_content
from seminars.models import Speaker, Talk
from tests.factories import make_series
from tests.spreadsheets import csv_of

pytestmark = pytest.mark.django_db

NAMESAKES = csv_of([
    ["Date", "Time", "Title", "Speaker", "Affiliation"],
    ["2026-11-05", "15:30", "On engines", "Ada Lovelace", "London"],
    ["2026-11-12", "15:30", "On looms", "Ada Lovelace", "Turin"],
    ["2026-11-19", "15:30", "On cards", "Ada Lovelace", "Turin, Italy"],
])  # fmt: skip


def test_new_people_of_one_name_with_different_affiliations_are_a_question():
    make_series(slug="engine")

    plan = plan_content(NAMESAKES, ImportOptions("engine"), name="talks.csv")

    doubt = next(doubt for doubt in plan.doubts if doubt.key == "person:ada lovelace (turin)")
    assert (doubt.question, doubt.chosen, [label for _value, label in doubt.options]) == (
        "Who is “Ada Lovelace (Turin)”?", "ada lovelace (london)",
        ["Ada Lovelace (London)", "a new person, Ada Lovelace (Turin)"],
    )  # fmt: skip


def test_new_people_of_one_name_are_two_where_somebody_says_so():
    make_series(slug="engine")
    choices = {"person:ada lovelace (turin)": "new"}

    apply_plan(plan_content(NAMESAKES, ImportOptions("engine", choices=choices), name="talks.csv"))

    assert sorted(map(str, Speaker.objects.values_list("affiliation", flat=True))) == ["London", "Turin"]
    assert [talk.speakers[0].speaker.affiliation for talk in Talk.objects.for_pages().order_by("starts_at")] == [
        "London", "Turin", "Turin",
    ]  # fmt: skip
