"""A talk as a program sends it: its fields are set on the row, and refused by the same rules as at the desk."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import Field

from seminars import access
from seminars.actions import shared_rows
from seminars.actions.hosts import Hosts
from seminars.actions.talk_changes import Parts
from seminars.actions.talk_defaults import standing_defaults, usual_people
from seminars.api.callers import Caller, Scope
from seminars.api.told import ACCESS, RECORDINGS, ROLES
from seminars.api.types import Moment, Sent, Text, text_of
from seminars.forms.desk import ROOM_GONE
from seminars.forms.people import NameQuestion, Recognition, new_person
from seminars.models import Appearance, JointTalk, Room, Series, Speaker, Talk, Topic
from seminars.models.page_addresses import AddressedQuerySet
from seminars.models.wall_times import zone_of
from seminars.typed_names.people import Person

MOST_ROWS = 100  # people, topics or series of a talk

Slug = Annotated[Text, Field(max_length=80)]


def unset() -> Any:
    """A field that was not sent; a factory, so that the document declares no default."""
    return Field(default_factory=lambda: None)


class PersonSent(Sent):
    """A person at the talk: the slug of a known one, or a name that is looked up as at the desk."""

    speaker: Slug | None = None
    name: Annotated[Text, Field(max_length=200)] = ""
    role: ROLES = "speaker"
    affiliation: text_of(Appearance, "affiliation") | None = Field(None, description="Null for their present one.")


class TalkSent(Sent):
    """Fields of a talk. What is not sent stays as it is."""

    series: Slug = unset()
    title: text_of(Talk, "title") = unset()
    kind: text_of(Talk, "kind") = unset()
    language: text_of(Talk, "language") = unset()
    abstract: Text = unset()
    starts_at: Moment = unset()
    ends_at: Moment = unset()
    zone: text_of(Talk, "zone") = unset()
    room: Slug | None = unset()
    shares_room: bool = unset()
    join_url: text_of(Talk, "join_url") = unset()
    passcode: text_of(Talk, "passcode") = unset()
    join_access: ACCESS = unset()
    host: text_of(Talk, "host") = unset()
    audience: text_of(Talk, "audience") = unset()
    programme: text_of(Talk, "programme") = unset()
    notice: text_of(Talk, "notice") = unset()
    recording: RECORDINGS = unset()
    recording_url: text_of(Talk, "recording_url") = unset()
    slides_url: text_of(Talk, "slides_url") = unset()
    paper_url: text_of(Talk, "paper_url") = unset()
    code_url: text_of(Talk, "code_url") = unset()
    notes: Text = unset()
    people: Annotated[list[PersonSent], Field(max_length=MOST_ROWS)] = unset()
    topics: Annotated[list[Slug], Field(max_length=MOST_ROWS)] = unset()
    also_in: Annotated[list[Slug], Field(max_length=MOST_ROWS)] = unset()


class NewTalkSent(TalkSent):
    """A new talk. What is not sent is as the series usually has it; it is a draft until it is announced."""

    series: Slug
    starts_at: Moment


ROWS = {"series", "room", "people", "topics", "also_in"}
TIMES = {"starts_at", "ends_at"}


def new_talk(sent: NewTalkSent, caller: Caller) -> tuple[Talk, Parts]:
    """Return a talk with the usual values of its series and what was sent, unsaved."""
    series = own_series(sent.series, caller)
    start = stored_moment("starts_at", sent.starts_at)
    talk = Talk(**standing_defaults(series), starts_at=start)
    talk.ends_at = start + timedelta(minutes=series.default_minutes)
    parts = apply(talk, sent, caller)
    people = usual_people(series) if parts.people is None else parts.people
    topics = list(series.default_topics.in_order()) if parts.topics is None else parts.topics
    return talk, Parts(people, topics, parts.series)


def apply(talk: Talk, sent: TalkSent, caller: Caller) -> Parts:
    """Set what was sent on a talk; return the people, topics and further series that it is to have.

    Raise ValidationError for a row that there is not, and for a name that may mean several people.
    """
    given = sent.model_fields_set
    for name in given - ROWS - TIMES:
        setattr(talk, name, getattr(sent, name))
    if "zone" in given:
        talk.zone = zone_at(sent.zone)
    if "abstract" in given and Series.objects.with_outline(sent.abstract).exists():
        talk.abstract = ""  # an outline that nobody has filled in
    if "series" in given:
        talk.series = own_series(sent.series, caller)
    if "room" in given:
        talk.room = room_at(sent.room)
    _set_times(talk, sent, given)
    topics = rows_at(Topic.objects.all(), sent.topics, "topics") if "topics" in given else None
    series = _further_series(talk, sent.also_in, caller) if "also_in" in given else None
    return Parts(_people(talk, sent, caller), topics, series)


def zone_at(name: str) -> str:
    """Return the time zone that a program names; raise ValidationError where there is none."""
    try:
        return zone_of(name)
    except ValidationError as refusal:
        raise ValidationError({"zone": refusal.messages}) from refusal


def room_at(slug: str | None, field: str = "room") -> Room | None:
    """Return the room that a program names; raise ValidationError where there is none."""
    return rows_at(Room.objects.all(), [slug], field, ROOM_GONE)[0] if slug else None


def _set_times(talk: Talk, sent: TalkSent, given: set[str]) -> None:
    """A talk with another start is as long as before, unless its end was sent too."""
    known, length = talk.ends_at, talk.ends_at - talk.starts_at
    if "starts_at" in given:
        talk.starts_at = stored_moment("starts_at", sent.starts_at, talk.starts_at)
        talk.ends_at = talk.starts_at + length
    if "ends_at" in given:
        talk.ends_at = stored_moment("ends_at", sent.ends_at, known)


def stored_moment(name: str, sent: datetime, known: datetime | None = None) -> datetime:
    """Return the moment at which a talk is to start or end; raise ValidationError for seconds, which no talk has.

    An imported talk may have some. `known` is kept if a program sends it as it was told, without a fraction.
    """
    if known and sent == known.replace(microsecond=0):
        return known
    if sent.second or sent.microsecond:
        raise ValidationError({name: _("Talks start and end on a whole minute. Send 00 for the seconds.")})
    return sent


def own_series(slug: str, caller: Caller) -> Series:
    """Return the series of this slug, if the person looks after it; raise ValidationError otherwise."""
    own = Series.objects.with_slugs([slug]).get(slug)
    if own is None or own.pk not in caller.rights.own_series:
        sentence = _("You no longer organise this series, or it has been deleted. Choose another one.")
        raise ValidationError({"series": sentence})
    return own


def _further_series(talk: Talk, slugs: list[str], caller: Caller) -> list[Series]:
    """Return the series that a talk is to be in beside its home; a token for one series adds no other."""
    there = {row.pk: row for row in talk.also_in.all()} if talk.pk else {}
    seen = access.series_visible_to(caller.person)
    may = seen if caller.token.series is None else seen.among({*there, *caller.rights.own_series})
    sentence = _("You cannot choose this series. Choose a listed one or one of your own.")
    series = rows_at(may, slugs, "also_in", sentence)
    for one in series:
        try:
            JointTalk(talk=talk, series=one).clean()
        except ValidationError as refusal:
            raise ValidationError({"also_in": refusal.messages}) from refusal
    return series


def rows_at(rows: AddressedQuerySet, slugs: Sequence[str], field: str, sentence: Any = None) -> list[Any]:
    """Return the rows with these slugs, each once, in their order; raise ValidationError for one that there is not."""
    found = rows.with_slugs(list(slugs))
    for slug in slugs:
        if slug not in found:
            raise ValidationError({field: sentence or _("There is no “%(slug)s” here.") % {"slug": slug}})
    return list({found[slug].pk: found[slug] for slug in slugs}.values())


def _people(talk: Talk, sent: TalkSent, caller: Caller) -> list[Appearance] | None:
    """Return the rows of people, None where nothing was sent of them; a known host becomes one of them."""
    given = sent.model_fields_set
    there = list(talk.appearances.all()) if talk.pk else []
    rows = _appearances(sent.people, there, caller) if "people" in given else None
    if "host" in given and talk.host:
        hosts = Hosts([talk.host]).settle(talk, there if rows is None else rows)
        rows = [*(there if rows is None else rows), *hosts] if hosts else rows
    return rows


def _appearances(people: list[PersonSent], there: Iterable[Appearance], caller: Caller) -> list[Appearance]:
    known = {(row.speaker_id, row.role): row for row in there}
    rows: dict[tuple[int, str], Appearance] = {}
    for order, (one, speaker) in enumerate(zip(people, _speakers(people, caller), strict=True)):
        row = copy(known.get((speaker.pk, one.role))) or Appearance(speaker=speaker, role=one.role)
        row.order, row.affiliation = order, row.affiliation if one.affiliation is None else one.affiliation
        if rows.setdefault((speaker.pk, one.role), row) is not row:
            sentence = _("%(name)s is named twice in the same role.") % {"name": speaker}
            raise ValidationError({f"people.{order}": sentence})
    return list(rows.values())


def _speakers(people: list[PersonSent], caller: Caller) -> list[Speaker]:
    """Return whom a program means, with those who are new; a name that may mean several is asked about."""
    known = caller.rights.rows(Speaker).with_slugs([one.speaker for one in people if one.speaker])
    recognition = Recognition([Person(one.name, one.affiliation or "") for one in people if not one.speaker])
    found: list[Speaker] = []
    made: dict[str, Speaker] = {}
    for place, one in enumerate(people):
        if bool(one.speaker) == bool(one.name):
            raise ValidationError({f"people.{place}": _("Send either “speaker” or “name”.")})
        if one.speaker:
            found.append(_known(known, one.speaker, place))
            continue
        settled = recognition.settle(Person(one.name, one.affiliation or ""), {})
        if isinstance(settled, NameQuestion):
            labels = ", ".join(label for _key, label in settled.options)
            sentence = _("%(question)s Send the “speaker” of one of them, or add the person first: %(options)s.")
            words = {"question": settled.sentence, "options": labels}
            raise ValidationError({f"people.{place}.name": sentence % words})
        found.append(settled.speaker or made.setdefault(settled.name, _new(settled.name, one, place, caller)))
    return found


def _known(known: dict[str, Speaker], slug: str, place: int) -> Speaker:
    if slug not in known:
        raise ValidationError({f"people.{place}.speaker": _("There is no “%(slug)s” here.") % {"slug": slug}})
    return known[slug]


def _new(name: str, one: PersonSent, place: int, caller: Caller) -> Speaker:
    """Add a person, which takes a right of its own."""
    caller.require(Scope.SHARED)
    try:
        person = new_person(name, one.affiliation or "")
        shared_rows.save(person, checked=True)
    except ValidationError as refusal:
        raise ValidationError({f"people.{place}.name": refusal.messages}) from refusal
    return person
