"""A listing as a table for spreadsheets (RFC 4180)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from seminars import kept_entries, text, times
from seminars.kept_entries import Body, Form
from seminars.listings import Listing
from seminars.models import Appearance, Talk
from seminars.models.department_language import in_department_language
from seminars.models.edition import one_state
from seminars.models.fetched import fetched_rows
from seminars.models.page_addresses import absolute
from seminars.models.talk_prefetches import fetch_for_entries
from seminars.text.cells import FORMULAS
from seminars.times import local

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
COLUMNS = ("date", "start", "end_date", "end", "zone", "title", "speakers", "affiliations", "series", "room",
           "building", "state", "topics", "page", "uid", "join", "utc_offset")  # fmt: skip
BETWEEN = "; "
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else
# Where a comma is the decimal sign, spreadsheets begin a cell after each semicolon.
CELL_WITHIN = re.compile(rf";(?=[{re.escape(FORMULAS)}])")


def render(listing: Listing, *, past_too: bool = False) -> bytes:
    """Return the table, the earliest talk first, its header the same in every language."""
    return bytes(body(listing, past_too=past_too))


def body(listing: Listing, *, past_too: bool = False) -> Body:
    """Return the same as it is sent: its lines stay compressed until then."""
    with one_state(), in_department_language():
        talks = listing.in_feed(past_too=past_too)
        lines = kept_entries.entries(FORM, talks, talks.content_marks())
    return Body(f"{BYTE_ORDER_MARK}{_line(COLUMNS)}".encode(), lines, b"")


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _line_of(talk: Talk) -> bytes:
    return _line(map(cell, _row(talk))).encode()


def cell(told: str) -> str:
    """Return text as it may stand in a cell: on one line, and behind an apostrophe where it would be calculated."""
    line = CELL_WITHIN.sub(BETWEEN, " ".join(text.printable(told).split()))
    return f"'{line}" if line.startswith(tuple(FORMULAS)) else line


def _row(talk: Talk) -> Iterator[str]:
    start, end = (local(moment, talk.zone_info) for moment in (talk.starts_at, talk.ends_at))
    zone = talk.zone_name or times.zone_name()
    yield from (f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%Y-%m-%d}", f"{end:%H:%M}", zone)
    yield text.line(talk.title)
    yield BETWEEN.join(person.speaker.name for person in talk.speakers)
    yield _affiliations(talk.speakers)
    yield BETWEEN.join(series.short_name for series in talk.shown_series)
    yield from (talk.room.name, talk.room.building) if talk.room else ("", "")
    yield talk.state
    yield BETWEEN.join(topic.name for topic in fetched_rows(talk, "topics"))
    yield absolute(talk.get_absolute_url())
    yield talk.uid
    yield talk.join_address
    yield f"UTC{start.isoformat()[-6:]}"  # of the start; a cell that begins with a sign would be calculated


def _affiliations(speakers: list[Appearance]) -> str:
    """Return one for each speaker in the same order, blanks kept; "" where none is known."""
    affiliations = [person.affiliation for person in speakers]
    return BETWEEN.join(affiliations) if any(affiliations) else ""


FORM = Form("csv", fetch_for_entries, _line_of)
