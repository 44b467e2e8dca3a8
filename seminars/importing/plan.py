"""Planning an import: say line by line what will happen to each event, without writing anything."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.actions import talk_changes
from seminars.date_formats import moment
from seminars.formats.ics_facts import facts_of
from seminars.importing.apply import apply
from seminars.importing.diff import (
    FieldValue,
    PlannedTalk,
    add_what_is_missing,
    change_sentence,
    declined_sentence,
    set_values,
    sort_out,
    values_of,
)
from seminars.importing.edits import plan_parts, sort_out_edits
from seminars.importing.events import Refusal, SourceEvent, SourceFile
from seminars.importing.match import KnownRows, RowNeeded, talk_called
from seminars.models import FormerAddress, ImportedTalk, Room, Series, Speaker, State, Talk
from seminars.models.talk_naming import clash_sentence, taken_by

# Rows are checked when they are saved, and stamps are set then.
_NOT_YOURS = gettext_lazy("This talk belongs to a series that you don’t organise. Ask an administrator to import it.")
_NOT_YET = {"series", "room", "published_at", "changed_at"}


class Outcome(TextChoices):
    """What happens to one event of a file."""

    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    REFUSED = "refused", gettext_lazy("refused")


@dataclass(frozen=True)
class ImportOptions:
    """What was asked for: a series by its slug ("": what the file says), and new talks as drafts.

    `homes` are the keys of the series whose talks may be changed; None: all.
    """

    series: str = ""
    draft: bool = False
    homes: frozenset[int] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)  # what columns of a spreadsheet mean, by header

    def allows(self, series: int) -> bool:
        return self.homes is None or series in self.homes


@dataclass
class ImportRow:
    """One event, the line on which it begins, what happens to it, and remarks."""

    outcome: Outcome
    line: int
    name: str
    remarks: list[str] = field(default_factory=list)

    @classmethod
    def refused(cls, refusal: Refusal) -> "ImportRow":
        return cls(Outcome.REFUSED, refusal.line, refusal.name, [refusal.reason])

    @classmethod
    def planned(cls, planned: PlannedTalk) -> "ImportRow":
        changed = Outcome.CHANGED if planned.is_written else Outcome.UNCHANGED
        remarks = planned.remarks + planned.differences
        return cls(Outcome.NEW if planned.is_new else changed, planned.event.line, planned.name, remarks)


@dataclass
class ImportPlan:
    """The rows in the order of the file, the other rows that are added, and `apply`, which saves all or nothing.

    `apply` raises ValidationError if the rows have changed since, or the database forbids it.
    """

    rows: list[ImportRow]
    made: list[str]
    apply: Callable[[], None]
    notes: list[str] = field(default_factory=list)  # on the file as a whole

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def mark(self) -> str:
        """A digest of the preview; the import is refused if it has changed."""
        said = [*self.made, *(f"{row.outcome}|{row.line}|{row.name}|{row.remarks}" for row in self.rows)]
        return sha256("\n".join(said).encode()).hexdigest()[:16]

    @property
    def does_something(self) -> bool:
        return bool(self.made) or any(row.outcome in {Outcome.NEW, Outcome.CHANGED} for row in self.rows)


def plan_import(file: SourceFile, options: ImportOptions) -> ImportPlan:
    """Plan the import of a file; raise ValidationError where no part of it can be imported."""
    planner = _Planner(file, options)
    planned = [one for event in file.events if (one := planner.plan(event))]
    planned = planner.without_clashes(planned)
    contacts = _contacts_given(planned)
    needed = _rows_needed(planned)
    sentences = [*(_made_sentence(row) for row in needed if row.pk is None), *map(_contact_sentence, contacts)]
    refused = [ImportRow.refused(refusal) for refusal in (*file.refusals, *planner.refusals)]
    rows = sorted([*refused, *map(ImportRow.planned, planned)], key=lambda row: row.line)
    return ImportPlan(rows, sentences, lambda: apply(planned, [*needed, *contacts]), file.remarks)


class _Planner:
    """Plans what each event does to its talk, new or known."""

    def __init__(self, file: SourceFile, options: ImportOptions) -> None:
        uids = [event.uid for event in file.events if event.uid]
        self._talks = {talk.uid: talk for talk in Talk.objects.filter(uid__in=uids).for_pages()}
        self._notes = ImportedTalk.objects.by_uid(uids)
        self._options = options
        self._known = KnownRows()
        self._series = self._known.series_at(options.series) if options.series else None
        if options.series and not self._series and uids:
            self._series = self._known.series_told_of(file.events, slug=options.series)
        self.refusals: list[Refusal] = []

    def plan(self, event: SourceEvent) -> PlannedTalk | None:
        """Return what an event does to its talk; None, and a refusal, if it cannot be imported.

        Raise ValidationError if it has no UID and its title does not identify one talk.
        """
        if not event.uid:
            return self._addition(event)
        try:
            if event.day and not event.starts_at:
                raise ValidationError(_("This talk has a date but no time of day. Enter one like 15:30."))
            talk = self._talks.get(event.uid)
            if talk and event.edited is not None:
                return self._edit(event, talk)
            return self._change(event, talk) if talk else self._new(event)
        except ValidationError as error:
            self._refuse(event, " ".join(error.messages))
            return None

    def without_clashes(self, planned: list[PlannedTalk]) -> list[PlannedTalk]:
        """Keep those whose talk gets its room; refuse the others."""
        rooms = _RoomUse(planned)
        kept = []
        for one in planned:
            reason = _settle(one, rooms) if one.event.uid and one.is_written else ""
            if reason:
                self._refuse(one.event, reason)
            else:
                kept.append(one)
        return kept

    def _refuse(self, event: SourceEvent, reason: str) -> None:
        self.refusals.append(Refusal(event.line, event.name, reason))

    def _new(self, event: SourceEvent) -> PlannedTalk:
        series = self._home_of(event)
        values = values_of(event, series, self._known)
        now = timezone.now()
        talk = Talk(series=series, uid=event.uid, sequence=event.sequence + 1)
        talk.created_at = min(event.created_at or now, now)
        talk.join_access = series.default_join_access
        set_values(talk, values)
        if self._options.draft:
            talk.state = State.DRAFT
        talk.clean_fields(exclude=_NOT_YET)
        note = ImportedTalk(talk=talk)
        planned = PlannedTalk(event, talk, _name(talk), note, values, taken=values, remarks=_remarks_on(event, series))
        plan_parts(planned, event.told or frozenset(), self._known, self._options.allows)
        return planned

    def _home_of(self, event: SourceEvent) -> Series:
        """Return the series that a row names, else the one that was chosen, else what the headline says."""
        named = self._known.series_named(event.series)
        if named and not self._options.allows(named.pk):
            sentence = _("You don’t organise %(series)s. Ask an administrator to import this talk.")
            raise ValidationError(sentence % {"series": named.short_name})
        return named or self._series or self._known.series_of(event)

    def _edit(self, event: SourceEvent, talk: Talk) -> PlannedTalk:
        """Return what the edited cells of an exported talk change."""
        planned = PlannedTalk(event, talk, _name(talk), before=(talk.updated_at, talk.sequence))
        if not event.edited:
            return planned
        if not self._options.allows(talk.series_id):
            raise ValidationError(_NOT_YOURS)
        values = [*values_of(event, talk.series, self._known), *self._new_home(event, talk)]
        planned.taken, declined = sort_out_edits(talk, values, event)
        planned.remarks += [change_sentence(talk, value) for value in planned.taken]
        planned.differences += [declined_sentence(talk, value) for value in declined]
        plan_parts(planned, event.edited, self._known, self._options.allows)
        if planned.taken:
            planned.remarks += _take_over(talk, planned.taken, event.sequence)
        return planned

    def _new_home(self, event: SourceEvent, talk: Talk) -> list[FieldValue]:
        if "series" not in event.edited:
            return []
        series = self._known.series_called(event.series)
        if series != talk.series and not self._options.allows(series.pk):
            raise ValidationError(_NOT_YOURS)
        return [FieldValue("series", event.series, series)]

    def _change(self, event: SourceEvent, talk: Talk) -> PlannedTalk:
        if not self._options.allows(talk.series_id):
            raise ValidationError(_NOT_YOURS)
        note = self._notes.get(event.uid) or ImportedTalk()
        note.talk = talk
        values = values_of(event, talk.series, self._known)
        taken, declined = sort_out(note, values)
        planned = PlannedTalk(event, talk, _name(talk), note, values, taken, declined)
        planned.remarks += [change_sentence(talk, value) for value in taken]
        planned.remarks += [declined_sentence(talk, value) for value in declined]
        planned.before = (talk.updated_at, talk.sequence)
        if taken:
            planned.remarks += _take_over(talk, taken, event.sequence)
        return planned

    def _addition(self, event: SourceEvent) -> PlannedTalk:
        among = Talk.objects.in_series(self._series) if self._series else Talk.objects.all()
        if self._options.homes is not None:
            among = among.filter(series__in=self._options.homes)
        talk = talk_called(event.title, among)
        planned = PlannedTalk(event, talk, talk.title, before=(talk.updated_at, talk.sequence))
        add_what_is_missing(planned, self._known)
        return planned


def _take_over(talk: Talk, values: list[FieldValue], sequence: int) -> list[str]:
    """Set the new values and what follows from them; return sentences about what follows.

    If the calendar entry shows any of them, SEQUENCE becomes higher than the source's.
    """
    before, known = facts_of(talk), copy(talk)
    set_values(talk, values)
    talk_changes.follow(talk, known)
    if facts_of(talk) != before or any(value.field == "topics" for value in values):
        # Stamping adds one more, but only if the talk was ever public.
        talk.sequence = max(talk.sequence, sequence if talk.published_at else sequence + 1)
    talk.clean_fields(exclude=_NOT_YET)
    followed = {"state", "notice"} - {value.field for value in values}
    news = [FieldValue(name, None, getattr(talk, name)) for name in sorted(followed)]
    return [change_sentence(known, value) for value in news if value.meant != getattr(known, value.field)]


def _name(talk: Talk) -> str:
    return _("%(title)s (%(start)s)") % {"title": talk.title or _("To be announced"), "start": moment(talk.starts_at)}


def _remarks_on(event: SourceEvent, series: Series) -> list[str]:
    """Return what there is to say about the event of a new talk."""
    remarks = list(event.remarks)
    if not event.ends_at:
        sentence = _("no end time given; used the series’ %(minutes)d minutes")
        remarks.append(sentence % {"minutes": series.default_minutes})
    if event.address and FormerAddress.objects.filter(path=event.address).exists():
        sentence = _("the old address %(path)s already redirects elsewhere and was not changed")
        remarks.append(sentence % {"path": event.address})
    return remarks


def _rows_needed(planned: list[PlannedTalk]) -> list[RowNeeded]:
    """Return the rows that these talks need and that are to be saved before them, each once."""
    needed: dict[int, RowNeeded] = {}
    for one in planned:
        if one.is_written:
            topics = [topic for value in one.taken if value.field == "topics" for topic in value.meant]
            needed |= {id(row): row for row in (one.talk.series, one.talk.room, *topics) if row and row.pk is None}
            needed |= {id(speaker): speaker for speaker in one.speakers}
    return list(needed.values())


def _made_sentence(row: RowNeeded) -> str:
    if isinstance(row, Series):
        words = {"name": row.name, "short": row.short_name, "contact": row.contact_email or _("none")}
        return _("series created: %(name)s (short name %(short)s, contact %(contact)s)") % words
    if isinstance(row, Room):
        return _("room created: %(room)s") % {"room": row.location}
    if isinstance(row, Speaker):
        return _("speaker created: %(name)s") % {"name": row.name}
    return _("topic created: %(topic)s") % {"topic": row.name}


def _contacts_given(planned: list[PlannedTalk]) -> list[Series]:
    """Give the known series that have no contact the one that the calendar names, and return them."""
    given: dict[int, Series] = {}
    for one in planned:
        series, contact = one.talk.series, one.event.contact
        if series.pk and any(contact) and not (series.contact_name or series.contact_email):
            series.contact_name, series.contact_email = contact
            given.setdefault(series.pk, series)
    return list(given.values())


def _contact_sentence(series: Series) -> str:
    contact = " ".join(filter(None, (series.contact_name, series.contact_email)))
    return _("contact of %(series)s: %(contact)s") % {"series": series.full_name, "contact": contact}


class _RoomUse:
    """Knows which talk has which room once the whole file is imported; rooms that are not saved yet included."""

    def __init__(self, planned: list[PlannedTalk]) -> None:
        self._uids = {one.talk.uid for one in planned}
        self._held: dict[int, list[Talk]] = defaultdict(list)
        for one in planned:
            if not one.is_written:
                self.take(one.talk)

    def take(self, talk: Talk) -> None:
        if talk.holds_room:
            self._held[_key(talk.room)].append(talk)

    def holder(self, talk: Talk) -> Talk | None:
        """Return the talk that has the room of `talk` at its time."""
        if not talk.holds_room:
            return None
        in_file = self._held[_key(talk.room)]
        here = Talk.objects.clashing_with(talk).for_pages() if talk.room.pk else ()
        others = (*in_file, *(other for other in here if other.uid not in self._uids))
        return next((other for other in others if other.span.overlaps(talk.span)), None)


def _key(room: Room) -> int:
    return id(room) if room.pk is None else room.pk


def _settle(one: PlannedTalk, rooms: _RoomUse) -> str:
    """Give the talk its room and return "", or return why it cannot have the room and what to do.

    Clashes in the past are accepted: the later talk in the file is marked as sharing the room.
    """
    talk = one.talk
    holder = rooms.holder(talk)
    if holder and not talk.is_over():
        return clash_sentence(talk, holder)
    if holder:
        talk.shares_room = True
        one.remarks.append(_sharing_sentence(talk, holder))
    rooms.take(talk)
    return ""


def _sharing_sentence(talk: Talk, holder: Talk) -> str:
    """Say which other talk had the room."""
    words = {"room": talk.room.name, "whom": taken_by(holder, beside=talk, named=_("taken by '%(talk)s'"))}
    return _("%(room)s was %(whom)s at the same time, so the talk is marked as sharing the room.") % words
