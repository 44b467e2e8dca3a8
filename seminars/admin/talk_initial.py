"""What the form of a talk begins with: defaults of its series, the slot after a talk, a copy, a speaker's mail."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time, timedelta
from typing import Any, Self

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from seminars import access, times
from seminars.actions import talk_defaults
from seminars.admin.rights import own_talks
from seminars.forms import parameters
from seminars.models import Appearance, Role, Series, Speaker, Talk, TalkTopic, name_matching
from seminars.text import fold
from seminars.typed_clocks import A_DAY

IN_SESSION = "pasted"


@dataclass
class TalkInitial:
    """The fields, people and topics that a form begins with, and the lines of a mail that fit no field.

    `biographies` are those of people who are at the talk already, by their keys.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)
    topics: list[dict[str, Any]] = field(default_factory=list)
    rest: str = ""
    biographies: dict[int, str] = field(default_factory=dict)
    replaced: frozenset[int] = frozenset()  # the keys of speakers who are not at the talk any more

    def rows_of(self, part: type[Model]) -> list[dict[str, Any]]:
        """Return the rows of a table within the form."""
        return {Appearance: self.people, TalkTopic: self.topics}.get(part, [])

    @classmethod
    def of_series(cls, series: Series, on: date | None = None) -> Self:
        """Begin with the defaults of a series, on the day `on` or its next free day after it."""
        after = on and on - timedelta(days=1)
        return cls._beginning(series, talk_defaults.defaults_of(series, after=after))

    @classmethod
    def after(cls, talk: Talk) -> Self:
        return cls._beginning(talk.series, talk_defaults.defaults_after(talk))

    @classmethod
    def _beginning(cls, series: Series, fields: dict[str, Any]) -> Self:
        """Begin with these fields and the usual people, below a blank row for the speaker."""
        people = [_row_of(one) for one in talk_defaults.usual_people(series)]
        return cls(fields, [{}, *people] if people else [], _topics(series.default_topics.in_order()))

    @classmethod
    def copy_of(cls, talk: Talk) -> Self:
        people = [_row_of(one) for one in talk.appearances.all()]
        return cls(talk_defaults.copy_of(talk), people, _topics(talk.topics.all()))


@dataclass(frozen=True)
class PastedTalk:
    """What was read from a mail, as a session can keep it until it is reviewed."""

    key: str
    fields: dict[str, str]
    people: list[dict[str, str]]  # each with "name" and "affiliation"
    biography: str
    rest: str
    left_out: str = ""  # of public text: links to meetings, passcodes
    homepage: str = ""  # of the only person
    day: str = ""  # as 2027-03-17, if the talk is to begin on another than its own
    start: int | None = None  # in minutes after midnight, as is the end
    end: int | None = None
    replaces: bool = False  # whether the people speak instead of those of the talk

    def keep(self, request: HttpRequest) -> None:
        """Keep it for the form; the one before it is forgotten."""
        request.session[IN_SESSION] = asdict(self)

    @staticmethod
    def forget(request: HttpRequest) -> None:
        """Forget the mail once the form that it filled is saved."""
        if "pasted" in request.GET:
            request.session.pop(IN_SESSION, None)

    @classmethod
    def kept(cls, request: HttpRequest) -> Self | None:
        kept = request.session.get(IN_SESSION)
        return cls(**kept) if kept and kept["key"] == parameters.words(request.GET, "pasted") else None

    def into(self, initial: TalkInitial, talk: Talk | None) -> TalkInitial:
        """Return what the form of `talk`, or of a new one, begins with once the mail is in it."""
        rest = [self.rest]
        there = {fold(one.speaker.name): one.speaker for one in talk.speakers} if talk else {}
        present = {one["name"]: _present(one["name"], there) for one in self.people}
        new = [one for one in self.people if not present[one["name"]]]
        alone, homepage = (self.biography, self.homepage) if len(self.people) == 1 else ("", "")
        people = [_row(person, alone, homepage, order + len(there)) for order, person in enumerate(new)]
        people += [row for row in initial.people if row.get("role") == Role.MODERATOR]
        named = [present[one["name"]] for one in self.people] or list(there)  # a mail often leaves out whose it is
        known = there.get(named[0]) if len(named) == 1 else None
        biographies = {known.pk: self.biography} if known and self.biography and not known.biography else {}
        if self.biography and not biographies and not any(row.get("biography") for row in people):
            rest.append(_("Biography:") + f"\n{self.biography}")
        for name, words in self.fields.items():
            if talk and (before := getattr(talk, name)) and before != words:
                label = Talk._meta.get_field(name).verbose_name
                rest.append(_("%(field)s until now: %(words)s") % {"field": str(label).capitalize(), "words": before})
        fields = initial.fields | self.fields | self._times(initial, talk)
        told = "\n\n".join(filter(None, rest))
        if self.left_out:
            before = talk.notes if talk else initial.fields.get("notes", "")
            fields["notes"] = "\n\n".join(filter(None, [before, self.left_out]))
        replaced = frozenset(one.pk for one in there.values()) if self.replaces else frozenset()
        return TalkInitial(fields, people, initial.topics, told, biographies, replaced)

    def _times(self, initial: TalkInitial, talk: Talk | None) -> dict[str, Any]:
        """Return start and end on the day and at the time that the mail names; nothing where it names neither."""
        zone = talk.zone_info if talk else None
        usual = [initial.fields.get(name) or (talk and getattr(talk, name)) for name in ("starts_at", "ends_at")]
        day = date.fromisoformat(self.day) if self.day else usual[0] and times.local(usual[0], zone).date()
        if not day or (not self.day and self.start is None):
            return {}
        if self.start is None and not usual[0]:
            return {"starts_at": [day, None], "ends_at": [day, None]}
        begins = times.local(usual[0], zone).time() if self.start is None else time(*divmod(self.start % A_DAY, 60))
        starts_at = times.at(day, begins, zone)
        if self.end is not None and self.end > (self.start or 0):
            length = timedelta(minutes=self.end - (self.start or 0))
        else:
            length = usual[1] - usual[0] if all(usual) else timedelta(minutes=60)
        return {"starts_at": starts_at, "ends_at": starts_at + length}


def chosen_series(request: HttpRequest) -> Series | None:
    """Return the series of a talk that is being added: the one that the address names, or the organiser's only one."""
    own = access.series_of(request.user)
    if parameters.key(request.GET, "series") is not None:
        return parameters.row(request.GET, "series", own)
    few = list(own[:2])
    return few[0] if len(few) == 1 else None


def initial_of(request: HttpRequest, talk: Talk | None) -> TalkInitial:
    """Return the initial values that the address asks for, only from talks that the user may change."""
    initial = TalkInitial() if talk else _initial_of_new(request)
    pasted = PastedTalk.kept(request)
    return pasted.into(initial, talk) if pasted else initial


def _initial_of_new(request: HttpRequest) -> TalkInitial:
    own = own_talks(request).for_pages()
    if other := parameters.row(request.GET, "after", own):
        return TalkInitial.after(other)
    if other := parameters.row(request.GET, "copy", own):
        return TalkInitial.copy_of(other)
    series = chosen_series(request)
    return TalkInitial.of_series(series, parameters.day(request.GET, "on")) if series else TalkInitial()


def _topics(topics: Any) -> list[dict[str, Any]]:
    return [{"topic": topic} for topic in topics]


def _present(name: str, there: Mapping[str, Speaker]) -> str:
    """Return under which name somebody is at the talk already, "" if they are not."""
    nearly = (key for key, speaker in there.items() if name_matching.is_nearly(name, speaker.name))
    return fold(name) if fold(name) in there else next(nearly, "")


def _row_of(person: Appearance) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("speaker", "role", "affiliation", "is_external", "order")}


def _row(person: dict[str, str], biography: str, homepage: str, order: int) -> dict[str, Any]:
    """Return the row of a person: one who is known by that name, or a name that makes one."""
    known = Speaker.objects.called(person["name"])
    meant = name_matching.surely_meant(known, person["affiliation"])
    row: dict[str, Any] = {"affiliation": person["affiliation"], "order": order}
    row |= {"speaker": meant} if meant else {"new_name": person["name"]}
    is_new_to_us = biography and not (meant and meant.biography)
    if homepage and not (meant and meant.homepage):
        row["homepage"] = homepage
    return row | ({"biography": biography} if is_new_to_us else {})
