"""Add, change and delete series and breaks, by the rules of the desk."""

from datetime import time
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import AfterValidator, Field

from seminars.actions import breaks, shared_rows
from seminars.api.callers import Caller, Scope
from seminars.api.row_changes import router
from seminars.api.row_writing import RowKind, add, change, remove
from seminars.api.rows import Number, Slug, break_at, find
from seminars.api.sent_talk import MOST_ROWS, own_series, room_at, rows_at, unset, zone_at
from seminars.api.sent_talk import Slug as SentSlug
from seminars.api.told import ACCESS, RECORDINGS, BreakOut, SeriesOut, break_out, series_out
from seminars.api.types import Day, Sent, Text, text_of
from seminars.api.writing import DryRun
from seminars.models import Break, Series, Speaker, Topic

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), AfterValidator(time.fromisoformat)]


class SeriesSent(Sent):
    """Fields of a series. What is not sent stays as it is; the usual values are for new talks."""

    name: text_of(Series, "name") = unset()
    short_name: text_of(Series, "short_name") = unset()
    kind: text_of(Series, "kind") = unset()
    tagline: text_of(Series, "tagline") = unset()
    about: Text = unset()
    contact_name: text_of(Series, "contact_name") = unset()
    contact_email: text_of(Series, "contact_email") = unset()
    mailing_list: text_of(Series, "mailing_list") = unset()
    colour: text_of(Series, "colour") = unset()
    is_listed: bool = unset()
    announce_days: Annotated[int, Field(ge=0, le=32767)] = unset()
    zone: text_of(Series, "zone") = unset()
    default_weekday: Annotated[int, Field(ge=0, le=6)] | None = unset()
    default_start: Clock | None = unset()
    default_minutes: Annotated[int, Field(ge=5, le=1440)] = unset()
    default_room: SentSlug | None = unset()
    default_moderator: SentSlug | None = unset()
    default_topics: Annotated[list[SentSlug], Field(max_length=MOST_ROWS)] = unset()
    default_join_url: text_of(Series, "default_join_url") = unset()
    default_passcode: text_of(Series, "default_passcode") = unset()
    default_join_access: ACCESS = unset()
    default_host: text_of(Series, "default_host") = unset()
    default_language: text_of(Series, "default_language") = unset()
    default_audience: text_of(Series, "default_audience") = unset()
    default_programme: text_of(Series, "default_programme") = unset()
    default_recording: RECORDINGS = unset()
    default_abstract: Text = unset()
    default_notes: Text = unset()
    ask_subject: text_of(Series, "ask_subject") = unset()
    ask_text: Text = unset()
    reminds_speakers: bool = unset()
    remind_text: Text = unset()
    thanks_text: Text = unset()
    answers_go_live: bool = unset()


class NewSeriesSent(SeriesSent):
    """A new series."""

    name: text_of(Series, "name")
    short_name: text_of(Series, "short_name")


def _fill_series(series: Series, sent: SeriesSent, caller: Caller) -> None:
    given = {name: getattr(sent, name) for name in sent.model_fields_set}
    if "zone" in given:
        given["zone"] = zone_at(given["zone"])
    if "default_room" in given:
        given["default_room"] = room_at(given["default_room"], "default_room")
    if "default_moderator" in given:
        slugs = [given["default_moderator"]] if given["default_moderator"] else []
        found = rows_at(caller.rights.rows(Speaker), slugs, "default_moderator")
        given["default_moderator"] = found[0] if found else None
    for name in given.keys() - {"default_topics"}:
        setattr(series, name, given[name])


def _write_series(series: Series, sent: SeriesSent) -> None:
    shared_rows.save(series)
    if "default_topics" in sent.model_fields_set:
        topics = rows_at(Topic.objects.all(), sent.default_topics, "default_topics")
        shared_rows.set_usual_topics(series, topics)


def _fill_break(one: Break, sent: "BreakSent", caller: Caller) -> None:
    given = {name: getattr(sent, name) for name in sent.model_fields_set}
    if given.get("series") is not None:
        given["series"] = own_series(given["series"], caller)
    for name, value in given.items():
        setattr(one, name, value)


SERIES = RowKind(
    Series,
    Scope.SERIES,
    find=lambda caller, slug: find(caller.rights.rows(Series), slug),
    tell=lambda row: series_out(row, at_home=True),
    fill=_fill_series,
    write=_write_series,
    delete=lambda row: shared_rows.delete([row]),
)
BREAK = RowKind(
    Break,
    Scope.SERIES,
    find=break_at,
    tell=break_out,
    fill=_fill_break,
    write=lambda row, _sent: breaks.save(row),
    delete=breaks.delete,
    key="pk",
)


@router.post(
    "/series", response={201: SeriesOut, 200: SeriesOut}, operation_id="add_series", summary="Add a series",
    tags=["series"],
)  # fmt: skip
def add_series(request: HttpRequest, sent: NewSeriesSent, how: Query[DryRun]) -> HttpResponse:
    """Add a series, for tokens of administrators. Who looks after it is said at the desk."""
    return add(request, SERIES, sent, how)


@router.patch(
    "/series/{name:slug}", response=SeriesOut, operation_id="change_series", summary="Change a series", tags=["series"]
)
def change_series(request: HttpRequest, slug: Slug, sent: SeriesSent, how: Query[DryRun]) -> HttpResponse:
    """Change a series that the person looks after. Talks that there are keep what was usual when they were made."""
    return change(request, SERIES, slug, sent, how)


@router.delete(
    "/series/{name:slug}", response={204: None}, operation_id="delete_series", summary="Delete a series",
    tags=["series"],
)  # fmt: skip
def delete_series(request: HttpRequest, slug: Slug, how: Query[DryRun]) -> HttpResponse:
    """Delete a series without talks, for tokens of administrators. This cannot be undone."""
    return remove(request, SERIES, slug, how)


class BreakSent(Sent):
    """Fields of a break. What is not sent stays as it is."""

    series: SentSlug | None = Field(default_factory=lambda: None, description="Null for all series.")
    first_on: Day = unset()
    last_on: Day | None = Field(default_factory=lambda: None, description="Included; null for a single day.")
    reason: text_of(Break, "reason") = unset()


class NewBreakSent(BreakSent):
    """A new break."""

    series: SentSlug | None = Field(description="Null for all series, for tokens of administrators.")
    first_on: Day
    reason: text_of(Break, "reason")


@router.post(
    "/breaks", response={201: BreakOut, 200: BreakOut}, operation_id="add_break", summary="Add a break",
    tags=["department"],
)  # fmt: skip
def add_break(request: HttpRequest, sent: NewBreakSent, how: Query[DryRun]) -> HttpResponse:
    """Add a break of a series that the person looks after, or of all series, for tokens of administrators."""
    return add(request, BREAK, sent, how)


@router.patch(
    "/breaks/{int:number}", response=BreakOut, operation_id="change_break", summary="Change a break",
    tags=["department"],
)  # fmt: skip
def change_break(request: HttpRequest, number: Number, sent: BreakSent, how: Query[DryRun]) -> HttpResponse:
    """Change a break."""
    return change(request, BREAK, number, sent, how)


@router.delete(
    "/breaks/{int:number}", response={204: None}, operation_id="delete_break", summary="Delete a break",
    tags=["department"],
)  # fmt: skip
def delete_break(request: HttpRequest, number: Number, how: Query[DryRun]) -> HttpResponse:
    """Delete a break."""
    return remove(request, BREAK, number, how)
