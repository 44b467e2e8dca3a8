"""Leave out events whose drafts somebody deleted in this series, unless they are to be imported again."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from seminars.importing.changed_uids import with_other_times
from seminars.importing.choices import Choices, ImportOptions
from seminars.importing.events import SourceEvent, SourceFile
from seminars.importing.field_values import source_values_of
from seminars.importing.match import Match, identity_of
from seminars.importing.series_found import names_of
from seminars.models import DeletedImport, Series, Talk
from seminars.models.deleted_imports import mark_of
from seminars.text import fold

_QUERY = 5000  # UIDs that one query asks for
DELETED, LEAVE_OUT, AGAIN, EACH = "deleted", "leave-out", "again", "each"


def without_deleted(file: SourceFile, options: ImportOptions, choices: Choices) -> tuple[SourceFile, list[SourceEvent]]:
    """Return the file without the events that stay deleted, and these events."""
    events = _deleted(file.events, options)
    if not events:
        return file, []
    is_each = _choice_for_all(events, choices) == EACH
    left_out = [event for event in events if _choice(event, choices, is_each=is_each) == LEAVE_OUT]
    keys = set(map(id, left_out))
    return replace(file, events=[event for event in file.events if id(event) not in keys]), left_out


def forget_deleted(matches: Iterable[Match]) -> None:
    """Forget that the drafts of these new talks were deleted, because they are here again."""
    notes = list(DeletedImport.objects.all())
    known = {note.uid for note in notes}
    again = [note.pk for match in (matches if notes else ()) for note in notes if _is_again(note, match, known)]
    DeletedImport.objects.filter(pk__in=again).delete()


def _is_again(note: DeletedImport, match: Match, known: Collection[str]) -> bool:
    if note.series_id not in {None, match.series.pk}:
        return False
    uids = {match.uid, *with_other_times([match.uid], known).values()}
    return note.uid in uids or (note.mark is not None and note.mark == mark_of(match.source_values))


def _deleted(events: list[SourceEvent], options: ImportOptions) -> list[SourceEvent]:
    """Return the events whose drafts were deleted: under their UID, or as many as were under another one."""
    notes = _notes(options)
    names = {} if options.series else {one.pk: [fold(name) for name in names_of(one)] for one in Series.objects.all()}
    new = _not_here(events) if notes else []
    under_uid = _under_their_uid(new, notes, names)
    uids = {identity_of(event) for event in events}
    left = [note for note in notes if note.uid not in uids]
    others = [event for event in new if id(event) not in under_uid]
    found = under_uid | _under_another_uid(others, left, names)
    return [event for event in events if id(event) in found]


def _not_here(events: list[SourceEvent]) -> list[SourceEvent]:
    uids = [uid for event in events if (uid := identity_of(event))]
    parts = (uids[first : first + _QUERY] for first in range(0, len(uids), _QUERY))
    here = {uid for part in parts for uid in Talk.objects.uids_among(part)}
    return [event for event in events if identity_of(event) not in here | {""}]


def _under_their_uid(new: list[SourceEvent], notes: list[DeletedImport], names: dict[int, list[str]]) -> set[int]:
    """Return the ids of events whose UID was that of a deleted draft; some programs write times into it."""
    by_uid = defaultdict(list)
    for note in notes:
        by_uid[note.uid].append(note)
    uids = {identity_of(event) for event in new}
    before = with_other_times(uids - by_uid.keys(), by_uid.keys() - uids)
    found = set()
    for event in new:
        uid = identity_of(event)
        if any(_is_of(note, event, names) for note in by_uid.get(before.get(uid, uid), ())):
            found.add(id(event))
    return found


def _notes(options: ImportOptions) -> list[DeletedImport]:
    """Return the deleted drafts of the series that the file goes into; of all if each event goes into its own."""
    if not options.series:
        return list(DeletedImport.objects.all())
    return list(DeletedImport.objects.of_series(Series.objects.filter(slug=options.series).first()))


def _is_of(note: DeletedImport, event: SourceEvent, names: dict[int, list[str]]) -> bool:
    """Tell whether the event names no other series than that of the deleted draft."""
    text = fold(event.series or event.summary)
    named = {key for key, own in names.items() if any(_begins_with(text, name) for name in own)}
    return note.series_id is None or not named or note.series_id in named


def _begins_with(text: str, name: str) -> bool:
    """Tell whether a folded text begins with this name as whole words: "ent" is no beginning of "entropy"."""
    return name != "" and re.match(rf"{re.escape(name)}(?!\w)", text) is not None


def _under_another_uid(new: list[SourceEvent], notes: list[DeletedImport], names: dict[int, list[str]]) -> set[int]:
    """Return the ids of events with the start and title of a deleted draft: of several alike the last ones."""
    left = Counter(note.mark for note in notes if note.mark)
    by_mark = {note.mark: note for note in notes}
    found = set()
    for event in reversed(new if left else []):
        mark = mark_of(source_values_of(event))
        if mark and left[mark] and _is_of(by_mark[mark], event, names):
            left[mark] -= 1
            found.add(id(event))
            event.remarks += (_("its draft was deleted here under another UID, with the same start and title"),)
    return found


def _choice_for_all(events: list[SourceEvent], choices: Choices) -> str:
    question = _("Someone deleted the drafts of some events here. Import these events again?")
    options = [(LEAVE_OUT, _("no")), (AGAIN, _("yes"))]
    options += [(EACH, _("decide for each"))] if len(events) > 1 else []
    chosen = [choices.choose(DELETED, question, options, example=event.name) for event in events]
    return chosen[0]


def _choice(event: SourceEvent, choices: Choices, *, is_each: bool) -> str:
    if not is_each:
        return choices.doubts[DELETED].chosen
    question = _("The draft of “%(event)s” was deleted here. Import it again?") % {"event": event.name}
    return choices.choose(f"{DELETED}:{identity_of(event)}", question, [(LEAVE_OUT, _("no")), (AGAIN, _("yes"))])
