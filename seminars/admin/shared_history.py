"""What was done to speakers, rooms and topics: the history of one, and what others did to those of one's talks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import access
from seminars.admin.history import MOST_CHANGES, Entry, Undoable
from seminars.models import Change, SharedChange
from seminars.models.history import in_force
from seminars.phrases.shared_changes import differences, told_to_organisers

TOLD_FOR = timedelta(days=14)
MOST_NEWS = 5


def shared_history_page(request: HttpRequest, context: dict[str, Any], thing: Model) -> HttpResponse:
    """Show what was done to a speaker, room or topic, the latest first, the old beside the new."""
    words = {"title": _("History of “%(what)s”") % {"what": thing}, "entries": _entries(request, thing), "thing": thing}
    return TemplateResponse(request, "admin/shared_history.html", context | words)


def _entries(request: HttpRequest, thing: Model) -> list[Entry]:
    notes = list(SharedChange.objects.of(thing)[:MOST_CHANGES])
    changes = Change.objects.filter(pk__in=[note.change_id for note in notes]).latest_first().with_overtaken().in_bulk()
    undoable = Undoable(request, changes.values())
    return [Entry(change, undoable(change), differences=differences(note)) for note in notes
            if (change := changes[note.change_id])]  # fmt: skip


@dataclass(frozen=True)
class News:
    """What somebody else did to a row that one's talks print."""

    sentence: str
    note: SharedChange
    may_undo: bool


def news_for(request: HttpRequest) -> list[News]:
    """Return what others did lately to the speakers, rooms and topics of the talks on one's desk, the latest first."""
    lately = SharedChange.objects.altered().filter(in_force("change__"), change__made_at__gt=timezone.now() - TOLD_FOR)
    theirs = lately.exclude(change__by=request.user).printed_by(access.talks_on_the_desk_of(request.user))
    notes = list(theirs.order_by("-change", "pk")[:MOST_NEWS])
    if not notes:
        return []
    changes = Change.objects.filter(pk__in=[note.change_id for note in notes]).latest_first().with_overtaken().in_bulk()
    undoable = Undoable(request, changes.values())
    for note in notes:
        note.change = changes[note.change_id]
    merged = SharedChange.objects.merged_by(changes)
    return [
        News(told_to_organisers(note, merged.get(note.change_id, "")), note, undoable(note.change)) for note in notes
    ]
