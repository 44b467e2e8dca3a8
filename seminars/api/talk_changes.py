"""Create, change and delete talks, and lead them from state to state."""

from copy import copy
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import Field

from seminars.actions import lifecycle, talk_changes
from seminars.api import callers
from seminars.api.callers import Scope
from seminars.api.sent_talk import NewTalkSent, Slug, TalkSent, apply, new_talk, room_at, stored_moment
from seminars.api.talks import TalkId, router  # ninja takes one router for a path (docs/decisions/api.md)
from seminars.api.types import Moment, Sent, text_of
from seminars.api.writing import Act, How, TalkWritten, change, make, remove, told_of
from seminars.models import Talk, User

Reason = Annotated[text_of(Talk, "notice"), Field(description="It becomes the notice, a public line.")]


class Announce(Sent):
    """Whether it is certain."""

    tentative: bool = False


class Move(Sent):
    """The new time; without an end, it is as long as before."""

    starts_at: Moment
    ends_at: Moment | None = None


class ChangeRoom(Sent):
    """The new room, null for none, and the notice instead of “Room changed from … to …”."""

    room: Slug | None
    notice: text_of(Talk, "notice") | None = None


class WithReason(Sent):
    """Why."""

    reason: Reason = ""


class Nothing(Sent):
    """An empty object."""


@router.post("", response={201: TalkWritten, 200: TalkWritten}, operation_id="create_talk", summary="Create a talk")
def create_talk(request: HttpRequest, sent: NewTalkSent, how: Query[How]) -> HttpResponse:
    """Create a draft. What is not sent is as the series usually has it."""

    def answer() -> HttpResponse:
        caller = callers.of(request)
        talk, parts = new_talk(sent, caller)
        saved = talk_changes.save(talk, by=caller.person, parts=parts)
        return told_of(request, saved.pk, None, how, status=201)

    return make(request, how, answer, Scope.TALKS)


@router.patch("/{name:talk}", response=TalkWritten, operation_id="change_talk", summary="Change a talk")
def change_talk(request: HttpRequest, talk: TalkId, sent: TalkSent, how: Query[How]) -> HttpResponse:
    """Change the fields that are sent."""

    def act(found: Talk, by: User) -> None:
        changed = copy(found)
        parts = apply(changed, sent, callers.of(request))
        names = [field.attname for field in Talk._meta.concrete_fields]
        if parts or any(getattr(changed, name) != getattr(found, name) for name in names):
            talk_changes.save(changed, by=by, parts=parts, keep_notice="notice" in sent.model_fields_set)

    return change(request, talk, how, act)


@router.delete("/{name:talk}", response={204: None}, operation_id="delete_talk", summary="Delete a draft")
def delete_talk(request: HttpRequest, talk: TalkId, how: Query[How]) -> HttpResponse:
    """Delete a talk that was never public. Others are cancelled or withdrawn."""
    return remove(request, talk, how, lambda found, by: lifecycle.delete(found, by=by))


def _transition(name: str, summary: str) -> object:
    return router.post(
        f"/{{name:talk}}/{name}", response=TalkWritten, operation_id=f"{name.replace('-', '_')}_talk", summary=summary
    )


@_transition("announce", "Announce a draft")
def announce(request: HttpRequest, talk: TalkId, sent: Announce, how: Query[How]) -> HttpResponse:
    """Make a draft public."""
    return change(request, talk, how, lambda found, by: lifecycle.announce(found, by=by, tentative=sent.tentative))


@_transition("confirm", "Confirm a provisional talk")
def confirm(request: HttpRequest, talk: TalkId, sent: Nothing, how: Query[How]) -> HttpResponse:
    """Make a provisional talk certain."""
    return change(request, talk, how, lambda found, by: lifecycle.confirm(found, by=by))


@_transition("move", "Move a talk")
def move(request: HttpRequest, talk: TalkId, sent: Move, how: Query[How]) -> HttpResponse:
    """Give a talk another time; a postponed one goes ahead."""

    def act(found: Talk, by: User) -> None:
        start = stored_moment("starts_at", sent.starts_at, found.starts_at)
        end = sent.ends_at and stored_moment("ends_at", sent.ends_at, found.ends_at)
        lifecycle.move(found, starts_at=start, ends_at=end, by=by)

    return change(request, talk, how, act)


@_transition("change-room", "Change the room")
def change_room(request: HttpRequest, talk: TalkId, sent: ChangeRoom, how: Query[How]) -> HttpResponse:
    """Give a talk another room; a public one says so in its notice."""

    def act(found: Talk, by: User) -> None:
        lifecycle.change_room(found, room=room_at(sent.room), notice=sent.notice, by=by)

    return change(request, talk, how, act)


@_transition("move-online", "Move a talk online")
def move_online(request: HttpRequest, talk: TalkId, sent: WithReason, how: Query[How]) -> HttpResponse:
    """Make a public talk online only, with its own link or that of its series."""
    return change(request, talk, how, _with_reason(lifecycle.move_online, sent))


@_transition("postpone", "Postpone a talk")
def postpone(request: HttpRequest, talk: TalkId, sent: WithReason, how: Query[How]) -> HttpResponse:
    """Postpone a public talk to a date that is not known yet."""
    return change(request, talk, how, _with_reason(lifecycle.postpone, sent))


@_transition("cancel", "Cancel a talk")
def cancel(request: HttpRequest, talk: TalkId, sent: WithReason, how: Query[How]) -> HttpResponse:
    """Cancel a public talk; its room becomes free."""
    return change(request, talk, how, _with_reason(lifecycle.cancel, sent))


@_transition("reinstate", "Reinstate a talk")
def reinstate(request: HttpRequest, talk: TalkId, sent: Nothing, how: Query[How]) -> HttpResponse:
    """Let a cancelled or postponed talk go ahead, if its room is still free."""
    return change(request, talk, how, lambda found, by: lifecycle.reinstate(found, by=by))


@_transition("withdraw", "Withdraw a talk")
def withdraw(request: HttpRequest, talk: TalkId, sent: Nothing, how: Query[How]) -> HttpResponse:
    """Take a talk back to a draft: pages and calendars drop it."""
    return change(request, talk, how, lambda found, by: lifecycle.withdraw(found, by=by))


def _with_reason(act: object, sent: WithReason) -> Act:
    return lambda found, by: act(found, reason=sent.reason, by=by)
