"""What an import will do to one talk or break, and the row of the plan about it; nothing is saved."""

from copy import copy
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.date_formats import dates, day, moment
from seminars.importing.events import Refusal, SourceEvent
from seminars.importing.field_values import ROLES, FieldChange, FieldValue, Speaking
from seminars.importing.match import Match
from seminars.models import Appearance, Break, Role, Room, Series, Speaker, Talk, Topic


@dataclass(slots=True)
class PlannedTalk:
    """One event and what it does to one talk.

    `before` is the talk as it was read, None for a new one. `taken` are the values that the talk takes over, `declined`
    those against which it keeps a change made here. `usual` are the fields of a new talk that its source leaves
    out; they have the usual values of its series.
    """

    match: Match
    talk: Talk
    name: str
    before: Talk | None = None
    taken: dict[str, FieldValue] = field(default_factory=dict)
    declined: list[str] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)  # new or with new fields
    appearances: list[Appearance] = field(default_factory=list)  # known ones with another affiliation
    changes: list[FieldChange] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    usual: list[str] = field(default_factory=list)
    is_gone: bool = False  # from its source

    @property
    def event(self) -> SourceEvent:
        return self.match.event

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def writes_talk(self) -> bool:
        return self.is_new or bool(self.taken)

    @property
    def is_written(self) -> bool:
        return self.writes_talk or bool(self.speakers or self.appearances)

    @property
    def has_note(self) -> bool:
        """Whether what its source says is remembered; an edit of a file that we exported is an edit made here."""
        return bool(self.match.uid) and not self.match.is_edit

    @property
    def people(self) -> list[Speaking] | None:
        """The speakers that it gets, None where they stay."""
        return self.taken["people"].value if "people" in self.taken else None

    @property
    def topics(self) -> list[Topic] | None:
        return self.taken["topics"].value if "topics" in self.taken else None

    @property
    def after(self) -> Talk:
        """A copy of the talk as it will be, with all its parts, for reading; rows that are not saved are among them."""
        after = copy(self.talk)
        parts = {"appearances": [], "also_in": [], "topics": []}
        parts |= self.talk.__dict__.get("_prefetched_objects_cache", {})
        if self.people is not None:
            others = [row for row in parts["appearances"] if row.role != Role.SPEAKER]
            parts["appearances"] = [*(Appearance(speaker=one.speaker) for one in self.people), *others]
        parts |= {name: self.taken[name].value for name in ("also_in", "topics") if name in self.taken}
        after._prefetched_objects_cache = parts
        return after

    @property
    def needs(self) -> list[Series | Room | Topic | Speaker]:
        """The rows that are to be saved before the talk; rows that are known are among them."""
        people = [one.speaker for name in ROLES if name in self.taken for one in self.taken[name].value]
        needed = [self.talk.series, self.talk.room, *(self.topics or ()), *people]
        return [*(row for row in needed if row is not None and row.pk is None), *self.speakers]


@dataclass(slots=True)
class PlannedBreak:
    """An event that says that there is no talk."""

    match: Match
    row: Break
    is_new: bool
    remarks: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        first, last = self.row.first_on, self.row.last_on
        days = day(first, with_year=True) if first == last else dates(first, last)
        words = {"reason": self.row.reason, "day": days}
        return _("break: %(reason)s (%(day)s)") % words


class Outcome(TextChoices):
    """What happens to one event of a file."""

    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    REFUSED = "refused", gettext_lazy("refused")
    GONE = "gone", gettext_lazy("no longer in the file")
    DELETED = "deleted", gettext_lazy("deleted here")


@dataclass(slots=True)
class ImportRow:
    """One event, the line on which it begins, what happens to it, what changes, and remarks."""

    outcome: Outcome
    line: int
    name: str
    remarks: list[str] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)

    @classmethod
    def refused(cls, refusal: Refusal) -> "ImportRow":
        return cls(Outcome.REFUSED, refusal.line, refusal.name, [refusal.reason])

    @classmethod
    def planned(cls, planned: PlannedTalk) -> "ImportRow":
        unchanged = Outcome.GONE if planned.is_gone else Outcome.UNCHANGED
        known = Outcome.CHANGED if planned.is_written else unchanged
        outcome = Outcome.NEW if planned.is_new else known
        return cls(outcome, planned.event.line, planned.name, planned.remarks, planned.changes)

    @classmethod
    def pausing(cls, planned: PlannedBreak) -> "ImportRow":
        outcome = Outcome.NEW if planned.is_new else Outcome.UNCHANGED
        return cls(outcome, planned.match.event.line, planned.name, planned.remarks)

    def __str__(self) -> str:
        return "|".join([self.outcome, str(self.line), self.name, *self.remarks, *map(repr, self.changes)])


def name_of(talk: Talk) -> str:
    return _("%(title)s (%(start)s)") % {"title": talk.title or _("To be announced"), "start": moment(talk.starts_at)}
