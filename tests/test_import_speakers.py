"""Who speaks, where the headline and the first line of the description tell it together."""

import pytest

from seminars.importing import ImportOptions, plan_content
from tests.factories import make_series
from tests.imports import calendar, event

pytestmark = pytest.mark.django_db


def planned(summary, description):
    """Speakers, title and questions of one event."""
    make_series(slug="engine", short_name="ENGINE", name="Engine Seminar")
    content = calendar(event(SUMMARY=summary, DESCRIPTION=description))
    plan = plan_content(content, ImportOptions("engine"), name="talks.ics")
    [one] = plan.talks
    people = [(speaking.speaker.name, speaking.affiliation) for speaking in one.people or ()]
    return people, one.talk.title, [doubt.key for doubt in plan.doubts]


@pytest.mark.parametrize(
    ("summary", "description", "affiliation"),
    [
        ("On engines - Bo Reed", "Bo Reed (Larkfield)\\n\\nWe weave.", "Larkfield"),
        ("Engine Seminar: Bo Reed – On engines", "Bo Reed\\, Larkfield University\\nOn engines\\nWe weave.",
         "Larkfield University"),
        ("Engine Seminar: Bo Reed — On engines", "Bo Reed\\n\\nWe weave.", ""),
    ],
)  # fmt: skip
def test_a_headline_and_the_line_that_repeats_its_name_leave_no_question(summary, description, affiliation):
    assert planned(summary, description) == ([("Bo Reed", affiliation)], "On engines", [])


def test_another_name_in_the_first_line_leaves_the_question():
    people, _title, questions = planned("On engines - Bo Reed", "Ana Ruiz (Turin)\\n\\nWe weave.")

    assert (people, questions) == ([("Bo Reed", "")], ["reading:title - name or title"])


def test_who_presents_a_talk_speaks():
    told = planned("Engine Seminar: On engines", "Presented by Bo Reed. Recording: https://example.org/1")

    assert told == ([("Bo Reed", "")], "On engines", [])


@pytest.mark.parametrize(
    ("others", "speakers"),
    [
        (["On the engines - Bo Reed", "On the looms - Ana Ruiz"], ["Kim Lee", "Jo Moss"]),
        (["Bo Reed - On the engines", "Ana Ruiz - On the looms"], ["Magic Lantern"]),
        ([], ["Magic Lantern"]),
    ],
)
def test_a_headline_that_may_be_in_either_order_is_read_in_that_of_the_others(others, speakers):
    make_series(slug="engine")
    titles = [*others, "Magic Lantern - Kim Lee and Jo Moss"]
    days = [f"202403{11 + number}" for number in range(len(titles))]
    events = [
        event(UID=day, SUMMARY=title, DTSTART=f"{day}T160000Z", DTEND=f"{day}T170000Z")
        for day, title in zip(days, titles, strict=True)
    ]

    plan = plan_content(calendar(*events), ImportOptions("engine"), name="talks.ics")

    assert [speaking.speaker.name for speaking in plan.talks[-1].people] == speakers
    assert "reading:name - title or title - name or title" in [doubt.key for doubt in plan.doubts]
