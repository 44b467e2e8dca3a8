"""Import bad files: read what is usable, or refuse with line and reason. Never import half of a file."""

import os
import time
import tracemalloc
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seminars.importing import decoded, read_content
from seminars.importing.sources.page import parse_page
from seminars.models import Room, Series, Talk
from tests.factories import in_new_york, make_series
from tests.imports import ENGINES, PAGE, calendar, event, importing, mutilated, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(tmp_path):
    """Imports this content and returns the report."""
    return lambda content, **options: importing(written(tmp_path, content), **{"series": "engine"} | options)


def rows_of(said):
    """The lines about refused events, with their reasons."""
    lines = said.splitlines()
    return [(line, lines[at + 1]) for at, line in enumerate(lines) if line.startswith("refused")]


def is_untouched():
    return not (Talk.objects.exists() or Series.objects.exists() or Room.objects.exists())


# --- files that are not ours ---


def test_a_file_that_is_not_there(tmp_path):
    said = importing(tmp_path / "talks.ics")

    assert said == f"REFUSED: There is no file {tmp_path / 'talks.ics'}. Check its name."


def test_a_folder(tmp_path):
    assert importing(tmp_path) == f"REFUSED: {tmp_path} is a folder. Choose a file in it."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = written(tmp_path, calendar(event()))
    path.chmod(0)

    assert importing(path) == f"REFUSED: {path} cannot be opened: Permission denied."


@pytest.mark.parametrize("content", [b"", b" \r\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(imported, content):
    assert imported(content).endswith("is empty.")


def test_a_picture(imported):
    assert imported(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").endswith(
        "cannot be imported. Choose a calendar, a spreadsheet, a JSON export or a text."
    )


@pytest.mark.parametrize("content", ["Dear all,\n\nlunch is at noon.\n", "BEGIN:VCARD\nFN:Ada\nEND:VCARD\n"])
def test_a_text_that_is_neither_calendar_nor_page(imported, content):
    assert imported(content).startswith("REFUSED: We cannot read this. A calendar begins with BEGIN:")


def test_a_file_that_is_too_large_is_not_read_whole(imported, monkeypatch):
    monkeypatch.setattr("seminars.importing.LARGEST", 1024 * 1024)

    assert imported(b"x" * (1024 * 1024 + 1)).endswith("is larger than 1 MB. Export fewer talks.")


@pytest.mark.slow
@pytest.mark.parametrize("before", [b"", b"BEGIN:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_ten_megabytes_of_noise_are_refused_quickly_and_with_little_memory(imported, before):
    noise = before + os.urandom(1024 * 1024) * 10
    tracemalloc.start()
    began = time.process_time()

    said = imported(noise)

    taken, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "REFUSED" in said
    assert (taken < 30, peak < 200 * 1024 * 1024) == (True, True)
    assert is_untouched()


@pytest.mark.parametrize("slug", ["a b", "../x", "ä"])
def test_an_address_that_no_series_can_have(slug):
    said = importing(ENGINES, series=slug)

    assert said == f"REFUSED: --series {slug}: use only letters, digits, hyphens and underscores."


# --- a calendar with a fault ---


def test_a_calendar_without_events(imported):
    assert rows_of(imported(calendar())) == [
        ("refused: line 1: the calendar", "  - This calendar has no events. Export a calendar that has talks.")
    ]


def test_a_calendar_that_is_cut_off_between_events(imported):
    said = imported(calendar(event()).removesuffix(b"END:VCALENDAR\r\n"))

    assert rows_of(said) == [
        ("refused: line 1: the calendar", "  - The file is cut off: END:VCALENDAR is missing. Download it again.")
    ]
    assert is_untouched()


def test_a_calendar_that_is_cut_off_within_an_event(imported):
    whole = calendar(event(), event(UID="2@example.edu", SUMMARY="On looms"))

    said = imported(whole[: whole.rindex(b"END:VEVENT")])

    reason = "  - The event is cut off: END:VEVENT is missing. Download the file again."
    assert rows_of(said)[1] == ("refused: line 10: On looms", reason)
    assert is_untouched()


def test_an_event_that_begins_within_another(imported):
    said = imported(calendar(event()[:-1], event(UID="2@example.edu")), skip_refused=True)

    assert rows_of(said)[0][0] == "refused: line 3: ENGINE Seminar: On engines"
    assert [talk.uid for talk in Talk.objects.all()] == ["2@example.edu"]


def test_one_uid_with_two_contents(imported):
    said = imported(calendar(event(), event(SUMMARY="On looms")))

    reason = "  - The events on lines 3, 10 have the same UID but differ. Keep one of them."
    assert rows_of(said) == [
        ("refused: line 3: ENGINE Seminar: On engines", reason),
        ("refused: line 10: On looms", reason),
    ]


def test_one_event_twice_is_one_talk(imported):
    imported(calendar(event(), event()))

    assert Talk.objects.count() == 1


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ({"DTEND": "20240306T110000Z"}, "The event ends before it starts."),
        ({"DTEND": "noon"}, "DTEND “noon” is not a date and time."),
        ({"DURATION": "-PT1H"}, "The event ends before it starts."),
        ({"DURATION": "long"}, "DURATION “long” is not a valid length for a talk."),
        ({"DURATION": "P999999999W"}, "DURATION “P999999999W” is not a valid length for a talk."),
    ],
)
def test_an_end_that_cannot_be_so_is_not_used_and_the_plan_says_so(imported, end, reason):
    said = imported(calendar(event("DTEND", **end)))

    talk = Talk.objects.get()
    assert f"  - the end was not used: {reason}" in said.splitlines()
    assert (talk.starts_at, talk.ends_at) == (in_new_york(2024, 3, 6, 12), in_new_york(2024, 3, 6, 13))


@pytest.mark.parametrize(
    ("faulty", "line", "reason"),
    [
        (event(UID="x" * 256), 8, "The UID is longer than 255 characters."),
        (event("DTSTART", "DTEND"), 3, "The event has no start (DTSTART)."),
        (event(DTSTART="tomorrow"), 8, "DTSTART “tomorrow” is not a date and time."),
        (event(DTSTART="20240230T120000"), 8, "DTSTART “20240230T120000” is not a date and time."),
        (event(DTSTART="00010101T120000Z"), 8, "DTSTART “00010101T120000Z” is not a valid time for a talk."),
        (event(DTSTART="PT1H"), 8, "DTSTART “PT1H” is not a date and time."),
        (["BEGIN:VEVENT", "UID:1", "DTSTART;", "END:VEVENT"], 5, "DTSTART cannot be read."),
        (event(RRULE="FREQ=HOURLY"), 9,
         "The event repeats several times a day, which no talk does. Enter its dates one by one."),
    ],
)  # fmt: skip
def test_an_event_that_is_not_a_talk_is_refused_with_its_line_and_stops_the_import(imported, faulty, line, reason):
    said = imported(calendar(faulty, event(UID="2@example.edu")))

    assert [(row.split(":")[1], why) for row, why in rows_of(said)] == [(f" line {line}", f"  - {reason}")]
    assert is_untouched()


def test_a_title_that_is_too_long_is_refused(imported):
    said = imported(calendar(event(SUMMARY="x" * 501)))

    assert rows_of(said)[0][1] == "  - Ensure this value has at most 500 characters (it has 501)."


# --- read as far as it means something ---


def test_an_event_without_an_end_has_the_length_of_its_series(imported):
    make_series(slug="engine", default_minutes=75)

    said = imported(calendar(event("DTEND")))

    assert Talk.objects.get().ends_at == in_new_york(2024, 3, 6, 13, 15)
    assert "  - no end time given; used the series’ 75 minutes" in said.splitlines()


def test_an_event_that_ends_when_it_starts_has_the_length_of_its_series(imported):
    imported(calendar(event(DTEND="20240306T170000Z")))

    assert Talk.objects.get().ends_at == in_new_york(2024, 3, 6, 13)


@pytest.mark.parametrize(
    "zone", ["Eastern Standard Time", "/example.org/20240101/America/New_York", '"america/new_york"', "US/Eastern"]
)
def test_a_zone_is_known_by_its_other_names(imported, zone):
    imported(calendar(event("DTEND", **{f"DTSTART;TZID={zone}": "20240306T120000"})))

    assert Talk.objects.get().starts_at == in_new_york(2024, 3, 6, 12)


def definition(*rules):
    parts = [("STANDARD", "-0400", "-0500", "19701101T020000", "11;BYDAY=1SU"),
             ("DAYLIGHT", "-0500", "-0400", "19700308T020000", "3;BYDAY=2SU")]  # fmt: skip
    lines = ["BEGIN:VTIMEZONE", "TZID:Campus"]
    for name, before, after, since, month in parts:
        lines += [f"BEGIN:{name}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"DTSTART:{since}"]
        lines += [*(rules or [f"RRULE:FREQ=YEARLY;BYMONTH={month}"]), f"END:{name}"]
    return [*lines, "END:VTIMEZONE"]


def test_a_zone_that_the_file_defines_is_the_one_it_defines(imported):
    winter, summer = "20240306T120000", "20240703T120000"
    events = [event("DTEND", UID=at, **{"DTSTART;TZID=Campus": at}) for at in (winter, summer)]

    imported(calendar(*events, head=definition()))

    starts = [talk.starts_at for talk in Talk.objects.soonest_first()]
    assert starts == [in_new_york(2024, 3, 6, 12), in_new_york(2024, 7, 3, 12)]


@pytest.mark.parametrize("rule", ["RRULE:FREQ=SECONDLY", "RRULE:FREQ=YEARLY;BYSECOND=1", "RRULE:FREQ=YEARLY;UNTIL=x"])
def test_a_zone_that_the_file_defines_badly_is_asked_for(imported, rule):
    said = imported(
        calendar(event(**{"DTSTART;TZID=Campus": "20240306T120000"}), head=definition(rule)), list_choices=True
    )

    assert said.startswith("zone:campus: Which time zone is “Campus”?")


def test_a_time_without_a_zone_is_the_departments(imported):
    said = imported(calendar(event("DTEND", DTSTART="20240306T120000")))

    assert Talk.objects.get().starts_at == in_new_york(2024, 3, 6, 12)
    assert "  - no time zone given; used America/New_York" in said.splitlines()


def test_a_time_without_a_zone_is_that_of_the_calendar_if_it_declares_one(imported):
    said = imported(calendar(event("DTEND", DTSTART="20240306T180000"), head=["X-WR-TIMEZONE:Europe/Berlin"]))

    assert Talk.objects.get().starts_at == in_new_york(2024, 3, 6, 12)
    assert "name no zone" not in said


def test_a_zone_without_a_name_is_not_that_of_times_without_a_zone(imported):
    zone = ["X-LIC-LOCATION:Europe/Berlin" if line == "TZID:Campus" else line for line in definition()]

    said = imported(calendar(event("DTEND", DTSTART="20240306T120000"), head=zone))

    assert "  - no time zone given; used America/New_York" in said.splitlines()


def test_latin_1_is_read_as_such(imported):
    said = imported(calendar(event(SUMMARY="Über Mühlen")).decode().encode("latin-1"))

    assert Talk.objects.get().title == "Über Mühlen"
    assert "  - line 8 is not in UTF-8 and was read as Latin-1" in said.splitlines()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_other_forms_of_unicode_are_read(imported, encoding):
    mark = "\ufeff" if encoding == "utf-16-le" else ""

    imported((mark + calendar(event(SUMMARY="Über Mühlen")).decode()).encode(encoding))

    assert Talk.objects.get().title == "Über Mühlen"


def test_a_letter_that_is_folded_in_the_middle_is_read(imported):
    imported(calendar(event(SUMMARY="Über Mühlen")).replace(b"\xc3\x9cber", b"\xc3\r\n \x9cber"))

    assert Talk.objects.get().title == "Über Mühlen"


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_other_line_ends_are_read(imported, end):
    imported(calendar(event()).replace(b"\r\n", end))

    assert Talk.objects.get().title == "On engines"


def test_an_invalid_line_is_skipped_and_reported(imported):
    said = imported(calendar(["BEGIN:VEVENT", "and on it goes, unfolded", *event()[1:]]))

    remark = "  - line 4 is not a calendar line and was skipped: and on it goes, unfolded"
    assert remark in said.splitlines()
    assert Talk.objects.count() == 1


def test_a_reminder_within_the_event_is_not_the_event(imported):
    alarm = ["BEGIN:VALARM", "DESCRIPTION:Reminder", "DURATION:PT15M", "END:VALARM"]

    imported(calendar([*event()[:-1], *alarm, "END:VEVENT"]))

    assert (Talk.objects.get().abstract, Talk.objects.get().ends_at) == ("", in_new_york(2024, 3, 6, 13))


@pytest.mark.parametrize("name", ["DESCRIPTION", "X-ALT-DESC;FMTTYPE=text/html"])
def test_html_becomes_text(imported, name):
    html = (
        '<p>Looms &amp; <b>wheels</b>.</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul>'
        '<p><a href="https://example.zoom.us/j/1">Join Zoom</a></p>'
    )  # fmt: skip

    imported(calendar(event(**{name: html.replace(";", "\\;")})))
    talk = Talk.objects.get()

    assert talk.abstract == "Looms & wheels.\n\n- one\n- two"
    assert talk.join_url == "https://example.zoom.us/j/1"


def test_mathematics_is_not_read_as_html(imported):
    imported(calendar(event(DESCRIPTION="Let a<b and c>d\\, then $x<y$.")))

    assert Talk.objects.get().abstract == "Let a<b and c>d, then $x<y$."


def test_control_characters_are_dropped(imported):
    imported(calendar(event(SUMMARY="On\x01 engines\x7f", DESCRIPTION="A\x02\x1bB")))

    assert (Talk.objects.get().title, Talk.objects.get().abstract) == ("On engines", "AB")


def test_a_calendar_within_which_a_hundred_thousand_others_begin(imported):
    assert "REFUSED" in imported(b"BEGIN:VCALENDAR\r\n" * 100_000)


def test_more_events_than_any_department_has(imported):
    said = imported(b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 20_001)

    assert "You can import at most 20000 at once. Export fewer talks." in said


# --- anything at all ---


@pytest.mark.thorough
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=mutilated(ENGINES.read_bytes()))
def test_a_mutilated_calendar_is_imported_or_refused(imported, content):
    said = imported(content)

    assert said.endswith(("Imported.\n", "Everything has already been imported.\n")) or "REFUSED: " in said


@pytest.mark.thorough
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=mutilated(PAGE.read_bytes()))
def test_a_mutilated_page_is_imported_or_refused(imported, content):
    said = imported(content, series="")

    assert said.endswith(("Imported.\n", "Everything has already been imported.\n")) or "REFUSED: " in said


@settings(max_examples=300)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_file_is_read_or_refused(content):
    inside = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20240306T120000Z\r\n" + content
    found = read_content(inside + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", name="a.ics")

    assert len(found.events) + len(found.refusals) > 0
    with suppress(ValidationError):
        assert parse_page(decoded(content)[0]).events[0].title
