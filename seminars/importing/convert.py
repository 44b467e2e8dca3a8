"""What the words of an event mean as values of a talk."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _

from seminars import times
from seminars.date_formats import time_of_day
from seminars.importing.choices import Choices, ImportOptions
from seminars.importing.field_values import FURTHER, FieldValue, Speaking, abstract_of
from seminars.importing.match import Match
from seminars.importing.reading.meetings import private_bits, without_private_bits
from seminars.models import JoinAccess, Series, State, Talk
from seminars.models.states import CALLED_OFF, UNSETTLED
from seminars.models.wall_times import rules_of, zone_info
from seminars.text import fold

NOON = time(12)
_OF_HEADLINES = frozenset({"title", "people", "kind"})


class EventConverter:
    """Works out a value for each field that has changed in an event, and adds a remark for each decision it makes."""

    def __init__(self, choices: Choices, options: ImportOptions) -> None:
        self._choices, self._options = choices, options

    def values(self, match: Match, talk: Talk, remarks: list[str]) -> list[FieldValue]:
        """Return the values; raise ValidationError if one of them is not possible."""
        event = match.event
        found: dict[str, Any] = {
            "title": event.title or (match.reading.title if event.has_headline else ""),
            "series": match.series,
            "room": match.room,
            "join_url": event.meeting.url,
            "passcode": event.meeting.passcode,
            "kind": self._kind(match),
            "topics": match.topics,
            "address": event.address,
            "people": [Speaking(*one) for one in match.people],
            **match.parts,
        }
        changed_fields = match.changed_fields
        if "title" in changed_fields and event.has_headline:
            if match.reading.reason and not match.reading.is_break:
                remarks.append(_("its title also says: %(words)s") % {"words": match.reading.reason})
            found["title"] = self._public(match, talk, found["title"], _("title"), remarks)
        if "people" in changed_fields:
            self._keep_biographies_public(match, talk, remarks)
        if "abstract" in changed_fields:
            found["abstract"] = self._abstract(match, talk, remarks)
        if "state" in changed_fields:
            found["state"] = self._state(match, remarks)
        if "zone" in changed_fields:
            found["zone"] = self._zone(match, talk)
        if {"starts_at", "ends_at"} & changed_fields:
            zone = found.get("zone", talk.zone)
            found["starts_at"], found["ends_at"] = self._times(match, zone, remarks)
        found |= {name: _further(name, text) for name, text in event.fields.items() if name in FURTHER & changed_fields}
        if match.talk and match.reading.is_break:  # "No seminar (snow)" says nothing of the talk that is called off
            changed_fields -= _OF_HEADLINES
        return [
            FieldValue(name, found[name], _is_blank(match.source_values[name]))
            for name in match.source_values
            if name in changed_fields
        ]

    def _kind(self, match: Match) -> str:
        kind = match.event.kind or match.reading.kind
        return "" if fold(kind) == fold(match.series.kind) else kind[:60]

    def _abstract(self, match: Match, talk: Talk, remarks: list[str]) -> str:
        if match.is_edit:
            return match.event.abstract
        return self._public(match, talk, abstract_of(match.event), _("abstract"), remarks)

    def _keep_biographies_public(self, match: Match, talk: Talk, remarks: list[str]) -> None:
        for speaker, _affiliation in match.people:
            if speaker.pk is None and speaker.biography:
                speaker.biography = self._public(match, talk, speaker.biography, _("biography"), remarks)

    def _public(self, match: Match, talk: Talk, text: str, field: str, remarks: list[str]) -> str:
        """Leave out what only some people may see, unless somebody chose to keep it."""
        if not text or talk.join_access == JoinAccess.OPEN or not (bits := private_bits(text)):
            return text
        question = _(
            "Some titles, descriptions or biographies still have what looks like a meeting link, a phone number or a "
            "passcode, but the links of the series are not public. Leave it out?"
        )
        options = [("leave-out", _("leave it out")), ("keep", _("keep it: everyone may see it"))]
        if self._choices.choose("private", question, options, example=match.event.name) == "keep":
            return text
        remarks.append(_("left out of the %(field)s: %(what)s") % {"field": field, "what": ", ".join(bits)})
        return without_private_bits(text).strip()

    def _state(self, match: Match, remarks: list[str]) -> str:
        event = match.event
        if event.is_private:
            remarks.append(_("private in its source, so it is a draft here"))
            return State.DRAFT
        if match.talk is None and event.day:
            return State.DRAFT
        if match.talk and match.reading.is_break:
            return State.CANCELLED
        if match.reading.state in UNSETTLED:
            return self._unsettled(match, remarks)
        return match.reading.state or str(event.state)

    def _unsettled(self, match: Match, remarks: list[str]) -> str:
        """Return the state of an event whose title says "Hold" or "Tentative": a draft, if nobody knows of it yet."""
        state, known = match.reading.state, match.talk
        if match.event.state in CALLED_OFF | {state, State.DRAFT}:
            return str(match.event.state)
        if known and known.is_public:
            state = State.TENTATIVE
        remarks.append(_("its title says that it is not certain, so it is %(state)s") % {"state": State(state).label})
        return state

    def _zone(self, match: Match, talk: Talk) -> str:
        """Return the zone of the source where its clocks differ from those that the talk has anyway, else ""."""
        zone = match.event.zone
        if not zone:
            return ""
        room = match.room if "room" in match.changed_fields else talk.room
        usual = (room.zone if room else "") or match.series.zone or times.zone_name()
        return "" if rules_of(zone) == rules_of(usual) else zone

    def _times(self, match: Match, zone: str, remarks: list[str]) -> tuple[datetime, datetime]:
        event, minutes = match.event, match.series.default_minutes
        starts_at = event.starts_at
        if event.day:
            clock = self._clock(match.series, event.name)
            room = match.room.zone if match.room else ""
            starts_at = times.at(event.day, clock, zone_info(zone or room or match.series.zone))
            new = _("no time of day given; used %(clock)s, and imported as a draft")
            remarks.append(
                (_("no time of day given; used %(clock)s") if match.talk else new) % {"clock": time_of_day(clock)}
            )
        if starts_at is None:
            raise ValidationError(_("The event has no start (DTSTART)."))
        if event.day or not event.ends_at:
            sentence = _("no end time given; used the series’ %(minutes)d minutes")
            remarks += [] if match.talk or event.day else [sentence % {"minutes": minutes}]
            return starts_at, starts_at + timedelta(minutes=minutes)
        return starts_at, event.ends_at

    def _clock(self, series: Series, example: str) -> time:
        """Return when talks of a series start that have a day and no time of day."""
        usual = series.default_start or NOON
        question = _(
            "The file gives no time of day for some talks of %(series)s. When do they start? For example 16:00."
        )
        words = {"series": series.full_name}
        key = f"time:{series.slug or fold(series.short_name)}"
        typed = self._choices.type(key, question % words, f"{usual:%H:%M}", example=example)
        try:
            clock = parse_time(typed)
        except ValueError:
            clock = None
        if clock is None:
            raise ValidationError(_("“%(typed)s” is not a time of day. Enter one such as 16:00.") % {"typed": typed})
        return clock


def _further(name: str, text: str) -> Any:
    """Return the value of a field that only some sources have; raise ValidationError."""
    field = Talk._meta.get_field(name)
    if name == "shares_room":
        return fold(text) in {"true", "yes", "1", "x"}
    return field.clean(text.strip(), None) if text.strip() else field.get_default()


def _is_blank(value: Any) -> bool:
    return value in ("", [], None)
