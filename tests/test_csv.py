"""Tables for spreadsheets: one line for each talk, stable columns, and no cell that a spreadsheet calculates."""

import csv
import io
import re
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from seminars import listings
from seminars.formats import csvfile
from seminars.models import Appearance, JoinAccess, Role, State

from .factories import in_new_york, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DOCUMENTATION = Path(__file__).resolve().parent.parent / "docs" / "feeds.md"
SITE = "http://talks.example.edu"
LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)
NOON = in_new_york(2026, 11, 4, 12)


def table(listing=None):
    """The lines as a spreadsheet reads them, the header first."""
    told = csvfile.render(listing or listings.everything()).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(told, newline=""), strict=True))


def the_row():
    header, row = table()
    return dict(zip(header, row, strict=True))


def test_spreadsheets_open_the_table_without_questions():
    make_talk(title="Über, “Maschinen”")

    told = csvfile.render(listings.everything())

    assert told.startswith(b"\xef\xbb\xbfdate,start,")
    assert told.count(b"\r\n") == told.count(b"\n") == 2
    assert told.endswith(b"\r\n")


def test_a_row_has_all_known_values():
    speakers = [make_speaker(name="Ada Lovelace", affiliation="London"), make_speaker(name="Bob"),
                make_speaker(name="Grace Hopper", affiliation="Yale")]  # fmt: skip
    asset, priml = make_series(short_name="ASSET"), make_series(short_name="PRiML")
    talk = make_talk(
        title="On $x^2$, engines", series=asset, also_in=[priml], speakers=speakers, starts_at=NOON, join_url=LINK,
        passcode="tea", topics=[make_topic(name="Logic"), make_topic(name="Looms")], room=make_room(name="Room 414"),
    )  # fmt: skip
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Mary"), role=Role.MODERATOR, order=9)

    assert the_row() == {
        "date": "2026-11-04",
        "start": "12:00",
        "end_date": "2026-11-04",
        "end": "13:00",
        "zone": "America/New_York",
        "title": "On x², engines",
        "speakers": "Ada Lovelace; Bob; Grace Hopper",
        "affiliations": "London; ; Yale",
        "series": "ASSET; PRiML",
        "room": "Room 414",
        "building": "Gutmann Hall",
        "state": "confirmed",
        "topics": "Logic; Looms",
        "page": f"{SITE}{talk.get_absolute_url()}",
        "uid": talk.uid,
        "join": f"{SITE}/talks/{talk.pk}/join/",
        "utc_offset": "UTC-05:00",
    }


def test_an_unknown_value_is_a_blank_cell():
    talk = make_talk(title="", starts_at=in_new_york(2026, 11, 4, 23, 30), ends_at=in_new_york(2026, 11, 5, 0, 30),
                     speakers=["Ada", "Bob"])  # fmt: skip

    assert table()[1] == [
        "2026-11-04", "23:30", "2026-11-05", "00:30", "America/New_York", "", "Ada; Bob", "",
        talk.series.short_name, "", "",
        "confirmed", "", f"{SITE}{talk.get_absolute_url()}", talk.uid, "", "UTC-05:00",
    ]  # fmt: skip


def test_the_documentation_names_every_column_in_its_order():
    lines = DOCUMENTATION.read_text().partition("## CSV")[2].partition("## iCal")[0].splitlines()
    columns = next(part for part in "\n".join(lines).split("\n\n") if part.startswith("`date`"))

    assert re.findall(r"`(\w+)`", columns) == table()[0]


def test_a_listing_without_talks_is_its_header():
    assert table() == [list(csvfile.COLUMNS)]


def test_the_header_is_the_same_in_every_language(settings):
    header = table()[0]
    settings.LANGUAGE_CODE = "de"

    assert table()[0] == header


@pytest.mark.parametrize("access", JoinAccess)
def test_the_table_contains_no_link_but_our_own(access):
    make_talk(join_url=LINK, passcode="tea", join_access=access)

    assert (b"zoom" in csvfile.render(listings.everything()), the_row()["join"] != "") == (False, True)


def test_a_talk_that_is_called_off_says_so_and_is_not_joined():
    make_talk(join_url=LINK, state=State.CANCELLED)

    assert (the_row()["state"], the_row()["join"]) == ("cancelled", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        (" \x07=1", "'=1"),
        ("＝1", "'＝1"),
        ("a;=1", "a; =1"),
        ("1 + 1 = 2", "1 + 1 = 2"),
        ("a-b", "a-b"),
        ("one\r\nline", "one line"),
        ("</script> \U0001f9ee \u202eתיבה", "</script> \U0001f9ee \u202eתיבה"),
    ],
)
def test_typed_text_is_never_a_formula(typed, shown):
    make_talk(title="On engines", speakers=[make_speaker(name=typed, slug="x")], room=make_room(name=typed, slug="x"))

    row = the_row()

    assert (row["speakers"], row["room"]) == (shown, shown)


@hypothesis.given(st.text())
def test_a_cell_is_one_line_and_never_a_formula(typed):
    cell = csvfile.cell(typed)

    assert cell[:1] not in set("=+-@\t\r\n")
    assert len(cell.splitlines()) <= 1
    assert cell.removeprefix("'") == csvfile.cell(cell.removeprefix("'")).removeprefix("'")
