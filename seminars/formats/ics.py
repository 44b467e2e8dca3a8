"""A listing as an iCalendar file (RFC 5545, RFC 7986)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from seminars import kept_entries, text, times
from seminars.formats import ics_entry, ics_private, vtimezone
from seminars.formats.ics_colours import nearest_name
from seminars.formats.ics_lines import Text, folded, line, one_line
from seminars.kept_entries import Body, Entries
from seminars.listings import Listing
from seminars.models import TalkQuerySet
from seminars.models.department_language import in_department_language
from seminars.models.edition import one_state
from seminars.models.page_addresses import absolute
from seminars.models.talk_marks import Mark
from seminars.times import local

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Seminars//Calendar feed//EN"
REFRESHED_EVERY = "PT1H"
END = b"END:VCALENDAR\r\n"


def render(listing: Listing, *, past_too: bool = False) -> bytes:
    """Return the calendar: this and the previous academic year and all that follows, with `past_too` everything.

    The same rows give the same bytes for every user and language.
    """
    if not listing.is_private:
        return bytes(body(listing, past_too=past_too))
    with one_state(), in_department_language():
        talks = _shown(listing, past_too=past_too)
        marks = talks.entry_marks()
        return b"".join([_head(listing, marks, past_too=past_too), *ics_private.entries(talks, marks), END])


def body(listing: Listing, *, past_too: bool = False) -> Body:
    """Return the same as it is sent: its entries stay compressed until then."""
    with one_state(), in_department_language():
        talks = _shown(listing, past_too=past_too)
        marks = talks.entry_marks()
        return Body(_head(listing, marks, past_too=past_too), kept_entries.entries(ics_entry.FORM, talks, marks), END)


def length(listing: Listing, marks: Sequence[Mark], entries: Entries) -> int:
    """Return how many bytes `render` gives for these talks, whose entries were rendered before."""
    with in_department_language():
        frame = len(_head(listing, marks, past_too=False)) + len(END)
    return frame + sum(entries.size(mark.talk) for mark in marks)


def _head(listing: Listing, marks: Sequence[Mark], *, past_too: bool) -> bytes:
    """Return what stands before the entries."""
    year = _first_year(listing, marks)
    # One for each zone, the department's first: a feed without talks tells it too, as a calendar that holds nothing at
    # all is invalid (RFC 5545 §3.6).
    names = [times.zone_name(), *sorted({mark.zone for mark in marks} - {"", times.zone_name()})]
    return b"".join([folded(_envelope(listing, past_too=past_too)), *(zone(name, year) for name in names)])


def _shown(listing: Listing, *, past_too: bool) -> TalkQuerySet:
    return listing.in_feed(past_too=past_too)


def _first_year(listing: Listing, marks: Sequence[Mark]) -> int:
    """Return the year of the earliest talk."""
    return local(marks[0].starts_at).year if marks else listing.department.academic_year().first


def zone(name: str, year: int) -> bytes:
    """Return the VTIMEZONE of a zone for talks from this year on."""
    return _zone(vtimezone.render(name, year))


@lru_cache(maxsize=64)
def _zone(lines: tuple[str, ...]) -> bytes:
    return folded(lines)


def beginning(*, method: str = "") -> Iterator[str]:
    """Yield the lines with which every calendar begins; `method` makes it a message (RFC 5546 §1.4)."""
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN")
    if method:
        yield line("METHOD", method)


def _envelope(listing: Listing, *, past_too: bool) -> Iterator[str]:
    """Yield the lines before the first component. No METHOD: it would ask for an ORGANIZER, and Outlook then asks
    subscribers to accept each talk."""
    yield from beginning()
    name = Text(one_line(text.line(listing.title)))
    yield from (line("NAME", name), line("X-WR-CALNAME", name))
    if about := one_line(text.plain(listing.description)):
        yield from (line("DESCRIPTION", Text(about)), line("X-WR-CALDESC", Text(about)))
    yield line("X-WR-TIMEZONE", times.zone_name())
    yield line("COLOR", nearest_name(listing.colour))
    yield line("X-APPLE-CALENDAR-COLOR", listing.colour.upper())
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESHED_EVERY}"
    yield line("X-PUBLISHED-TTL", REFRESHED_EVERY)
    if not listing.is_private:  # people who see a private calendar must not learn its address
        yield line("SOURCE", source(listing, past_too=past_too), VALUE="URI")
    yield line("URL", absolute(listing.address))


def source(listing: Listing, *, past_too: bool = False) -> str:
    """Return the full address of the feed itself."""
    return absolute(listing.address_of("calendar.ics", past_too=past_too))
