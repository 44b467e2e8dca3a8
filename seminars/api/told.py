"""What programs are told of each row; the names are those of docs/api.md, and keep their meaning."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.urls import reverse
from pydantic import BaseModel, Field

from seminars import times
from seminars.api.types import DayOut, StampOut
from seminars.models import Appearance, Break, JoinAccess, Recording, Role, Room, Series, Speaker, State, Talk, Topic
from seminars.models.fetched import fetched_rows
from seminars.models.page_addresses import absolute, calendar_of
from seminars.times import in_utc, local

ROLES, STATES = Literal[tuple(Role.values)], Literal[tuple(State.values)]
ACCESS, RECORDINGS = Literal[tuple(JoinAccess.values)], Literal[tuple(Recording.values)]
SlugOrNone = Annotated[str | None, Field(description="Null where visitors may not see its page.")]


class NamedRow(BaseModel):
    """A row that a talk shows."""

    slug: SlugOrNone
    name: str
    url: str | None


class PersonAtTalk(BaseModel):
    """A person at a talk, with the affiliation of that time."""

    role: ROLES
    speaker: SlugOrNone
    name: str
    affiliation: str
    url: str | None


class Join(BaseModel):
    """How to join online: the address leads to the link of the day; link and passcode only where they are open."""

    address: str
    link: str | None
    passcode: str | None


class TalkLinks(BaseModel):
    """The addresses of a talk's page, calendar file and poster."""

    page: str
    calendar: str
    poster: str


class PrivateFields(BaseModel):
    """What only the organisers of the talk's home series see."""

    notes: str
    join_url: str
    passcode: str
    join_access: ACCESS
    shares_room: bool
    zone: str


class TalkOut(BaseModel):
    """A talk."""

    id: str = Field(description="What its address is under /talks; with a key while it is in no listed series.")
    uid: str = Field(description="The UID of its calendar entry, which never changes.")
    state: STATES
    title: str = Field(description="Empty while it is to be announced.")
    kind: str
    language: str
    abstract: str = Field(description="Markdown, with TeX between dollar signs.")
    starts_at: StampOut
    ends_at: StampOut
    zone: str = Field(description="The IANA name of the time zone in which it takes place.")
    moved_from: StampOut | None
    moved_at: StampOut | None
    mode: Literal["in-person", "online", "hybrid"] | None
    room: NamedRow | None
    people: list[PersonAtTalk]
    series: list[NamedRow] = Field(description="The home series first.")
    topics: list[NamedRow]
    host: str
    audience: str
    programme: str
    notice: str
    join: Join | None
    recording: RECORDINGS
    recording_url: str
    slides_url: str
    paper_url: str
    code_url: str
    links: TalkLinks
    sequence: int = Field(description="SEQUENCE of the calendar entry.")
    created_at: StampOut
    published_at: StampOut | None
    updated_at: StampOut = Field(description="The last save of the talk or of what its calendar entry prints.")
    private: PrivateFields | None = Field(description="Null without a token whose person looks after the talk.")


def talk_out(talk: Talk, *, on_desk: bool = False, at_home: bool = False) -> TalkOut:
    """Return what is told of a talk that was fetched `for_pages`.

    `on_desk` says that the program may know its drafts and series, `at_home` its private fields too.
    """
    zone = talk.zone_info
    told = {name: getattr(talk, name) for name in _AS_TYPED}
    series = talk.all_series if on_desk else talk.shown_series
    return TalkOut(
        **told,
        id=str(talk.address),
        kind=talk.kind_name,
        starts_at=_stamp(talk.starts_at, zone),
        ends_at=_stamp(talk.ends_at, zone),
        zone=talk.zone_name or times.zone_name(),
        moved_from=_stamp(talk.moved_from, zone) if talk.moved_from else None,
        moved_at=in_utc(talk.moved_at) if talk.moved_at else None,
        mode=talk.mode and talk.mode.value,
        room=_named(talk.room) if talk.room else None,
        people=[_person(one, on_desk=on_desk) for one in fetched_rows(talk, "appearances")],
        series=[_named(one, shown=one.is_listed or on_desk) for one in series],
        topics=[_named(one) for one in fetched_rows(talk, "topics")],
        join=_join(talk),
        links=_links(talk),
        created_at=in_utc(talk.created_at),
        published_at=in_utc(talk.published_at) if talk.published_at else None,
        updated_at=in_utc(max(talk.updated_at, talk.changed_at or talk.updated_at)),
        private=_private(talk) if at_home else None,
    )


_AS_TYPED = (
    "uid", "state", "title", "language", "abstract", "host", "audience", "programme", "notice", "recording",
    "recording_url", "slides_url", "paper_url", "code_url", "sequence",
)  # fmt: skip


def _stamp(moment: datetime, zone: Any = None) -> str:
    return local(moment, zone).isoformat(timespec="seconds")


def _named(row: Room | Series | Topic, *, shown: bool = True) -> NamedRow:
    page = absolute(row.get_absolute_url()) if shown else None
    return NamedRow(slug=row.slug if shown else None, name=str(row), url=page)


def _person(one: Appearance, *, on_desk: bool) -> PersonAtTalk:
    page = one.public_page or None
    slug = one.speaker.slug if page or on_desk else None
    return PersonAtTalk(role=one.role, speaker=slug, name=one.speaker.name, affiliation=one.affiliation, url=page)


def _join(talk: Talk) -> Join | None:
    if not talk.join_address:
        return None
    return Join(address=talk.join_address, link=talk.open_join_url or None, passcode=talk.open_passcode or None)


def _links(talk: Talk) -> TalkLinks:
    page, calendar, poster = talk.get_absolute_url(), talk.calendar_path, talk.poster_path
    return TalkLinks(page=absolute(page), calendar=absolute(calendar), poster=absolute(poster))


def _private(talk: Talk) -> PrivateFields:
    return PrivateFields(**{name: getattr(talk, name) for name in PrivateFields.model_fields})


# --- series, rooms, speakers, topics, breaks -----------------------------------------------------------


class RowLinks(BaseModel):
    """The addresses of a row's page and of the calendar of its talks."""

    page: str
    calendar: str


class SeriesPrivate(BaseModel):
    """What only the organisers of a series see: its usual values for new talks, and how it asks speakers."""

    mailing_list: str
    announce_days: int
    default_weekday: int | None = Field(description="0 is Monday.")
    default_start: str | None = Field(description="By the clocks of the series: 12:00.")
    default_minutes: int
    default_room: str | None = Field(description="A slug.")
    default_moderator: str | None = Field(description="The slug of a speaker.")
    default_topics: list[str] = Field(description="Slugs.")
    default_join_url: str
    default_passcode: str
    default_join_access: ACCESS
    default_host: str
    default_language: str
    default_audience: str
    default_programme: str
    default_recording: RECORDINGS
    default_abstract: str
    default_notes: str
    ask_subject: str
    ask_text: str
    reminds_speakers: bool
    remind_text: str
    thanks_text: str
    answers_go_live: bool


class SeriesOut(BaseModel):
    """A series."""

    slug: str
    name: str
    short_name: str
    kind: str
    tagline: str
    about: str = Field(description="Markdown.")
    contact_name: str
    contact_email: str
    colour: str
    is_listed: bool
    zone: str
    private: SeriesPrivate | None = Field(description="Null without a token whose person looks after the series.")
    links: RowLinks


class RoomOut(BaseModel):
    """A room."""

    slug: str
    name: str
    building: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    map_url: str
    latitude: float | None = Field(description="Degrees, WGS 84.")
    longitude: float | None = Field(description="Degrees, WGS 84.")
    zone: str
    capacity: int | None
    getting_there: str = Field(description="Markdown.")
    access_notes: str = Field(description="Markdown.")
    former_name: str = Field(description="The old name while visitors are told of it.")
    is_exclusive: bool = Field(description="Whether it takes one talk at a time.")
    links: RowLinks


class SpeakerOut(BaseModel):
    """A person."""

    slug: str
    name: str
    sort_name: str
    affiliation: str
    homepage: str
    orcid: str
    biography: str = Field(description="Markdown.")
    pronouns: str
    photo: str | None = Field(description="The address of a picture.")
    email: str | None = Field(description="Null without a token.")
    other_names: str | None = Field(description="Null without a token.")
    links: RowLinks


class TopicOut(BaseModel):
    """A topic."""

    slug: str
    name: str
    links: RowLinks


class BreakOut(BaseModel):
    """Days on which a series, or every one, does not meet."""

    id: int
    series: str | None = Field(description="The slug of the series, null for all.")
    first_on: DayOut
    last_on: DayOut = Field(description="Included.")
    reason: str


def _row_links(row: Series | Room | Speaker | Topic) -> RowLinks:
    return RowLinks(page=absolute(row.get_absolute_url()), calendar=absolute(calendar_of(row)))


def _fields(row: Any, out: type[BaseModel], *others: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in out.model_fields if name not in {"links", *others}}


def series_out(series: Series, *, at_home: bool = False) -> SeriesOut:
    private = _usual_values(series) if at_home else None
    return SeriesOut(**_fields(series, SeriesOut, "private"), private=private, links=_row_links(series))


def _usual_values(series: Series) -> SeriesPrivate:
    start, room, moderator = series.default_start, series.default_room, series.default_moderator
    return SeriesPrivate(
        **_fields(series, SeriesPrivate, *_OF_OTHER_ROWS, "default_start"),
        default_start=start and f"{start:%H:%M}",
        default_room=room and room.slug,
        default_moderator=moderator and moderator.slug,
        default_topics=sorted(topic.slug for topic in series.default_topics.all()),
    )


_OF_OTHER_ROWS = ("default_room", "default_moderator", "default_topics")


def room_out(room: Room) -> RoomOut:
    place = {name: None if getattr(room, name) is None else float(getattr(room, name)) for name in _PLACE}
    told = _fields(room, RoomOut, "former_name", *_PLACE)
    return RoomOut(**told, **place, former_name=room.former_name(), links=_row_links(room))


_PLACE = ("latitude", "longitude")


def speaker_out(speaker: Speaker, *, on_desk: bool = False) -> SpeakerOut:
    photo = speaker.photo_id and absolute(reverse("photo", args=[speaker.photo_id]))
    private = {"email": speaker.email, "other_names": speaker.other_names} if on_desk else {}
    told = _fields(speaker, SpeakerOut, "photo", "email", "other_names") | {"email": None, "other_names": None}
    return SpeakerOut(**told | private, photo=photo or None, links=_row_links(speaker))


def topic_out(topic: Topic) -> TopicOut:
    return TopicOut(**_fields(topic, TopicOut), links=_row_links(topic))


def break_out(one: Break) -> BreakOut:
    first, last = one.first_on.isoformat(), one.last_on.isoformat()
    return BreakOut(id=one.pk, series=one.series and one.series.slug, first_on=first, last_on=last, reason=one.reason)
