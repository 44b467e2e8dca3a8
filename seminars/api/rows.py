"""Read series, rooms, speakers, topics, breaks, the department, and what a token may do."""

from collections.abc import Callable
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router
from pydantic import BaseModel, Field

from seminars import listings, times
from seminars.api import callers
from seminars.api.callers import Caller, Scope
from seminars.api.conditional import respond
from seminars.api.lists import ListPart, next_address, part_of_rows
from seminars.api.problems import nothing_here
from seminars.api.told import (
    BreakOut,
    RoomOut,
    SeriesOut,
    SpeakerOut,
    TopicOut,
    break_out,
    room_out,
    series_out,
    speaker_out,
    topic_out,
)
from seminars.api.types import DayOut, Limit, StampOut, Text
from seminars.models import Break, Department, Room, Series, Speaker, Topic
from seminars.models.department_language import department_language
from seminars.models.page_addresses import AddressedModel, AddressedQuerySet, absolute
from seminars.times import in_utc

router = Router()

Slug = Annotated[str, Field(description="The `slug` of a row; a former one works too.")]
Number = Annotated[int, Field(ge=1, lt=2**63, description="The `id` of a row.")]


class RowFilters(BaseModel):
    """Which part of a list."""

    cursor: Text = Field("", max_length=200, description="From the address under `next`.")
    limit: Limit = Field(50, description="How many at most.")


class SpeakerFilters(RowFilters):
    """Which speakers."""

    q: Text = Field("", max_length=200, description="The beginnings of names.")


def _part(request: HttpRequest, rows: AddressedQuerySet, asked: RowFilters, told: type, tell: Callable) -> HttpResponse:
    found, cursor = part_of_rows(rows, asked.cursor, asked.limit)
    return respond(request, ListPart[told](items=list(map(tell, found)), next=next_address(request, cursor)))


def find(rows: AddressedQuerySet, slug: str) -> AddressedModel:
    """Return the row that a slug means, former ones included; raise ApiProblem 404 without one."""
    found = rows.with_slugs([slug])
    if slug not in found:
        raise nothing_here()
    return found[slug]


def speakers_for(caller: Caller) -> AddressedQuerySet:
    """Return the people whom a program may see: visitors do not see those of drafts."""
    return caller.rights.rows(Speaker) if caller.rights else listings.rows_of("speaker")


@router.get("/series", response=ListPart[SeriesOut], operation_id="list_series", summary="List series", tags=["series"])
def list_series(request: HttpRequest, asked: Query[RowFilters]) -> HttpResponse:
    """The listed series; with a token also those that its person looks after."""
    caller = callers.of(request)
    own = Series.objects.in_bulk(caller.own_series).values()
    shown = Series.objects.listed_or_in(own).with_usual_rows()
    return _part(request, shown, asked, SeriesOut, lambda one: told_to(caller, one))


def told_to(caller: Caller, series: Series) -> SeriesOut:
    """Return what a program is told of a series."""
    return series_out(series, at_home=series.pk in caller.own_series)


@router.get(
    "/series/{name:slug}", response=SeriesOut, operation_id="get_series", summary="Read a series", tags=["series"]
)
def get_series(request: HttpRequest, slug: Slug) -> HttpResponse:
    """A series, as its page shows it: an unlisted one to those who know its slug."""
    return respond(request, told_to(callers.of(request), find(Series.objects.all(), slug)))


@router.get("/rooms", response=ListPart[RoomOut], operation_id="list_rooms", summary="List rooms", tags=["rooms"])
def list_rooms(request: HttpRequest, asked: Query[RowFilters]) -> HttpResponse:
    """All rooms, in the order of their slugs."""
    return _part(request, Room.objects.all(), asked, RoomOut, room_out)


@router.get("/rooms/{name:slug}", response=RoomOut, operation_id="get_room", summary="Read a room", tags=["rooms"])
def get_room(request: HttpRequest, slug: Slug) -> HttpResponse:
    """A room with its address and how to get there."""
    return respond(request, room_out(find(Room.objects.all(), slug)))


@router.get(
    "/speakers", response=ListPart[SpeakerOut], operation_id="list_speakers", summary="List speakers", tags=["speakers"]
)
def list_speakers(request: HttpRequest, asked: Query[SpeakerFilters]) -> HttpResponse:
    """The people of public talks; with a token everybody, with email addresses."""
    caller = callers.of(request)
    rows = speakers_for(caller)
    rows = rows.looked_for(asked.q) if asked.q else rows
    return _part(request, rows, asked, SpeakerOut, lambda one: speaker_out(one, on_desk=caller.rights is not None))


@router.get(
    "/speakers/{name:slug}",
    response=SpeakerOut,
    operation_id="get_speaker",
    summary="Read a speaker",
    tags=["speakers"],
)
def get_speaker(request: HttpRequest, slug: Slug) -> HttpResponse:
    """A person of public talks; with a token anybody."""
    caller = callers.of(request)
    return respond(request, speaker_out(find(speakers_for(caller), slug), on_desk=caller.rights is not None))


@router.get("/topics", response=ListPart[TopicOut], operation_id="list_topics", summary="List topics", tags=["topics"])
def list_topics(request: HttpRequest, asked: Query[RowFilters]) -> HttpResponse:
    """All topics, in the order of their slugs."""
    return _part(request, Topic.objects.all(), asked, TopicOut, topic_out)


@router.get("/topics/{name:slug}", response=TopicOut, operation_id="get_topic", summary="Read a topic", tags=["topics"])
def get_topic(request: HttpRequest, slug: Slug) -> HttpResponse:
    """A topic."""
    return respond(request, topic_out(find(Topic.objects.all(), slug)))


class BreaksOut(BaseModel):
    """Breaks."""

    items: list[BreakOut]


@router.get("/breaks", response=BreaksOut, operation_id="list_breaks", summary="List breaks", tags=["department"])
def list_breaks(request: HttpRequest) -> HttpResponse:
    """The breaks of all and of listed series that are not over, the earliest first; with a token also its own."""
    rows = Break.objects.listed(callers.of(request).own_series).upcoming(times.today())
    return respond(request, BreaksOut(items=list(map(break_out, rows))))


@router.get("/breaks/{int:number}", response=BreakOut, operation_id="get_break", summary="Read a break",
            tags=["department"])  # fmt: skip
def get_break(request: HttpRequest, number: Number) -> HttpResponse:
    """A break, also one that is over."""
    return respond(request, break_out(break_at(callers.of(request), number)))


def break_at(caller: Caller, number: int) -> Break:
    """Return the break with this number; raise ApiProblem 404 for one that a program may not see."""
    if (found := Break.objects.listed(caller.own_series).with_number(number)) is None:
        raise nothing_here()
    return found


class DepartmentOut(BaseModel):
    """The department, and the present academic year."""

    name: str
    tagline: str
    language: str
    zone: str = Field(description="IANA name.")
    academic_year: str
    year_begins_on: DayOut
    feeds: dict[str, str] = Field(description="The addresses of the feeds of all talks.")


@router.get(
    "/department", response=DepartmentOut, operation_id="get_department", summary="Read the department",
    tags=["department"],
)  # fmt: skip
def get_department(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone, academic year and feeds."""
    department = Department.objects.current()
    year = department.academic_year()
    feeds = {file: absolute(reverse("feed", args=[file])) for file in FEEDS}
    told = DepartmentOut(
        name=str(department), tagline=department.tagline, language=department_language(), zone=times.zone_name(),
        academic_year=year.slug, year_begins_on=times.local(year.span.starts_at).date().isoformat(), feeds=feeds,
    )  # fmt: skip
    return respond(request, told)


FEEDS = ("calendar.ics", "feed.atom", "feed.json", "talks.csv")


class TokenOut(BaseModel):
    """What a token may do."""

    person: str
    name: str
    scopes: list[Scope]
    series: list[str] = Field(description="The slugs of the series whose talks it sees and may change.")
    ends_at: StampOut


@router.get("/token", response=TokenOut, operation_id="get_token", summary="Read what a token may do", tags=["token"])
def get_token(request: HttpRequest) -> HttpResponse:
    """The token that was sent: person, scopes, series and end."""
    caller = callers.of(request)
    caller.require()
    token = caller.token
    slugs = [one.slug for one in Series.objects.in_bulk(caller.own_series).values()]
    told = TokenOut(
        person=str(token.person),
        name=token.name,
        scopes=caller.scopes,
        series=sorted(slugs),
        ends_at=in_utc(token.ends_at),
    )
    return respond(request, told)
