"""What a talk's form begins with: the usual of its series, the slot after a talk, a copy of one, a speaker's mail."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from seminars import access
from seminars.actions import talk_defaults
from seminars.actions.importing.mail_text import Mail
from seminars.actions.importing.talk_text import Person
from seminars.forms import parameters
from seminars.models import Series, Speaker, Talk
from seminars.text import fold

IN_SESSION = "pasted"


@dataclass
class Beginning:
    """The fields, people and topics that a form begins with, and the lines of a mail that found no place in it.

    `biographies` are those of people who are at the talk already, by their keys.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)
    topics: list[dict[str, Any]] = field(default_factory=list)
    rest: str = ""
    biographies: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of_series(cls, series: Series) -> Self:
        return cls(talk_defaults.defaults_of(series), topics=_topics(series.default_topics.in_order()))

    @classmethod
    def after(cls, talk: Talk) -> Self:
        return cls(talk_defaults.defaults_after(talk), topics=_topics(talk.series.default_topics.in_order()))

    @classmethod
    def copy_of(cls, talk: Talk) -> Self:
        people = [
            {name: getattr(one, name) for name in ("speaker", "role", "affiliation", "is_external", "order")}
            for one in talk.appearances.all()
        ]
        return cls(talk_defaults.copy_of(talk), people, _topics(talk.topics.all()))


@dataclass(frozen=True)
class Pasted:
    """What was read from a mail, as a session can keep it until it is reviewed."""

    key: str
    fields: dict[str, str]
    people: list[dict[str, str]]
    biography: str
    rest: str

    @classmethod
    def from_mail(cls, mail: Mail) -> Self:
        talk = mail.talk
        said = {"title": talk.title, "abstract": talk.abstract, "join_url": talk.meeting.url}
        said["passcode"] = talk.meeting.passcode if talk.meeting.url else ""
        fields = {name: words for name, words in said.items() if words}
        return cls(get_random_string(12), fields, [vars(one) for one in talk.people], talk.biography, mail.rest)

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

    def into(self, beginning: Beginning, talk: Talk | None) -> Beginning:
        """Return what the form of `talk`, or of a new one, begins with once the mail is in it."""
        rest = [self.rest]
        there = {fold(one.speaker.name): one.speaker for one in talk.speakers} if talk else {}
        new = [Person(**one) for one in self.people if fold(one["name"]) not in there]
        alone = self.biography if len(self.people) == 1 else ""
        people = [_row(person, alone, order + len(there)) for order, person in enumerate(new)]
        named = [fold(one["name"]) for one in self.people] or list(there)  # a mail often leaves out whose it is
        known = there.get(named[0]) if len(named) == 1 else None
        biographies = {known.pk: self.biography} if known and self.biography and not known.biography else {}
        if self.biography and not biographies and not any(row.get("biography") for row in people):
            rest.append(_("Biography:") + f"\n{self.biography}")
        for name, words in self.fields.items():
            if talk and (before := getattr(talk, name)) and before != words:
                label = Talk._meta.get_field(name).verbose_name
                rest.append(_("%(field)s until now: %(words)s") % {"field": str(label).capitalize(), "words": before})
        fields, told = beginning.fields | self.fields, "\n\n".join(filter(None, rest))
        return Beginning(fields, people, beginning.topics, told, biographies)


def rest_of(request: HttpRequest, talk: Talk | None) -> str:
    """Return the lines of a mail that found no place in the form, also when the form is shown again with an error."""
    pasted = Pasted.kept(request)
    return (pasted.rest if request.method == "POST" else beginning(request, talk).rest) if pasted else ""


def chosen_series(request: HttpRequest) -> Series | None:
    """Return the series of a talk that is being added: the one that the address names, or the organiser's only one."""
    own = access.series_of(request.user)
    if parameters.key(request.GET, "series") is not None:
        return parameters.row(request.GET, "series", own)
    few = list(own[:2])
    return few[0] if len(few) == 1 else None


def beginning(request: HttpRequest, talk: Talk | None) -> Beginning:
    """Return what the form begins with, read once a request; a form that was sent begins with what was typed."""
    if request.method == "POST":
        return Beginning()
    if not hasattr(request, "beginning"):
        request.beginning = _beginning_of(request, talk, None if talk else chosen_series(request))
    return request.beginning


def _beginning_of(request: HttpRequest, talk: Talk | None, series: Series | None) -> Beginning:
    """Return what the form begins with, by what its address asks for; of talks that are not theirs nobody learns."""
    beginning = Beginning()
    if talk is None:
        of, other = next(((of, one) for name, of in _FROM.items() if (one := _talk(request, name))), (None, None))
        beginning = of(other) if of else Beginning.of_series(series) if series else beginning
    pasted = Pasted.kept(request)
    return pasted.into(beginning, talk) if pasted else beginning


_FROM = {"after": Beginning.after, "copy": Beginning.copy_of}


def _talk(request: HttpRequest, name: str) -> Talk | None:
    own = Talk.objects.filter(series__in=access.series_of(request.user))
    return parameters.row(request.GET, name, own.with_all_that_is_printed())


def _topics(topics: Any) -> list[dict[str, Any]]:
    return [{"topic": topic} for topic in topics]


def _row(person: Person, biography: str, order: int) -> dict[str, Any]:
    """Return the row of a person: one who is known by that name, or a name that makes one."""
    known = Speaker.objects.called(person.name)
    row: dict[str, Any] = {"affiliation": person.affiliation, "order": order}
    row |= {"speaker": known[0]} if len(known) == 1 else {"new_name": person.name}
    is_new_to_us = biography and not (len(known) == 1 and known[0].biography)
    return row | ({"biography": biography} if is_new_to_us else {})
