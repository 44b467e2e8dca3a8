"""Plan an import: say line by line what will happen to each event, without writing anything."""

from collections.abc import Generator, Iterable
from copy import copy
from dataclasses import dataclass, field
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import bulk_changes, talk_defaults
from seminars.actions.bulk_changes import Bookings
from seminars.formats.ics_facts import facts_of
from seminars.importing.choices import Choices, Doubt, ImportOptions
from seminars.importing.convert import EventConverter
from seminars.importing.deleted import DELETED, without_deleted
from seminars.importing.events import Refusal, SourceFile, contacts_in
from seminars.importing.field_values import (
    FURTHER,
    MOVES,
    ROWS_OF_THEIR_OWN,
    FieldChange,
    FieldValue,
    Speaking,
    change_of,
    declined_sentence,
    in_words,
    set_values,
    sort_out,
)
from seminars.importing.gone import gone_from
from seminars.importing.match import Match, Matched, match_events
from seminars.importing.page_additions import addition
from seminars.importing.planned import ImportRow, Outcome, PlannedBreak, PlannedTalk, name_of
from seminars.importing.spreadsheet_edits import sort_out_edits
from seminars.models import Break, FormerAddress, Room, Series, Speaker, State, Talk, Topic
from seminars.models.states import ALLOWED_FROM, CALLED_OFF
from seminars.models.talk_naming import clash_sentence, taken_by
from seminars.models.wall_times import zone_info

STEP = 100  # events that are planned between two reports
CLASHES, LEAVE_OUT, NO_ROOM, SHARE = "clashes", "leave-out", "no-room", "share"


@dataclass
class ImportPlan:
    """The rows in the order of the file, the other rows that are added, in words, and what is in doubt.

    `apply_plan` saves `talks`, `breaks` and `contacts`, series that get the contact that the file names.
    """

    rows: list[ImportRow]
    made: list[str]
    doubts: list[Doubt]
    talks: list[PlannedTalk]
    breaks: list[PlannedBreak]
    contacts: list[Series]
    unknown_choices: list[str]
    notes: list[str] = field(default_factory=list)  # on the file as a whole
    unknown_columns: list[str] = field(default_factory=list)  # headers that somebody named and the file lacks

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def mark(self) -> str:
        """A digest of the preview; the import is refused if it has changed."""
        chosen = (f"{doubt.key}={doubt.chosen}" for doubt in self.doubts)
        return sha256("\n".join([*self.made, *chosen, *map(str, self.rows)]).encode()).hexdigest()[:16]

    @property
    def is_certain(self) -> bool:
        """Tell whether nobody needs to look at it before it is applied: nothing is refused, all doubts are answered."""
        open_doubts = [doubt for doubt in self.doubts if not doubt.is_answered and doubt.key != DELETED]
        return not self.count(Outcome.REFUSED) and not open_doubts

    @property
    def does_something(self) -> bool:
        return bool(self.made) or any(row.outcome in {Outcome.NEW, Outcome.CHANGED} for row in self.rows)

    @property
    def keys(self) -> set[int]:
        """The keys of the known talks that it writes."""
        return {one.talk.pk for one in self.talks if one.talk.pk and one.is_written}

    @property
    def new_breaks(self) -> list[PlannedBreak]:
        return [one for one in self.breaks if one.is_new]


@dataclass(frozen=True)
class PlanProgress:
    """How far a plan is: how many events were read from the file, and how many of them are planned."""

    read: int
    planned: int = 0


PlanSteps = Generator[PlanProgress, None, ImportPlan]  # reports, and returns the plan


def plan_in_steps(file: SourceFile, options: ImportOptions) -> PlanSteps:
    """Plan the import of a file and yield how far it is; raise ValidationError where no part of it can be imported."""
    yield PlanProgress(len(file.events))
    choices = Choices(options.choices)
    file, deleted = without_deleted(file, options, choices)
    planner = _Planner(match_events(file, options, choices), options, choices)
    planned = []
    for number, match in enumerate(planner.found.matches, start=1):
        planned += filter(None, [planner.plan(match)])
        if number % STEP == 0:
            yield PlanProgress(len(planner.found.matches), number)
    yield PlanProgress(len(planner.found.matches), len(planner.found.matches))
    breaks = [one for one in planned if isinstance(one, PlannedBreak)]
    talks = [one for one in planned if isinstance(one, PlannedTalk)]
    talks += gone_from(planner.found, options, choices)
    talks = planner.without_clashes(talks)
    contacts = _contacts_given(talks)
    refused = map(ImportRow.refused, planner.found.refusals)
    rows = [*refused, *map(ImportRow.planned, talks), *map(ImportRow.pausing, breaks)]
    rows += [ImportRow(Outcome.DELETED, event.line, event.name, list(event.remarks)) for event in deleted]
    made = [*map(_made_sentence, _rows_needed(talks, breaks)), *map(_contact_sentence, contacts)]
    rows.sort(key=lambda row: row.line)
    return ImportPlan(
        rows, made, list(choices.doubts.values()), talks, breaks, contacts, choices.unknown(), file.remarks,
        [header for header in options.columns if header not in file.headers],
    )  # fmt: skip


class _Planner:
    """Plans what each event does to its talk, new or known."""

    def __init__(self, found: Matched, options: ImportOptions, choices: Choices) -> None:
        self.found, self._options, self._choices = found, options, choices
        self._converter = EventConverter(choices, options)
        self._topics_of: dict[int | None, list[Topic]] = {}  # usual ones, by the key of a series
        self._addresses = FormerAddress.objects.known_among(
            {
                match.event.address
                for match in found.matches
                if "address" in match.changed_fields and match.event.address
            }
        )
        days = [match.event for match in found.matches if match.reading.is_break]
        self._breaks = list(Break.objects.select_related("series")) if days else []
        self._now = timezone.now()

    def plan(self, match: Match) -> PlannedTalk | PlannedBreak | None:
        """Return what an event does to its talk; None, and a refusal, if it cannot be imported."""
        try:
            if not match.uid:
                return addition(match, self.found.known)
            if match.talk:
                return self._change(match)
            return self._break(match) if match.reading.is_break else self._new(match)
        except ValidationError as error:
            self._refuse(match, " ".join(error.messages))
            return None

    def _refuse(self, match: Match, reason: str) -> None:
        self.found.refusals.append(Refusal(match.event.line, match.event.name, reason, match.uid))

    def _new(self, match: Match) -> PlannedTalk:
        event, series = match.event, match.series
        if "starts_at" not in match.changed_fields:
            raise ValidationError(_("This row has no date. Enter one like 2026-11-05."))
        talk = Talk(series=series, uid=match.uid, sequence=event.sequence + event.has_entry)
        talk.created_at = min(event.created_at or self._now, self._now)
        talk.join_access = series.default_join_access
        talk.state = str(event.state)  # if its source has no place for it
        remarks = list(event.remarks)
        values = self._converter.values(match, talk, remarks)
        # What a row leaves blank is as for any new talk of the series.
        values = [value for value in values if not (value.is_silent and value.field in FURTHER)]
        set_values(talk, values)
        taken = {value.field: value for value in values if value.field in ROWS_OF_THEIR_OWN}
        # What is usual now need not have been usual for a talk that is over.
        usual = [] if talk.is_over() else self._add_usual(talk, values, taken)
        if self._options.draft:
            if talk.state in CALLED_OFF:
                remarks.append(_("%(state)s in its source, but a draft here") % {"state": State(talk.state).label})
            talk.state = State.DRAFT
        bulk_changes.prepare(talk, None)
        if event.address in self._addresses:
            sentence = _("the old address %(path)s already redirects elsewhere and was not changed")
            remarks.append(sentence % {"path": event.address})
        if "people" in taken and (people := taken["people"].value):
            remarks.append(_("speaker: %(name)s") % {"name": in_words(people)})
        return PlannedTalk(match, talk, name_of(talk), taken=taken, remarks=remarks, usual=usual)

    def _add_usual(self, talk: Talk, values: list[FieldValue], taken: dict[str, FieldValue]) -> list[str]:
        """Let a new talk have what is usual for its series wherever its source says nothing; return these fields."""
        said = {value.field for value in values}
        fields = talk_defaults.defaults_beside_place(talk.series)
        set_values(talk, [FieldValue(name, usual) for name, usual in fields.items() if name not in said])
        speaking = [one.speaker for one in taken["people"].value] if "people" in taken else []
        usual_people = talk_defaults.usual_people(talk.series)  # nobody moderates their own talk
        moderators = [Speaking(one.speaker, one.affiliation) for one in usual_people if one.speaker not in speaking]
        parts = {"topics": self._usual_topics(talk.series), "moderators": moderators}
        added = {name: usual for name, usual in parts.items() if usual and not (name in taken and taken[name].value)}
        taken |= {name: FieldValue(name, usual) for name, usual in added.items()}
        return [name for name, usual in (fields | added).items() if usual and name not in said]

    def _usual_topics(self, series: Series) -> list[Topic]:
        if series.pk not in self._topics_of:
            self._topics_of[series.pk] = list(series.default_topics.in_order()) if series.pk else []
        return self._topics_of[series.pk]

    def _change(self, match: Match) -> PlannedTalk:
        talk = match.talk
        planned = PlannedTalk(match, talk, name_of(talk), before=talk)
        if not match.changed_fields:
            return planned
        match.note.talk = talk
        values = self._converter.values(match, talk, planned.remarks)
        if self._options.draft and match.note.is_withdrawn:
            values = [value for value in values if value.field != "state"]
        taken, declined = sort_out_edits(match.event, talk, values) if match.is_edit else sort_out(match.note, values)
        if not match.is_edit:
            taken = _without_moves_of_what_is_cancelled(planned, taken)
        planned.changes = [change_of(talk, value) for value in taken]
        planned.remarks += [declined_sentence(talk, value) for value in declined]
        planned.declined = [value.field for value in declined]
        planned.taken = {value.field: value for value in taken}
        planned.before = copy(talk)
        if taken:
            planned.changes += take_over(planned, taken)
        return planned

    def _break(self, match: Match) -> PlannedBreak:
        """Propose a break on the days of an event that says that there is no talk."""
        event, series = match.event, match.series
        first, last = event.days_in(zone_info(event.zone or series.zone))
        row = Break(series=series, first_on=first, last_on=last, reason=match.reading.reason or _("No talk"))
        there = next((one for one in self._breaks if first in one and one.series in (None, series)), None)
        if there:
            return PlannedBreak(match, there, is_new=False)
        question = _("The file says that there is no talk on some days. Add breaks on these days?")
        options = [("add", _("yes")), (LEAVE_OUT, _("no"))]
        chosen = self._choices.choose("breaks", question, options, example=event.name)
        row.clean_fields(exclude={"series"})
        self._breaks += [row] if chosen == "add" else []
        remarks = [] if chosen == "add" else [_("not added")]
        return PlannedBreak(match, row, is_new=chosen == "add", remarks=remarks)

    # --- rooms ---

    def without_clashes(self, planned: list[PlannedTalk]) -> list[PlannedTalk]:
        """Keep those whose talk gets its room, or goes without it; refuse the others."""
        written = [one for one in planned if one.is_written and one.match.uid]
        known = [one for one in written if one.talk.pk]
        staying = self._staying(known)
        moving = [one for one in written if id(one) not in staying]
        bookings = Bookings.of([one.talk for one in moving], beside={one.talk.pk for one in moving if one.talk.pk})
        # As in the order of writing, new talks come last: those that are known may leave them their rooms.
        moving.sort(key=lambda one: one.is_new)
        refused = {id(one) for one in moving if not self._settles(one, bookings)}
        return [one for one in planned if id(one) not in refused | staying]

    def _staying(self, known: list[PlannedTalk]) -> set[int]:
        """Refuse the known talks whose new room is taken, and return their ids: each keeps its old room and time.

        Nobody else gets these then, so one that stays may make others stay.
        """
        staying: set[int] = set()
        if self._options.choices.get(CLASHES) in {NO_ROOM, SHARE}:
            return staying
        while moving := [one for one in known if id(one) not in staying]:
            bookings = Bookings.of([one.talk for one in moving], beside={one.talk.pk for one in moving})
            found = {id(one) for one in moving if not self._moves(one, bookings)}
            if not found:
                break
            staying |= found
        return staying

    def _moves(self, one: PlannedTalk, bookings: Bookings) -> bool:
        """Let a known talk have its room and return True, or refuse it and return False."""
        if not (holder := bookings.holder(one.talk)):
            bookings.take(one.talk)
        return holder is None or one.talk.is_over(self._now) or self._settles(one, bookings)

    def _settles(self, one: PlannedTalk, bookings: Bookings) -> bool:
        """Give the talk its room and return True, or refuse it and return False.

        Clashes in the past are accepted: the later talk in the file is marked as sharing the room.
        """
        talk = one.talk
        if holder := bookings.holder(talk):
            chosen = SHARE if talk.is_over(self._now) else self._clash_choice(one, holder)
            if chosen == LEAVE_OUT:
                self._refuse(one.match, clash_sentence(talk, holder))
                return False
            if chosen == SHARE:
                talk.shares_room = True
                one.remarks.append(_sharing_sentence(talk, holder))
            else:
                one.remarks.append(clash_sentence(talk, holder))
                talk.room, talk.room_is_exclusive = None, False
        bookings.take(talk)
        return True

    def _clash_choice(self, one: PlannedTalk, holder: Talk) -> str:
        question = _("What should happen to talks whose room is taken?")
        options = [
            (LEAVE_OUT, _("leave them out")),
            (NO_ROOM, _("import them without a room")),
            (SHARE, _("import them, and mark them as sharing the room on purpose")),
        ]
        return self._choices.choose(CLASHES, question, options, example=one.name)


def _without_moves_of_what_is_cancelled(planned: PlannedTalk, taken: list[FieldValue]) -> list[FieldValue]:
    """Leave out where and when a talk moves that is cancelled and stays so: it moves once it goes ahead again.

    What the source says of that is not noted, so that it is still news then.
    """
    moves = {value.field for value in taken} & MOVES
    if planned.talk.state in ALLOWED_FROM["move"] or not moves or any(value.field == "state" for value in taken):
        return taken
    planned.match.changed_fields -= moves
    planned.remarks.append(_("not moved, because it is cancelled here. If you reinstate it, import again"))
    return [value for value in taken if value.field not in moves]


def take_over(planned: PlannedTalk, values: list[FieldValue]) -> list[FieldChange]:
    """Set the new values and what follows from them; return what follows.

    If the calendar entry shows any of them, SEQUENCE becomes higher than the source's.
    """
    talk, known, sequence = planned.talk, planned.before, planned.event.sequence
    before = facts_of(known)
    set_values(talk, values)
    bulk_changes.prepare(talk, known)
    if facts_of(talk) != before or {"topics", "people"} & planned.taken.keys():
        # Stamping adds one more, but only if the talk was ever public.
        talk.sequence = max(talk.sequence, sequence if talk.published_at else sequence + 1)
    followed = {"state", "notice"} - planned.taken.keys()
    changed_fields = [FieldValue(name, getattr(talk, name)) for name in sorted(followed)]
    return [change_of(known, value) for value in changed_fields if value.value != getattr(known, value.field)]


def _rows_needed(talks: list[PlannedTalk], breaks: list[PlannedBreak]) -> Iterable[Series | Room | Speaker]:
    """Return the new rows that these talks need, each once."""
    needed = [row for one in talks if one.is_written for row in one.needs if row.pk is None]
    needed += [one.row.series for one in breaks if one.is_new and one.row.series.pk is None]
    return {id(row): row for row in needed}.values()


def _made_sentence(row: Series | Room | Speaker) -> str:
    if isinstance(row, Series):
        words = {"name": row.name, "short": row.short_name, "contact": row.contact_email or _("none")}
        return _("series created: %(name)s (short name %(short)s, contact %(contact)s)") % words
    if isinstance(row, Room):
        return _("room created: %(room)s") % {"room": row.location}
    if isinstance(row, Speaker):
        return _("speaker created: %(name)s") % {"name": row.name}
    return _("topic created: %(topic)s") % {"topic": row.name}


def _contacts_given(planned: list[PlannedTalk]) -> list[Series]:
    """Give the known series that have no contact the only one that the calendar names, and return them."""
    named: dict[int, set[tuple[str, str]]] = {}
    series = {one.talk.series_id: one.talk.series for one in planned if one.talk.series_id}
    for one in planned:
        named.setdefault(one.talk.series_id, set()).update(contacts_in([one.event]))
    given = []
    for key, known in series.items():
        if len(named[key]) == 1 and not (known.contact_name or known.contact_email):
            known.contact_name, known.contact_email = named[key].pop()
            given.append(known)
    return given


def _contact_sentence(series: Series) -> str:
    contact = " ".join(filter(None, (series.contact_name, series.contact_email)))
    return _("contact of %(series)s: %(contact)s") % {"series": series.full_name, "contact": contact}


def _sharing_sentence(talk: Talk, holder: Talk) -> str:
    """Say which other talk had the room."""
    words = {"room": talk.room.name, "whom": taken_by(holder, beside=talk, named=_("taken by “%(talk)s”"))}
    return _("%(room)s was %(whom)s at the same time, so the talk is marked as sharing the room.") % words
