"""Reading JSON: whose export it is, and every talk in it as an event, or the reason why it cannot be read."""

import json
from dataclasses import replace
from types import ModuleType

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.importing.events import Refusal, SourceFile
from seminars.importing.sources import events_calendar, indico, json_feed, pretalx, researchseminars
from seminars.importing.sources.json_values import UnusableValue

# Each has a NAME, and says which documents it reads, what entries they have, and which event an entry is.
SOURCES: tuple[ModuleType, ...] = (indico, researchseminars, pretalx, events_calendar, json_feed)


def parse_json(content: bytes, most: int) -> SourceFile:
    """Read every talk of a JSON document; an event's line is its place in the document, from 1.

    Raise ValidationError if it is not JSON, not one of the known exports, or has more than `most` talks.
    """
    document = _document(content)
    source = next((source for source in SOURCES if source.reads(document)), None)
    if source is None:
        names = ", ".join(source.NAME for source in SOURCES)
        raise ValidationError(
            _("This JSON is not an export that we can read. These can be read: %(names)s.") % {"names": names}
        )
    entries = list(source.entries(document))
    if len(entries) > most:
        sentence = _("The file has %(count)d talks. You can import at most %(most)d at once. Export fewer talks.")
        raise ValidationError(sentence % {"count": len(entries), "most": most})
    if not entries:
        raise ValidationError(_("This file has no talks. Export some talks, then import it again."))
    found = SourceFile()
    for number, entry in enumerate(entries, start=1):
        _read(source, number, entry, found)
    return found


def _read(source: ModuleType, number: int, entry: object, found: SourceFile) -> None:
    try:
        event = source.event_in(entry)
    except UnusableValue as error:
        talk = entry[0] if isinstance(entry, tuple) else entry
        name = talk.line("title")[:80] or _("a talk without a title")
        found.refusals.append(Refusal(number, name, str(error)))
        return
    if event.starts_at is None and event.day is None:
        found.refusals.append(
            Refusal(number, event.name or _("a talk without a title"), _("The talk has no start."), event.uid)
        )
    elif event.ends_at and event.starts_at and event.ends_at < event.starts_at:
        found.refusals.append(Refusal(number, event.name, _("The event ends before it starts."), event.uid))
    elif not event.uid:
        found.refusals.append(
            Refusal(number, event.name, _("The talk has no identifier, so a second import could not recognise it."))
        )
    else:
        found.events.append(replace(event, line=number, uid=event.uid[:255]))


def _document(content: bytes) -> object:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        where = _(" (line %(line)d)") % {"line": error.lineno} if isinstance(error, json.JSONDecodeError) else ""
        raise ValidationError(_("This is not valid JSON%(where)s. Export it again.") % {"where": where}) from error
    return document
