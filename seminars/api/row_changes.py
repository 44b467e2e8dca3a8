"""Add, change and delete speakers, rooms and topics, by the rules of the desk."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, Field

from seminars.actions import photos, shared_rows
from seminars.api import callers
from seminars.api.callers import Caller, Scope
from seminars.api.conditional import respond
from seminars.api.problems import BYTES
from seminars.api.row_writing import RowKind, add, change, remove, row_as_read
from seminars.api.rows import Slug, find, router
from seminars.api.sent_talk import unset, zone_at
from seminars.api.told import RoomOut, SpeakerOut, TopicOut, room_out, speaker_out, topic_out
from seminars.api.types import Sent, Text, text_of
from seminars.api.writing import DryRun, make
from seminars.models import Photo, Room, Speaker, Topic
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


PICTURE = {"type": "string", "format": "binary"}


def _fill(row: Model, sent: Sent, _caller: Caller) -> None:
    for name in sent.model_fields_set & {field.name for field in row._meta.fields}:
        setattr(row, name, _value(name, getattr(sent, name)))


def _value(name: str, sent: Any) -> Any:
    if name == "zone":
        return zone_at(sent)
    if name in ("latitude", "longitude") and sent is not None:
        return Decimal(f"{sent:.6f}")  # as many digits as are stored
    return sent


def _kind(model: type[Model], tell: Callable[[Any], BaseModel]) -> RowKind:
    return RowKind(
        model,
        Scope.SHARED,
        find=lambda caller, slug: find(caller.rights.rows(model), slug),
        tell=tell,
        fill=_fill,
        write=lambda row, _sent: shared_rows.save(row),
        delete=lambda row: shared_rows.delete([row]),
    )


SPEAKER = _kind(Speaker, lambda row: speaker_out(row, on_desk=True))
ROOM, TOPIC = _kind(Room, room_out), _kind(Topic, topic_out)


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

    return add(request, SPEAKER, sent, how, refuse_known)


@router.patch(
    "/speakers/{name:slug}", response=SpeakerOut, operation_id="change_speaker", summary="Change a person",
    tags=["speakers"],
)  # fmt: skip
def change_speaker(request: HttpRequest, slug: Slug, sent: SpeakerSent, how: Query[DryRun]) -> HttpResponse:
    """Change a person at all their talks; the affiliation at past talks stays."""
    return change(request, SPEAKER, slug, sent, how)


@router.delete(
    "/speakers/{name:slug}", response={204: None}, operation_id="delete_speaker", summary="Delete a person",
    tags=["speakers"],
)  # fmt: skip
def delete_speaker(request: HttpRequest, slug: Slug, how: Query[DryRun]) -> HttpResponse:
    """Delete a person that nothing needs, for tokens of administrators."""
    return remove(request, SPEAKER, slug, how)


@router.put(
    "/speakers/{name:slug}/photo", response=SpeakerOut, operation_id="put_photo", summary="Give a person a photo",
    tags=["speakers"], openapi_extra={"requestBody": {"required": True, "content": {BYTES: {"schema": PICTURE}}}},
)  # fmt: skip
def put_photo(request: HttpRequest, slug: Slug, how: Query[DryRun]) -> HttpResponse:
    """Give a person the photo that is sent: JPEG, PNG or WebP, at most 10 MB. It is stored small, without its place."""
    callers.of(request).require(Scope.SHARED)
    upload = BytesIO(request.read(photos.MOST_BYTES + 1))
    try:
        photo = photos.read(upload)  # before others have to wait for their turn to write
    except ValidationError as refusal:
        raise ValidationError({"photo": refusal.messages}) from refusal
    return _show(request, slug, photo, how)


@router.delete(
    "/speakers/{name:slug}/photo", response=SpeakerOut, operation_id="remove_photo",
    summary="Remove the photo of a person", tags=["speakers"],
)  # fmt: skip
def remove_photo(request: HttpRequest, slug: Slug, how: Query[DryRun]) -> HttpResponse:
    """Show the person without a photo."""
    return _show(request, slug, None, how)


def _show(request: HttpRequest, slug: str, photo: Photo | None, how: DryRun) -> HttpResponse:
    def answer() -> HttpResponse:
        person = row_as_read(request, "change", SPEAKER, slug)
        kept = photo and photos.store(photo)
        if person.photo != kept:
            person.photo = kept
            shared_rows.save(person)
        return respond(request, SPEAKER.tell(person))

    return make(request, how, answer, Scope.SHARED)


@router.post(
    "/rooms", response={201: RoomOut, 200: RoomOut}, operation_id="add_room", summary="Add a room", tags=["rooms"]
)
def add_room(request: HttpRequest, sent: NewRoomSent, how: Query[DryRun]) -> HttpResponse:
    """Add a room."""
    return add(request, ROOM, sent, how)


@router.patch(
    "/rooms/{name:slug}", response=RoomOut, operation_id="change_room_row", summary="Change a room", tags=["rooms"]
)
def change_room(request: HttpRequest, slug: Slug, sent: RoomSent, how: Query[DryRun]) -> HttpResponse:
    """Change a room, for tokens of administrators. Talks in it are shown with the change at once."""
    return change(request, ROOM, slug, sent, how)


@router.delete(
    "/rooms/{name:slug}", response={204: None}, operation_id="delete_room", summary="Delete a room",
    tags=["rooms"],
)  # fmt: skip
def delete_room(request: HttpRequest, slug: Slug, how: Query[DryRun]) -> HttpResponse:
    """Delete a room that nothing needs, for tokens of administrators."""
    return remove(request, ROOM, slug, how)


@router.post(
    "/topics", response={201: TopicOut, 200: TopicOut}, operation_id="add_topic", summary="Add a topic", tags=["topics"]
)
def add_topic(request: HttpRequest, sent: TopicSent, how: Query[DryRun]) -> HttpResponse:
    """Add a topic."""
    return add(request, TOPIC, sent, how)


@router.patch(
    "/topics/{name:slug}", response=TopicOut, operation_id="change_topic", summary="Change a topic", tags=["topics"]
)
def change_topic(request: HttpRequest, slug: Slug, sent: TopicSent, how: Query[DryRun]) -> HttpResponse:
    """Change the name of a topic, for tokens of administrators."""
    return change(request, TOPIC, slug, sent, how)


@router.delete(
    "/topics/{name:slug}", response={204: None}, operation_id="delete_topic", summary="Delete a topic",
    tags=["topics"],
)  # fmt: skip
def delete_topic(request: HttpRequest, slug: Slug, how: Query[DryRun]) -> HttpResponse:
    """Delete a topic that nothing needs, for tokens of administrators."""
    return remove(request, TOPIC, slug, how)
