"""Ask which time zones are meant where a file calls them by names that nobody knows."""

from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars import times
from seminars.importing.choices import Choices
from seminars.importing.events import Refusal, SourceEvent, SourceFile
from seminars.models import Series
from seminars.models.wall_times import zone_of
from seminars.text import fold

MOST_NAMED = 3  # zones that a question proposes


def settle_zones(file: SourceFile, choices: Choices, series: Series | None) -> None:
    """Set the times of events by the zones that somebody has said, or else by the proposed ones.

    Without another proposal it is the zone of the series. Events are refused if the answer is no zone.
    """
    known = []
    for event in file.events:
        try:
            if event.zone_asked and not event.day:
                event.read_in(_answer(event, choices, series))
            known.append(event)
        except ValidationError as error:
            file.refusals.append(Refusal(event.line, event.name, " ".join(error.messages), event.uid))
    file.events = known


def _answer(event: SourceEvent, choices: Choices, series: Series | None) -> str:
    usual = (series.zone if series else "") or times.zone_name()
    proposed = event.zones_proposed or (usual,)
    clocks = {zone: event.starts_at.astimezone(ZoneInfo(zone)).utcoffset() for zone in (usual, *proposed)}
    first = next((usual for zone in proposed if clocks[zone] == clocks[usual]), proposed[0])
    words = {"zone": event.zone_asked, "examples": ", ".join(dict.fromkeys([first, *proposed[:MOST_NAMED]]))}
    question = _("Which time zone is “%(zone)s”? Enter its IANA name, for example: %(examples)s.") % words
    return zone_of(choices.type(f"zone:{fold(event.zone_asked).replace('=', '')}", question, first, example=event.name))
