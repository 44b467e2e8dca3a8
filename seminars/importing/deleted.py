"""Leave out events whose drafts somebody deleted on this site, unless they are to be imported again."""

from collections.abc import Collection
from dataclasses import replace

from django.utils.translation import gettext as _

from seminars.importing.changed_uids import with_other_times
from seminars.importing.choices import Choices
from seminars.importing.events import SourceEvent, SourceFile
from seminars.importing.match import identity_of
from seminars.models import DeletedImport, Talk

DELETED, LEAVE_OUT, AGAIN, EACH = "deleted", "leave-out", "again", "each"


def without_deleted(file: SourceFile, choices: Choices) -> tuple[SourceFile, list[SourceEvent]]:
    """Return the file without the events that stay deleted, and these events."""
    uids = [uid for event in file.events if (uid := identity_of(event))]
    deleted = DeletedImport.objects.among(uids) | _moved(uids)
    deleted -= Talk.objects.uids_among(deleted)
    if not deleted:
        return file, []
    events = [event for event in file.events if identity_of(event) in deleted]
    is_each = _choice_for_all(events, choices) == EACH
    left_out = [event for event in events if _choice(event, choices, is_each=is_each) == LEAVE_OUT]
    keys = set(map(id, left_out))
    return replace(file, events=[event for event in file.events if id(event) not in keys]), left_out


def forget_deleted(uids: Collection[str]) -> None:
    """Forget that the drafts of these UIDs were deleted, because they are here again."""
    known = set(DeletedImport.objects.values_list("uid", flat=True)) if uids else set()
    DeletedImport.objects.forget([*known.intersection(uids), *with_other_times(uids, known).values()])


def _moved(uids: list[str]) -> set[str]:
    """Return those that are a deleted one with other times in it: some programs give what moves another UID."""
    known = set(DeletedImport.objects.values_list("uid", flat=True)) if uids else set()
    left = known.difference(uids)  # the others are in the file themselves
    return set(with_other_times(set(uids) - known, left)) if left else set()


def _choice_for_all(events: list[SourceEvent], choices: Choices) -> str:
    question = _("Somebody deleted the drafts of some events here. Import these events again?")
    options = [(LEAVE_OUT, _("no")), (AGAIN, _("yes"))]
    options += [(EACH, _("decide for each"))] if len(events) > 1 else []
    chosen = [choices.choose(DELETED, question, options, example=event.name) for event in events]
    return chosen[0]


def _choice(event: SourceEvent, choices: Choices, *, is_each: bool) -> str:
    if not is_each:
        return choices.doubts[DELETED].chosen
    question = _("The draft of “%(event)s” was deleted here. Import it again?") % {"event": event.name}
    return choices.choose(f"{DELETED}:{identity_of(event)}", question, [(LEAVE_OUT, _("no")), (AGAIN, _("yes"))])
