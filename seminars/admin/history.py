"""The history of a talk, recent changes of talks and what they show, and the offer to undo one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import access, text
from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.models import Change, SharedChange, Talk, recording
from seminars.models.snapshots import (
    Snapshot,
    deleted_talks_of,
    homes_of,
    of_several_talks,
    some_talks_of,
    story,
)
from seminars.models.talk_naming import speaker_and_title
from seminars.phrases.talk_differences import Difference, Differences

MOST_CHANGES = 100
MOST_NAMES = 3


@contextmanager
def recorded(request: HttpRequest, sentence: str = "") -> Iterator[Change]:
    """Group what a page does as one change by its user, and offer to undo it; the action in it may say what it was."""
    with recording(sentence, by=request.user) as change:
        yield change
    offer_to_undo(request, change)


def offer_to_undo(request: HttpRequest, change: Change) -> None:
    """Offer an Undo button on the next page, unless the change is empty."""
    if not change.is_empty:
        sentence = _("%(what)s. Not what you wanted?") % {"what": text.without_stop(str(change))}
        messages.info(request, sentence, extra_tags=f"undo-{change.pk}")


@dataclass
class HistoryEntry:
    """A change as a page shows it: its talks and shared rows, what changed, and whether the user may undo it."""

    change: Change
    may_undo: bool
    talks: list[Talk] = field(default_factory=list)
    number: int = 0
    differences: list[Difference] = field(default_factory=list)
    shared: list[SharedChange] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)  # the names of talks that are there no longer
    may_undo_rest: bool = False  # for those of its talks that nobody has changed since

    @property
    def deleted_shown(self) -> list[str]:
        return self.deleted[:MOST_NAMES]

    @property
    def more(self) -> int:
        """How many talks and shared rows are not named."""
        shared = self.shared[0].number - len(self.shared) if self.shared else 0
        return self.number - len(self.talks) + len(self.deleted) - len(self.deleted_shown) + shared


class Undoable:
    """Tells which of these changes the user may undo, in the same number of queries however many there are."""

    def __init__(self, request: HttpRequest, changes: Iterable[Change]) -> None:
        changes = list(changes)
        self.rights, self.homes = rights(request), homes_of(changes)
        self.others = access.changes_of_what_others_keep(request.user, changes)
        self.overtaken = [change for change in changes if getattr(change, "is_overtaken", False)]

    def __call__(self, change: Change) -> bool:
        """Tell it of a change that was read `with_overtaken`."""
        is_possible = not change.is_overtaken or hasattr(change, "import_run")  # of an import, what was edited stays
        may_be = is_possible and not change.is_undone and not change.follows_zone_rules
        return may_be and self.is_theirs(change)

    @cached_property
    def _of_several(self) -> set[int]:
        return of_several_talks(self.overtaken)

    def of_the_rest(self, change: Change, number: int | None = None) -> bool:
        """Tell whether a change of several talks is refused as a whole, because some of them were changed since.

        `number` is that of its talks, if it is known.
        """
        if change not in self.overtaken or hasattr(change, "import_run") or change.is_undone:
            return False
        is_of_several = number > 1 if number is not None else change.pk in self._of_several
        return is_of_several and not change.follows_zone_rules and self.is_theirs(change)

    def is_theirs(self, change: Change) -> bool:
        return change.pk not in self.others and self.rights.may_change_all(self.homes[change.pk])


# --- what happened lately ------------------------------------------------------------------------------


def lately(request: HttpRequest, most: int) -> list[HistoryEntry]:
    """Return the latest changes to talks on the user's desk and to what they show; no other talks are named."""
    changes = list(access.changes_on_the_desk_of(request.user).latest_first().with_overtaken()[:most])
    own, undoable = access.talks_on_the_desk_of(request.user), Undoable(request, changes)
    shared: dict[int, list[SharedChange]] = {change.pk: [] for change in changes}
    for note in SharedChange.objects.first_of_each(changes, MOST_NAMES):
        shared[note.change_id].append(note)
    some = some_talks_of(changes, own, MOST_NAMES)
    known = own.for_lists().in_bulk({key for keys, _number in some.values() for key in keys})
    nameless = [change for change in changes if change.pk not in some and not shared[change.pk]]
    deleted = deleted_talks_of(nameless, access.series_of(request.user)) if nameless else {}
    entries = []
    for change in changes:
        keys, number = some.get(change.pk, ([], 0))
        named = [known[key] for key in keys]
        entry = HistoryEntry(change, undoable(change), named, number, shared=shared[change.pk])
        entry.deleted, entry.may_undo_rest = deleted.get(change.pk, []), undoable.of_the_rest(change, number)
        entries.append(entry)
    return entries


class ChangesPage(DeskPage):
    """The latest changes of one's series."""

    template_name = "admin/changes.html"
    title = gettext_lazy("Recent changes")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return super().get_context_data(entries=lately(self.request, MOST_CHANGES), **words)


# --- the history of a talk -----------------------------------------------------------------------------


class HistoryMixin:
    """Shows our own history of a row instead of Django's log: latest change first, old values beside new ones."""

    object_history_template = "admin/history.html"

    def history_of(self, request: HttpRequest, obj: Model) -> Iterable[HistoryEntry]:
        raise NotImplementedError

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        thing = self.get_object(request, object_id)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        name = speaker_and_title(thing) if isinstance(thing, Talk) else thing
        words = {"title": _("History of “%(what)s”") % {"what": name}, "thing": thing, "opts": self.opts}
        context = self.admin_site.each_context(request) | words | {"entries": self.history_of(request, thing)}
        return TemplateResponse(request, self.object_history_template, context)


def history_of_talk(request: HttpRequest, talk: Talk) -> list[HistoryEntry]:
    """Return what was done to a talk."""
    return list(_told(request, talk))[:MOST_CHANGES]


def _told(request: HttpRequest, talk: Talk) -> Iterator[HistoryEntry]:
    steps = list(story(talk.pk))
    states = dict(steps)
    changes = list(Change.objects.since(0, talk).with_overtaken())
    untold = frozenset() if access.may_change_talk(request.user, talk) else access.PRIVATE
    compare, undoable = Differences(states.values(), untold), Undoable(request, changes)
    before = {number: old for (number, _new), (_number, old) in zip(steps, [(0, Snapshot()), *steps], strict=False)}
    for change in changes:
        differences = compare.between(before[change.pk], states[change.pk])
        may_undo = before[change.pk].exists and undoable(change)
        if differences or change.follows_zone_rules:
            rest = undoable.of_the_rest(change)
            yield HistoryEntry(change, may_undo, differences=differences, may_undo_rest=rest)
