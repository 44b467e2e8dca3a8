"""What somebody edited in a file that we exported: exactly the edited cells change a talk, and nothing else.

A field that was changed on this site after the export stays, and the plan says so.
"""

from collections.abc import Callable
from functools import partial

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions import related_objects
from seminars.formats.spreadsheet_columns import BETWEEN, as_text, cells_of, edited
from seminars.importing.diff import FieldValue, PlannedTalk, held, in_json
from seminars.importing.events import Person, SourceEvent
from seminars.importing.match import KnownRows
from seminars.importing.sources.spreadsheet_rows import fields_fed_by
from seminars.models import Appearance, Series, Speaker, Talk
from seminars.models.states import Role

ROLES = {"people": Role.SPEAKER, "moderators": Role.MODERATOR, "committee": Role.COMMITTEE}

Named = tuple[str, str]  # a name and an affiliation
Step = Callable[[], None]


def sort_out_edits(
    talk: Talk, values: list[FieldValue], event: SourceEvent
) -> tuple[list[FieldValue], list[FieldValue]]:
    """Return the edited values that a talk takes over, and those of fields that were changed here, too."""
    since = _changed_here_since(talk, event)
    new = [value for value in values if value.field in event.edited and held(talk, value.field) != in_json(value.meant)]
    return [value for value in new if value.field not in since], [value for value in new if value.field in since]


def plan_parts(planned: PlannedTalk, fields: frozenset[str], known: KnownRows, may_join: Callable[[int], bool]) -> None:
    """Plan new people and further series of a talk, as far as `fields` names them.

    `may_join` tells whether talks may be added to a series, by its key. Raise ValidationError where they may not, or
    where a name is not possible.
    """
    event, talk = planned.event, planned.talk
    since = frozenset() if planned.is_new else _changed_here_since(talk, event)
    steps: list[Step] = []
    for field in ("people", "moderators", "committee"):
        if field in fields:
            steps += _people_step(planned, field, known, is_changed_here=field in since)
    if "also_in" in fields:
        steps += _series_step(planned, known, may_join, is_changed_here="also_in" in since)
    if steps:
        planned.parts = lambda: _take(steps)


def _take(steps: list[Step]) -> None:
    for step in steps:
        step()


def _changed_here_since(talk: Talk, event: SourceEvent) -> frozenset[str]:
    return fields_fed_by(edited({name: as_text(cell) for name, cell in cells_of(talk).items()}, event.check))


# --- people -----------------------------------------------------------------------------------------------------------


def _people_step(planned: PlannedTalk, field: str, known: KnownRows, *, is_changed_here: bool) -> list[Step]:
    talk, role = planned.talk, ROLES[field]
    here = [] if planned.is_new else [(one.speaker.name, one.affiliation) for one in talk.people_as(role)]
    wanted = _wanted(planned.event, field)
    if field != "people":
        here = [(name, "") for name, _affiliation in here]
    if wanted == here:
        return []
    if not _note(planned, field, [[_in_full(one) for one in people] for people in (here, wanted)], is_changed_here):
        return []
    people = [(known.speaker(Person(*one)), one[1]) for one in wanted]
    return [partial(_write_people, talk, role, people)]


def _wanted(event: SourceEvent, field: str) -> list[Named]:
    if field == "people":
        return list({person.name: (person.name, person.affiliation) for person in event.people}.values())
    return [(name, "") for name in filter(None, event.fields.get(field, "").split(BETWEEN))]


def _write_people(talk: Talk, role: Role, people: list[tuple[Speaker, str]]) -> None:
    """Make these the people of a talk in a role, in their order; those who stay keep what else is known of them."""
    here = {one.speaker_id: one for one in Appearance.objects.filter(talk=talk, role=role)}
    people = [(_saved(speaker, affiliation), affiliation) for speaker, affiliation in people]
    for key in here.keys() - {speaker.pk for speaker, _affiliation in people}:
        here[key].delete()
    for order, (speaker, affiliation) in enumerate(people):
        appearance = here.get(speaker.pk) or Appearance(talk=talk, speaker=speaker, role=role)
        before = (appearance.pk, appearance.order, appearance.affiliation)
        appearance.order = order
        if role == Role.SPEAKER:
            appearance.affiliation = affiliation
        if before != (appearance.pk, appearance.order, appearance.affiliation) or appearance.pk is None:
            appearance.save()


def _saved(speaker: Speaker, affiliation: str) -> Speaker:
    """Return the person, saved; an earlier talk of the same file may have added them."""
    if speaker.pk is not None:
        return speaker
    if known := Speaker.objects.called(speaker.name):
        return known[0]
    speaker.affiliation = affiliation
    related_objects.save(speaker)
    return speaker


# --- further series ---------------------------------------------------------------------------------------------------


def _series_step(
    planned: PlannedTalk, known: KnownRows, may_join: Callable[[int], bool], *, is_changed_here: bool
) -> list[Step]:
    names = filter(None, planned.event.fields.get("also_in", "").split(BETWEEN))
    wanted = [known.series_called(name) for name in names]
    here = [] if planned.is_new else planned.talk.all_series[1:]
    if {one.pk for one in wanted} == {one.pk for one in here}:
        return []
    for series in wanted:
        if series not in here and not may_join(series.pk):
            sentence = _("Ask the organisers of %(series)s to add this talk: open it on the desk.")
            raise ValidationError(sentence % {"series": series.short_name})
        if series == planned.talk.series:
            raise ValidationError(_("This is already the talk’s home series. Choose another one or leave it out."))
    if not _note(planned, "also_in", [[one.short_name for one in row] for row in (here, wanted)], is_changed_here):
        return []
    return [partial(_write_series, planned.talk, wanted)]


def _write_series(talk: Talk, series: list[Series]) -> None:
    talk.also_in.set(series)


# --- in words ---------------------------------------------------------------------------------------------------------


def _note(planned: PlannedTalk, field: str, old_and_new: list[list[str]], is_changed_here: bool) -> bool:
    """Say in the plan what changes; return whether it does."""
    old, new = (", ".join(names) or _("none") for names in old_and_new)
    label = {"people": _("speakers"), "moderators": _("moderators"), "committee": _("committee")}.get(field)
    words = {"field": label or _("also in"), "old": old, "new": new}
    if is_changed_here:
        sentence = _("%(field)s: not changed, because it was edited here (%(old)s). The file says %(new)s")
        planned.differences.append(sentence % words)
        return False
    planned.remarks.append(_("%(field)s: %(old)s → %(new)s") % words)
    return True


def _in_full(one: Named) -> str:
    name, affiliation = one
    return f"{name} ({affiliation})" if affiliation else name
