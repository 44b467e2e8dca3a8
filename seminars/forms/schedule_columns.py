"""The columns of the schedule: which are shown, the field of each, and what a talk has in them, as text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import times
from seminars.actions.talk_defaults import standing_defaults
from seminars.forms.desk import ROOM_GONE, LinesField
from seminars.forms.moments import ClockField, DayField
from seminars.models import Room, Series, Talk, Topic
from seminars.text import fold

MOST_MINUTES = 60 * 24 * 14  # a summer school
ALWAYS = ("day", "start")  # a row without them is no slot
USUAL = (*ALWAYS, "room", "speaker", "affiliation", "title")
SEPARATOR = "; "  # between topics, some of which have commas in their names


class SlotFields(forms.Form):
    """A field for each column, in the order of the columns."""

    day = DayField(label=_("Date"))
    start = ClockField(label=_("Time"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=MOST_MINUTES)
    room = forms.ChoiceField(label=_("Room"), required=False, error_messages={"invalid_choice": ROOM_GONE})
    speaker = forms.CharField(label=_("Speaker"), required=False, max_length=200)
    affiliation = forms.CharField(label=_("Affiliation"), required=False, max_length=200)
    title = forms.CharField(label=_("Title"), required=False, max_length=500)
    join_url = Talk._meta.get_field("join_url").formfield(
        label=_("Join link"), assume_scheme="https", widget=forms.TextInput(attrs={"inputmode": "url"})
    )
    host = forms.CharField(label=_("Host"), required=False, max_length=200)
    topics = forms.CharField(label=_("Topics"), required=False)
    language = Talk._meta.get_field("language").formfield(label=_("Language"))
    notes = LinesField(label=_("Private notes"), required=False, widget=forms.Textarea(attrs={"rows": 1}))


VALUES: Mapping[str, Callable[[Talk], str]] = {
    "day": lambda talk: f"{times.local(talk.starts_at, talk.zone_info):%Y-%m-%d}",
    "start": lambda talk: f"{times.local(talk.starts_at, talk.zone_info):%H:%M}",
    "minutes": lambda talk: str(int((talk.ends_at - talk.starts_at).total_seconds() // 60)),
    "room": lambda talk: str(talk.room_id or ""),
    "speaker": lambda talk: talk.speaker_names,
    "affiliation": lambda talk: ", ".join(filter(None, (person.affiliation for person in talk.speakers))),
    "title": lambda talk: talk.title,
    "join_url": lambda talk: talk.join_url,
    "host": lambda talk: talk.hosted_by,
    "topics": lambda talk: SEPARATOR.join(topic.name for topic in talk.topics.all()),
    "language": lambda talk: talk.language,
    "notes": lambda talk: talk.notes,
}


@dataclass
class ScheduleSheet:
    """What all rows of one page share: the series, the shown columns, the rooms and topics that can be named."""

    series: Series
    columns: tuple[str, ...] = USUAL
    rooms: Mapping[str, Room] = field(default_factory=dict)  # by primary key, as a page sends it
    topics: Mapping[str, Topic] = field(default_factory=dict)  # by folded name

    @classmethod
    def of(cls, series: Series, asked: Iterable[str]) -> "ScheduleSheet":
        columns = shown_columns(asked)
        rooms = {str(room.pk): room for room in Room.objects.in_order()}
        topics = {fold(topic.name): topic for topic in Topic.objects.in_order()} if "topics" in columns else {}
        return cls(series, columns, rooms, topics)

    def values_of(self, talk: Talk) -> dict[str, str]:
        """Return what the cells of a talk hold."""
        return {name: VALUES[name](talk) for name in self.columns}

    @cached_property
    def usual_values(self) -> dict[str, str]:
        """What the cells of a new row hold beside its date and people."""
        talk = Talk(**standing_defaults(self.series))
        values = {name: VALUES[name](talk) for name in ("room", "join_url", "host", "language", "notes")}
        start = self.series.default_start
        topics = SEPARATOR.join(topic.name for topic in self.series.default_topics.in_order())
        return values | {
            "start": f"{start:%H:%M}" if start else "",
            "minutes": str(self.series.default_minutes),
            "topics": topics,
        }

    def topics_named(self, typed: str) -> list[Topic]:
        """Return the topics with these names; raise ValidationError for a name that none has."""
        if (whole := self.topics.get(fold(typed))) is not None:
            return [whole]
        names = [name.strip() for name in typed.split(";" if ";" in typed else ",") if name.strip()]
        if unknown := [name for name in names if fold(name) not in self.topics]:
            sentence = gettext("There is no topic “%(name)s”. Choose one from the list, or add it to the topics first.")
            raise ValidationError([sentence % {"name": name} for name in unknown])
        return list(dict.fromkeys(self.topics[fold(name)] for name in names))


def shown_columns(asked: Iterable[str]) -> tuple[str, ...]:
    """Return the asked columns in their order, with those that every schedule has; the usual ones if none is asked."""
    chosen = {name for name in asked if name in VALUES} or set(USUAL)
    return tuple(name for name in VALUES if name in chosen or name in ALWAYS)
