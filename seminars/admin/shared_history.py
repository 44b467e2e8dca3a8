"""The history of speakers, rooms and topics, and what others changed on those of the organiser's talks."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from seminars import access
from seminars.admin.history import MOST_CHANGES, HistoryEntry, Undoable
from seminars.models import Change, SharedChange
from seminars.models.history import in_force
from seminars.models.shared_changes import SharedChangeQuerySet
from seminars.phrases.shared_changes import differences, told_to_organisers

TOLD_FOR = timedelta(days=14)
MOST_NEWS = 5


def history_of_shared(request: HttpRequest, thing: Model) -> list[HistoryEntry]:
    """Return what was done to a speaker, room or topic, the latest first."""
    notes, undoable = _with_changes(request, SharedChange.objects.of(thing)[:MOST_CHANGES])
    return [HistoryEntry(note.change, undoable(note.change), differences=differences(note)) for note in notes]


def _with_changes(request: HttpRequest, asked: QuerySet[SharedChange]) -> tuple[list[SharedChange], Undoable]:
    """Return the notes with their changes, and what tells which of these the user may undo."""
    notes = list(asked)
    changes = Change.objects.filter(pk__in=[note.change_id for note in notes]).latest_first().with_overtaken().in_bulk()
    for note in notes:
        note.change = changes[note.change_id]
    return notes, Undoable(request, changes.values())


@dataclass(frozen=True)
class News:
    """What somebody else did to a row that one's talks print."""

    sentence: str
    note: SharedChange
    may_undo: bool


def news_for(request: HttpRequest) -> list[News]:
    """Return what others did lately to the speakers, rooms and topics of the talks on one's desk, the latest first."""
    theirs = changed_by_others(request).of_rows_used_by(access.talks_on_the_desk_of(request.user))
    notes, undoable = _with_changes(request, theirs.order_by("-change", "pk")[:MOST_NEWS])
    merged = SharedChange.objects.merged_by([note.change_id for note in notes])
    return [
        News(told_to_organisers(note, merged.get(note.change_id, "")), note, undoable(note.change)) for note in notes
    ]


def changed_by_others(request: HttpRequest) -> SharedChangeQuerySet:
    """Return recent changes by others to speakers, rooms and topics, including those that nobody uses."""
    lately = SharedChange.objects.altered().filter(in_force("change__"), change__made_at__gt=timezone.now() - TOLD_FOR)
    return lately.exclude(change__by=request.user)
