"""Add and change speakers, rooms and topics, by the rules of the desk."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from seminars.actions import shared_rows
from seminars.api import callers
from seminars.api.callers import Scope
from seminars.api.conditional import refuse_outdated, respond
from seminars.api.problems import ApiProblem
from seminars.api.rows import Slug, find, router
from seminars.api.sent_talk import unset, zone_at
from seminars.api.told import RoomOut, SpeakerOut, TopicOut, room_out, speaker_out, topic_out
from seminars.api.types import Sent, Text, text_of
from seminars.api.writing import DryRun, make
from seminars.models import Room, Speaker, Topic
from seminars.typed_names.people import in_full


class SpeakerSent(Sent):
    """Fields of a person. What is not sent stays as it is."""

    name: text_of(Speaker, "name") = unset()
    sort_name: text_of(Speaker, "sort_name") = unset()
    other_names: text_of(Speaker, "other_names") = unset()
    affiliation: text_of(Speaker, "affiliation") = unset()
    homepage: text_of(Speaker, "homepage") = unset()
    orcid: text_of(Speaker, "orcid") = unset()
    biography: Text = unset()
    pronouns: text_of(Speaker, "pronouns") = unset()
    email: text_of(Speaker, "email") = unset()


class NewSpeakerSent(SpeakerSent):
    """A new person."""

    name: text_of(Speaker, "name")
    is_another: bool = Field(default=False, description="They are nobody whose name is similar.")


class RoomSent(Sent):
    """Fields of a room. What is not sent stays as it is."""

    name: text_of(Room, "name") = unset()
    building: text_of(Room, "building") = unset()
    street: text_of(Room, "street") = unset()
    city: text_of(Room, "city") = unset()
    region: text_of(Room, "region") = unset()
    postal_code: text_of(Room, "postal_code") = unset()
    country: text_of(Room, "country") = unset()
    map_url: text_of(Room, "map_url") = unset()
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = unset()
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = unset()
    zone: text_of(Room, "zone") = unset()
    capacity: Annotated[int, Field(ge=0, le=1_000_000)] | None = unset()
    getting_there: Text = unset()
    access_notes: Text = unset()
    is_exclusive: bool = unset()


class NewRoomSent(RoomSent):
    """A new room."""

    name: text_of(Room, "name")


class TopicSent(Sent):
    """The name of a topic."""

    name: text_of(Topic, "name")


TELL = {Speaker: lambda row: speaker_out(row, on_desk=True), Room: room_out, Topic: topic_out}


def _add(
    request: HttpRequest, row: Model, sent: Sent, how: DryRun, check: Callable[[], None] = lambda: None
) -> HttpResponse:
    """Add a row; `check` may refuse it, within the turn of writing, so that it still holds when the row is written."""

    def answer() -> HttpResponse:
        _require(request, "add", type(row))
        check()
        _save(row, sent)
        told = TELL[type(row)](row)
        made = {} if how.dry_run else {"Location": f"{request.path}/{row.slug}"}
        return respond(request, told, status=200 if how.dry_run else 201, headers=made)

    return make(request, how, answer, Scope.SHARED)


def _change(request: HttpRequest, model: type[Model], slug: str, sent: Sent, how: DryRun) -> HttpResponse:
    def answer() -> HttpResponse:
        row = find(callers.of(request).rights.rows(model), slug)
        _require(request, "change", model, row)
        refuse_outdated(request, TELL[model](row))
        _save(row, sent)
        return respond(request, TELL[model](row))

    return make(request, how, answer, Scope.SHARED)


def _require(request: HttpRequest, verb: str, model: type[Model], row: Model | None = None) -> None:
    if not callers.of(request).rights.may(verb, model, row):
        raise ApiProblem(403, _("The person of this token may not do that at the desk either."))


def _save(row: Model, sent: Sent) -> None:
    """Set what was sent, check and write it."""
    for name in sent.model_fields_set & {field.name for field in row._meta.fields}:
        setattr(row, name, _value(name, getattr(sent, name)))
    shared_rows.save(row)


def _value(name: str, sent: Any) -> Any:
    if name == "zone":
        return zone_at(sent)
    if name in ("latitude", "longitude") and sent is not None:
        return Decimal(f"{sent:.6f}")  # as many digits as are stored
    return sent


@router.post(
    "/speakers", response={201: SpeakerOut, 200: SpeakerOut}, operation_id="add_speaker", summary="Add a person",
    tags=["speakers"],
)  # fmt: skip
def add_speaker(request: HttpRequest, sent: NewSpeakerSent, how: Query[DryRun]) -> HttpResponse:
    """Add a person. One whose name is similar is named and refused, unless `is_another` says that it is not them."""

    def refuse_known() -> None:
        if not sent.is_another and (alike := Speaker.objects.resembling(sent.name)):
            words = {"names": ", ".join(f"{in_full(one)} ({one.slug})" for one in alike)}
            sentence = _("Is it one of these? %(names)s. If not, send “is_another”: true.")
            raise ValidationError({"name": sentence % words})

    return _add(request, Speaker(), sent, how, refuse_known)


@router.patch(
    "/speakers/{name:slug}", response=SpeakerOut, operation_id="change_speaker", summary="Change a person",
    tags=["speakers"],
)  # fmt: skip
def change_speaker(request: HttpRequest, slug: Slug, sent: SpeakerSent, how: Query[DryRun]) -> HttpResponse:
    """Change a person at all their talks; the affiliation at past talks stays."""
    return _change(request, Speaker, slug, sent, how)


@router.post(
    "/rooms", response={201: RoomOut, 200: RoomOut}, operation_id="add_room", summary="Add a room", tags=["rooms"]
)
def add_room(request: HttpRequest, sent: NewRoomSent, how: Query[DryRun]) -> HttpResponse:
    """Add a room."""
    return _add(request, Room(), sent, how)


@router.patch(
    "/rooms/{name:slug}", response=RoomOut, operation_id="change_room_row", summary="Change a room", tags=["rooms"]
)
def change_room(request: HttpRequest, slug: Slug, sent: RoomSent, how: Query[DryRun]) -> HttpResponse:
    """Change a room, for tokens of administrators. Talks in it are shown with the change at once."""
    return _change(request, Room, slug, sent, how)


@router.post(
    "/topics", response={201: TopicOut, 200: TopicOut}, operation_id="add_topic", summary="Add a topic", tags=["topics"]
)
def add_topic(request: HttpRequest, sent: TopicSent, how: Query[DryRun]) -> HttpResponse:
    """Add a topic."""
    return _add(request, Topic(), sent, how)


@router.patch(
    "/topics/{name:slug}", response=TopicOut, operation_id="change_topic", summary="Change a topic", tags=["topics"]
)
def change_topic(request: HttpRequest, slug: Slug, sent: TopicSent, how: Query[DryRun]) -> HttpResponse:
    """Change the name of a topic, for tokens of administrators."""
    return _change(request, Topic, slug, sent, how)
