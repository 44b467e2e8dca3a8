"""Render a feed, check it strictly, and read its events."""

from seminars import listings
from seminars.formats import ics

from .ics_checker import complaints, parsed, read_text


def calendar_of(listing, **options):
    """Render the calendar of a listing, check it, and return it parsed."""
    body = ics.render(listing, **options)
    assert complaints(body) == []
    return parsed(body)


def entry(talk):
    """The one event in the calendar file of a talk."""
    return calendar_of(listings.of_talk(talk)).called("VEVENT")[0]


def said(talk, name):
    """Return the text of one property of the entry, or "" if it has none."""
    return read_text(entry(talk).value(name))
