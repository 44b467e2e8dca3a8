"""Find talks that an earlier import brought and that are no longer in the file, and plan what happens to them."""

from copy import copy
from datetime import datetime

from django.utils.translation import gettext as _

from seminars.actions import bulk_changes
from seminars.importing.choices import Choices, ImportOptions
from seminars.importing.events import SourceEvent
from seminars.importing.field_values import GONE, FieldValue, change_of, set_values
from seminars.importing.match import Match, Matched
from seminars.importing.planned import PlannedTalk, name_of
from seminars.models import ImportedTalk, State, Talk
from seminars.models.states import CALLED_OFF

KEEP, CANCEL, WITHDRAW, EACH = "keep", "cancel", "withdraw", "each"
BECOMES = {CANCEL: State.CANCELLED, WITHDRAW: State.DRAFT}


def gone_from(found: Matched, options: ImportOptions, choices: Choices) -> list[PlannedTalk]:
    """Return the talks of the same series, and of the time that the file covers, that are not in it any longer.

    Once somebody has chosen to keep one, it is not told again. Of a talk whose import was undone, nothing is noted.
    """
    talks = _talks_gone(found, options)
    notes = ImportedTalk.objects.of_talks(talks)
    talks = [talk for talk in talks if notes[talk.pk].said and notes[talk.pk].said.get("state") != GONE]
    public = [talk for talk in talks if talk.is_public]
    for_all = _choice_for_all(public, choices)
    planned = []
    for talk in talks:
        chosen, key = for_all if talk.is_public else KEEP, "gone"
        if chosen == EACH:
            question = _("“%(talk)s” is no longer in the file. What should happen to it?") % {"talk": name_of(talk)}
            key = f"gone:{talk.pk}"
            chosen = choices.choose(key, question, _options())
        is_answered = talk.is_public and choices.doubts[key].is_answered
        planned.append(_planned(talk, notes[talk.pk], chosen, is_answered=is_answered))
    return planned


def _options() -> list[tuple[str, str]]:
    return [(KEEP, _("keep it")), (CANCEL, _("cancel it")), (WITHDRAW, _("withdraw it to a draft"))]


def _choice_for_all(talks: list[Talk], choices: Choices) -> str:
    chosen = KEEP
    for talk in talks:
        question = _("Some talks are on this site but no longer in the file. What should happen to them?")
        options = [(KEEP, _("keep them")), (CANCEL, _("cancel them")), (WITHDRAW, _("withdraw them to drafts"))]
        options += [(EACH, _("decide for each"))] if len(talks) > 1 else []
        chosen = choices.choose("gone", question, options, example=name_of(talk))
    return chosen


def _talks_gone(found: Matched, options: ImportOptions) -> list[Talk]:
    """Return them, with their parts; what the file refuses is in it."""
    if any(match.is_edit for match in found.matches):
        return []  # an export has the talks that somebody chose, and a row that is deleted changes nothing
    starts = [match.event.starts_at for match in found.matches if match.uid and match.event.starts_at]
    series = {match.talk.series_id for match in found.matches if match.talk and match.uid}
    if not starts or not series:
        return []
    there = {match.uid for match in found.matches} | {refusal.uid for refusal in found.refusals}
    names = {refusal.name for refusal in found.refusals}
    talks = Talk.objects.imported_into(series).since(min(starts)).exclude(state__in=CALLED_OFF).soonest_first()
    first = _first_dates(found)
    talks = [talk for talk in talks if first.get(_event_of(talk), talk.starts_at) <= talk.starts_at <= max(starts)]
    # Where a repeating event is refused as a whole, none of its dates is gone.
    talks = [talk for talk in talks if there.isdisjoint({talk.uid, _event_of(talk)})]
    gone = [talk for talk in talks if options.allows(talk.series_id)]
    gone = [talk for talk in gone if talk.imported.said.get("title") not in names]
    Talk.objects.fetch_parts(gone)
    return gone


def _first_dates(found: Matched) -> dict[str, datetime]:
    """Return the first date of each repeating event: what was before it may be too long ago to be read again."""
    dates: dict[str, datetime] = {}
    for event in (match.event for match in found.matches):
        if event.recurrence_id and event.starts_at:
            dates[event.uid] = min(event.starts_at, dates.get(event.uid, event.starts_at))
    return dates


def _event_of(talk: Talk) -> str:
    """Return the UID of the repeating event that this talk belongs to, or "" if it does not repeat."""
    return talk.uid.rpartition("/")[0]


def _planned(talk: Talk, note: ImportedTalk, chosen: str, *, is_answered: bool) -> PlannedTalk:
    note.talk = talk
    match = Match(SourceEvent(line=0, summary=talk.title), talk.uid, talk=talk, note=note, series=talk.series)
    planned = PlannedTalk(match, talk, name_of(talk), before=copy(talk), is_gone=True)
    if is_answered:
        match.source_values, match.changed_fields = {"state": GONE}, frozenset({"state"})
    if state := BECOMES.get(chosen):
        value = FieldValue("state", str(state))
        planned.changes = [change_of(talk, value)]
        planned.taken = {"state": value}
        set_values(talk, [value])
        bulk_changes.prepare(talk, planned.before)
    else:
        planned.declined = ["state"]  # the state that it has is not the source's
    return planned
