"""Reading the lines of a calendar: texts that were not folded, encodings, and which version of an event counts."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from seminars.importing.sources import ical_lines
from seminars.importing.sources.calendar import parse_calendar
from seminars.models import State
from tests.imports import calendar, event


def read(*lines, **replaced):
    """The one event of a calendar, with further lines at its end."""
    [found] = parse_calendar(calendar([*event(**replaced)[:-1], *lines, "END:VEVENT"])).events
    return found


# --- texts that were not folded ---


def test_lines_that_are_not_folded_belong_to_the_text_before_them():
    found = read("DESCRIPTION:We speak of engines.", "They turn.", "", "All of them.", "STATUS:TENTATIVE")

    assert (found.abstract, found.state) == (
        "We speak of engines.\nThey turn.\n\nAll of them.", State.TENTATIVE
    )  # fmt: skip
    assert found.remarks == ("lines 10 to 12 are not folded and were read as part of DESCRIPTION",)


@pytest.mark.parametrize(
    "line",
    ["Location: the old hall", "Status: cancelled", "Contact: the office", "Geo:a short one", "location:there",
     "LOCATION: the old hall", "Q: why?", "Begin: noon", "End: one", "https://example.edu/a.pdf", "Note the time"],
)  # fmt: skip
def test_a_line_of_a_text_that_looks_like_a_property_overrides_none(line):
    found = read("DESCRIPTION:Looms.", line, "STATUS:CONFIRMED")

    assert found.abstract.split() == f"Looms. {line}".split()
    assert (found.location, found.state, found.summary) == (
        "Babbage Hall, Room 12", State.CONFIRMED, "ENGINE Seminar: On engines"
    )  # fmt: skip


@pytest.mark.parametrize("line", ["STATUS: cancelled", "URL: see below", "SEQUENCE:two", "PROOF:by induction"])
def test_after_such_a_line_a_property_must_be_possible(line):
    found = read("DESCRIPTION:Looms.", "They turn.", line)

    assert (found.abstract, found.state, found.address) == (f"Looms.\nThey turn.\n{line}", State.CONFIRMED, "")


def test_a_program_may_write_a_space_after_every_colon_and_names_in_small_letters():
    spaced = [line.replace(":", ": ", 1) for line in event(DESCRIPTION="Looms.", STATUS="TENTATIVE")[1:-1]]
    small = [line.replace(name := line.split(":")[0].split(";")[0], name.lower()) for line in event(STATUS="TENTATIVE")]

    [first] = parse_calendar(calendar(["BEGIN:VEVENT", *spaced, "END:VEVENT"])).events
    [second] = parse_calendar(calendar(small)).events

    assert (first.abstract, first.state, first.location) == ("Looms.", State.TENTATIVE, "Babbage Hall, Room 12")
    assert (second.uid, second.state, second.location) == ("1@example.edu", State.TENTATIVE, "Babbage Hall, Room 12")


# --- encodings ---


@pytest.mark.parametrize(
    ("lines", "abstract"),
    [
        (["DESCRIPTION;ENCODING=QUOTED-PRINTABLE:=C3=9Cber=0D=0AMa=", "schinen"], "Über\nMaschinen"),
        (["DESCRIPTION;QUOTED-PRINTABLE:Looms =", " turn"], "Looms  turn"),
        (["DESCRIPTION;CHARSET=ISO-8859-2;ENCODING=QUOTED-PRINTABLE:=A3=F3d=BC"], "Łódź"),
        (["DESCRIPTION;CHARSET=NO-SUCH;ENCODING=QUOTED-PRINTABLE:=DCber"], "Über"),
        (["DESCRIPTION;ENCODING=QUOTED-PRINTABLE:Looms="], "Looms"),
    ],
)
def test_quoted_printable_is_decoded(lines, abstract):
    assert read(*lines).abstract == abstract


@pytest.mark.parametrize(
    ("written", "abstract"),
    [
        (r"We weave.\\n\\nThen we knit\\, twice.", "We weave.\n\nThen we knit, twice."),
        (r"We weave.\n\\nabla is a sign.", "We weave.\n\\nabla is a sign."),
        (r"Let $\\nabla u = \\nu$ and $x\\,y$.", r"Let $\nabla u = \nu$ and $x\,y$."),
        (r"First.\\nsecond.\\n\\nLet $\\nu > 0$.", "First.\nsecond.\n\nLet $\\nu > 0$."),
    ],
)
def test_what_was_escaped_twice_is_read_and_tex_stays(written, abstract):
    assert read(f"DESCRIPTION:{written}").abstract == abstract


def test_a_place_whose_commas_were_escaped_twice_has_commas():
    assert read(LOCATION=r"Room 12\\, Babbage Hall").location == "Room 12, Babbage Hall"


# --- versions ---


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"SEQUENCE": "1"}, {"SEQUENCE": "2"}),
        ({"SEQUENCE": "2", "DTSTAMP": "20240102T000000Z"}, {"SEQUENCE": "3", "DTSTAMP": "20240101T000000Z"}),
        ({"LAST-MODIFIED": "20240101T000000Z"}, {"LAST-MODIFIED": "20240102T000000Z"}),
        ({"DTSTAMP": "20240101T000000Z"}, {"DTSTAMP": "20240102T000000Z"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_turned", [False, True])
def test_the_newer_of_two_versions_counts_wherever_it_stands(older, newer, is_turned):
    versions = [event(SUMMARY="Old", **older), event(SUMMARY="New", **newer)]

    found = parse_calendar(calendar(*(reversed(versions) if is_turned else versions)))

    assert [each.summary for each in found.events] == ["New"]
    assert found.refusals == []


def test_an_event_without_a_uid_gets_one_that_is_the_same_the_next_time():
    first, again = (parse_calendar(calendar(event("UID"))).events for _time in range(2))
    other = parse_calendar(calendar(event("UID", SUMMARY="On looms"))).events

    assert first[0].uid == again[0].uid != other[0].uid
    assert first[0].remarks == (
        "no UID given; made one from its start and title. If either changes, it is imported as a new talk",
    )  # fmt: skip


def test_three_talks_at_three_times_that_share_a_uid_are_three():
    events = [event(DTSTART=f"2024030{day}T120000Z", DTEND=f"2024030{day}T130000Z") for day in (4, 5, 6)]

    found = parse_calendar(calendar(*events))

    assert len({each.uid for each in found.events}) == 3
    assert found.events[0].remarks == ("other events have the same UID; made a different one for this event",)


# --- what an event says of itself ---


@pytest.mark.parametrize(("value", "is_private"), [("PRIVATE", True), ("confidential", True), ("PUBLIC", False)])
def test_a_private_event_is_told(value, is_private):
    assert read(CLASS=value).is_private == is_private


def test_all_events_of_a_cancelling_calendar_are_cancelled():
    [found] = parse_calendar(calendar(event(STATUS="CONFIRMED"), head=["METHOD:CANCEL"])).events

    assert found.state == State.CANCELLED


def test_a_whole_day_has_no_start():
    found = read(**{"DTSTART;VALUE=DATE": "20240306", "DTEND;VALUE=DATE": "20240307"})

    assert (found.day, found.starts_at, found.ends_at, found.remarks) == (date(2024, 3, 6), None, None, ())


def test_several_days_are_told():
    found = read(**{"DTSTART;VALUE=DATE": "20240306", "DTEND;VALUE=DATE": "20240309"})

    assert (found.day, found.remarks) == (
        date(2024, 3, 6), ("it lasts 3 days; only its first day was read",)
    )  # fmt: skip


@pytest.mark.parametrize(
    "written",
    ["2024-03-06T12:00:00Z", "20240306T120000.000Z", "20240306T1200Z", "20240306T130000+0100", "20240306t120000z"],
)  # fmt: skip
def test_a_start_in_another_form_is_read(written):
    assert read(DTSTART=written, DTEND="20240306T130000Z").starts_at == datetime(2024, 3, 6, 12, tzinfo=UTC)


def test_name_and_address_of_a_contact_are_told_apart():
    assert read("CONTACT:The office\\, office@example.edu").contact == ("The office", "office@example.edu")
    assert read("CONTACT:The office").contact == ("The office", "")


def test_the_name_of_the_calendar_is_that_of_the_source():
    assert parse_calendar(calendar(event(), head=["X-WR-CALNAME:Engines\\, large"])).name == "Engines, large"


# --- bounds ---


def test_a_property_that_is_longer_than_any_text_is_refused_alone():
    found = parse_calendar(calendar(event(DESCRIPTION="x" * 200_001), event(UID="2@example.edu")))

    assert [refusal.reason for refusal in found.refusals] == [
        "DESCRIPTION has more than 200000 characters. Shorten it, or enter the talk here."
    ]
    assert [each.uid for each in found.events] == ["2@example.edu"]


def test_a_file_with_more_lines_than_any_calendar_is_refused(monkeypatch):
    monkeypatch.setattr(ical_lines, "_MOST_LINES", 5)

    with pytest.raises(ValidationError, match=r"The file has more than 5 lines\. Export fewer talks\."):
        parse_calendar(calendar(event()))
