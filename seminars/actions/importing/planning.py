"""A plan: what an import would do, line by line in plain words, and the deed itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from seminars.actions.importing.sources import Refusal


class Verdict(TextChoices):
    """What becomes of one event of a file."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("refused")


@dataclass(frozen=True)
class Wish:
    """What whoever imports asks for: a series by its slug ("": what the file says), and talks as drafts.

    `homes` are the keys of the series whose talks they may change; None: all.
    """

    series: str = ""
    draft: bool = False
    homes: frozenset[int] | None = None

    def allows(self, series: int) -> bool:
        return self.homes is None or series in self.homes


@dataclass
class Row:
    """One event or page, the line on which it begins, what becomes of it and what there is to say about that."""

    verdict: Verdict
    line: int
    name: str
    remarks: list[str] = field(default_factory=list)

    @classmethod
    def refused(cls, refusal: Refusal) -> "Row":
        return cls(Verdict.REFUSED, refusal.line, refusal.name, [refusal.reason])


@dataclass
class Plan:
    """The rows in the order of the file, what is made beside the talks, and `apply`, which does it all or nothing.

    `apply` raises sources.Refused where the database has something against it.
    """

    rows: list[Row]
    made: list[str]
    apply: Callable[[], None]

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def mark(self) -> str:
        """A short text that differs wherever what it would do differs: what was previewed is what is done."""
        said = [*self.made, *(f"{row.verdict}|{row.line}|{row.name}|{row.remarks}" for row in self.rows)]
        return sha256("\n".join(said).encode()).hexdigest()[:16]

    @property
    def does_something(self) -> bool:
        return bool(self.made) or any(row.verdict in {Verdict.NEW, Verdict.CHANGED} for row in self.rows)
