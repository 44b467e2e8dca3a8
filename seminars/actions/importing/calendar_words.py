"""What an event of a calendar says of each field of a talk in a given series."""

import re
from datetime import timedelta

from django.utils.translation import gettext as _

from seminars.actions.importing.catalogue import Catalogue
from seminars.actions.importing.diff import Word
from seminars.actions.importing.match import place_of
from seminars.actions.importing.parse import CalendarEvent
from seminars.actions.importing.sources import Refused
from seminars.actions.importing.summary import parts_of
from seminars.models import Series
from seminars.text import fold

_HEADING = re.compile(r"[\s#*_]*abstract[\s*_]*:?[\s*_]*(?=\n)|[\s*_]*abstract[*_]*\s*:[\s*_]*", re.IGNORECASE)


def words_of(event: CalendarEvent, series: Series, catalogue: Catalogue) -> list[Word]:
    """Return the words on every field that a calendar can tell of; the speaker is none of them."""
    ends_at = event.ends_at or event.starts_at + timedelta(minutes=series.default_minutes)
    names = _names_of(series)
    topics = [catalogue.topic(name) for name in event.categories if fold(name) not in map(fold, (series.kind, *names))]
    return [
        Word("title", event.summary, parts_of(event.summary, kinds=(series.kind,), names=names).title),
        Word("abstract", event.description, _HEADING.sub("", event.description, count=1).strip()),
        Word("starts_at", event.starts_at.isoformat(), event.starts_at),
        Word("ends_at", event.ends_at.isoformat() if event.ends_at else event.starts_at.isoformat(), ends_at),
        Word("room", event.location, catalogue.room(place_of(event.location))),
        Word("join_url", event.meeting.url, event.meeting.url),
        Word("passcode", event.meeting.passcode, event.meeting.passcode),
        Word("state", str(event.state), str(event.state)),
        Word("topics", list(event.categories), topics),
        Word("address", event.address, event.address),
    ]


def series_of(event: CalendarEvent, catalogue: Catalogue) -> Series:
    """Return the series that the event names before its title, known or new; raise Refused where it names none."""
    label = parts_of(event.summary).label
    if not label:
        raise Refused(_("It does not say which series it belongs to. Name one: --series SLUG."))
    return catalogue.series_called(label) or series_told_of([event], catalogue)


def series_told_of(events: list[CalendarEvent], catalogue: Catalogue, slug: str = "") -> Series:
    """Return a new series, named by the first of these events that says a name; raise Refused."""
    categories = tuple(dict.fromkeys(name for event in events for name in event.categories))
    labels = (parts_of(event.summary).label for event in events)
    contacts = (event.contact for event in events if any(event.contact))
    return catalogue.new_series(
        label=next(filter(None, labels), ""), contact=next(contacts, ("", "")), categories=categories, slug=slug
    )


def _names_of(series: Series) -> tuple[str, ...]:
    return series.name, series.short_name, series.full_name
