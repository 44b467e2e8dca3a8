"""Read talks: lists with filters, one talk, and what was done to it."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from seminars import access, listings
from seminars.api import callers
from seminars.api.callers import Caller
from seminars.api.conditional import respond
from seminars.api.lists import ListPart, next_address, part_of_gone, part_of_talks
from seminars.api.problems import nothing_here
from seminars.api.told import STATES, TalkOut, talk_out
from seminars.api.types import Flag, Limit, Moment, StampOut, Text
from seminars.models import Attendance, Change, GoneTalk, Material, Speaker, Talk, TalkQuerySet
from seminars.models.gone_talks import gone_from_the_desk
from seminars.models.searching import Question
from seminars.models.snapshots import Snapshot, story
from seminars.models.talk_address import PATTERN, TalkAddress
from seminars.phrases.talk_differences import Differences
from seminars.times import in_utc

router = Router(tags=["talks"])

MOST_CHANGES = 100
ADDRESS = re.compile(PATTERN)
TalkId = Annotated[str, Field(json_schema_extra={"pattern": f"^{PATTERN}$"}, description="The `id` of a talk.")]


class TalkFilters(BaseModel):
    """Which talks: values of one name are alternatives, different names must all hold."""

    series: list[Text] = Field([], description="Slugs. An unlisted series is shown to those who name it.")
    topic: list[Text] = Field([], description="Slugs.")
    room: list[Text] = Field([], description="Slugs.")
    speaker: list[Text] = Field([], description="Slugs; people in any role.")
    mode: list[Literal[tuple(Attendance.values)]] = Field([], description="How people can attend.")
    has: list[Literal[tuple(Material.values)]] = Field([], description="A recording or slides.")
    state: list[STATES] = []
    since: Moment | None = Field(None, alias="from", description="Talks that end after this moment.")
    to: Moment | None = Field(None, description="Talks that start before this moment.")
    updated_since: Moment | None = Field(None, description="Talks with an `updated_at` from this moment on.")
    q: Text = Field("", max_length=200, description="Words, as in the search of the site.")
    desk: Flag = Field(default=False, description="Those of the token’s desk: drafts and unlisted ones too.")
    order: Literal["start", "-start"] = Field("start", description="The earliest first, or the latest.")
    cursor: Text = Field("", max_length=200, description="From the address under `next`.")
    limit: Limit = Field(50, description="How many at most.")


@router.get("", response=ListPart[TalkOut], operation_id="list_talks", summary="List talks")
def list_talks(request: HttpRequest, asked: Query[TalkFilters]) -> HttpResponse:
    """The public talks of listed series. With `desk=true` and a token, those that the desk of its person lists."""
    caller = callers.of(request)
    if asked.desk:
        caller.require()
    found, cursor = part_of_talks(
        _asked_for(asked, caller), asked.cursor, asked.limit, latest_first=asked.order == "-start"
    )
    items = [told_to(caller, talk) for talk in found]
    return respond(request, ListPart[TalkOut](items=items, next=next_address(request, cursor)))


def _asked_for(asked: TalkFilters, caller: Caller) -> TalkQuerySet:
    filters = {name: getattr(asked, name) for name in listings.ANYWHERE}
    if asked.desk:
        talks = listings.narrowed(caller.desk(), listings.chosen_in(filters, rows=_rows_for(caller)))
    else:
        talks = listings.filtered(filters).talks
    talks = talks.between(asked.since, asked.to)
    if asked.state:
        talks = talks.in_states(asked.state)
    if asked.updated_since:
        talks = talks.updated_since(asked.updated_since)
    return talks.matching(Question.asked(asked.q)) if asked.q else talks


def _rows_for(caller: Caller) -> listings.RowsOf:
    """Return what names the rows of a kind to a program with a token: it knows the people of drafts too."""
    return lambda kind: caller.rights.rows(Speaker) if kind == "speaker" else listings.rows_of(kind)


class GoneFilters(BaseModel):
    """Since when, and where from."""

    since: Moment = Field(description="Talks that went at or after this moment.")
    desk: Flag = Field(default=False, description="Those that left the token’s desk: deleted drafts too.")
    cursor: Text = Field("", max_length=200, description="From the address under `next`.")
    limit: Limit = Field(50, description="How many at most.")


class GoneTalkOut(BaseModel):
    """A talk to drop."""

    uid: str
    id: str = Field(description="What its `id` was, without a key.")
    gone_at: StampOut


# Before the address of one talk, which would take it.
@router.get("/gone", response=ListPart[GoneTalkOut], operation_id="list_gone_talks", summary="List talks to drop")
def list_gone(request: HttpRequest, asked: Query[GoneFilters]) -> HttpResponse:
    """The talks that left the list of talks: withdrawn, hidden or deleted. Those that came back are left out.

    With `desk=true` and a token, those that left the desk of its person: deleted, or in other series now.
    """
    caller = callers.of(request)
    if asked.desk:
        rights = caller.require()
        own = None if rights.is_administrator else rights.own_series
        gone = gone_from_the_desk(caller.desk(), own, asked.since)
    else:
        gone = GoneTalk.objects.since(asked.since)
    found, cursor = part_of_gone(gone, asked.cursor, asked.limit)
    items = [GoneTalkOut(uid=one["uid"], id=str(one["talk"]), gone_at=in_utc(one["gone_at"])) for one in found]
    return respond(request, ListPart[GoneTalkOut](items=items, next=next_address(request, cursor)))


@router.get("/{name:talk}", response=TalkOut, operation_id="get_talk", summary="Read a talk")
def get_talk(request: HttpRequest, talk: TalkId) -> HttpResponse:
    """A public talk; with a token of somebody who looks after it, also a draft, and its private fields."""
    caller = callers.of(request)
    return respond(request, told_to(caller, find(caller, talk)))


class DifferenceOut(BaseModel):
    """One thing that changed, in words."""

    label: str
    old: str
    new: str


class ChangeOut(BaseModel):
    """What somebody did to a talk."""

    number: int
    made_at: StampOut
    by: str = Field(description="Empty where nobody did it at the desk.")
    sentence: str
    differences: list[DifferenceOut]
    is_undone: bool


class HistoryOut(BaseModel):
    """What was done to a talk, the latest first."""

    changes: list[ChangeOut]


@router.get("/{name:talk}/history", response=HistoryOut, operation_id="get_history", summary="Read a talk’s history")
def get_history(request: HttpRequest, talk: TalkId) -> HttpResponse:
    """The last 100 changes, for a token whose person looks after the talk."""
    caller = callers.of(request)
    caller.require()
    found = find(caller, talk)
    if not caller.is_on_desk(found):
        raise nothing_here()
    return respond(request, HistoryOut(changes=list(_changes(caller, found))[:MOST_CHANGES]))


def _changes(caller: Caller, talk: Talk) -> Iterator[ChangeOut]:
    steps = list(story(talk.pk))
    states = dict(steps)
    before = {number: old for (number, _new), (_number, old) in zip(steps, [(0, Snapshot()), *steps], strict=False)}
    compare = Differences(states.values(), frozenset() if caller.may_change(talk) else access.PRIVATE)
    for change in Change.objects.since(0, talk):
        differences = compare.between(before[change.pk], states[change.pk])
        yield ChangeOut(
            number=change.pk, made_at=in_utc(change.made_at), by=str(change.by or ""), sentence=str(change),
            differences=[DifferenceOut(**vars(one)) for one in differences], is_undone=hasattr(change, "undone_by"),
        )  # fmt: skip


def find(caller: Caller, written: str) -> Talk:
    """Return the talk that an address means to a program; raise ApiProblem 404 where it may not see one."""
    address = read(written)
    found = caller.talks_at(address).for_pages().first()
    if found is None:
        raise nothing_here()
    return found


def read(written: str) -> TalkAddress:
    """Return the address that is written in a path; raise ApiProblem 404 for what is none."""
    if not ADDRESS.fullmatch(written):
        raise nothing_here()
    return TalkAddress.read(written)


def told_to(caller: Caller, talk: Talk) -> TalkOut:
    """Return what a program is told of a talk."""
    return talk_out(talk, on_desk=caller.is_on_desk(talk), at_home=caller.may_change(talk))
