"""The rows of the table: what was measured, beside the figure that it must reach."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Row:
    """One figure. `measured` has a value for each round.

    Their median counts. Of a ratio of rates the best of each side counts: what else the machine does only slows them.
    """

    what: str
    limit: float
    unit: str  # "×", "ms", "s", "MB", "KB" or "queries"
    at_least: bool = False  # else at most
    measured: list[float] = field(default_factory=list)
    also: dict[str, list[float]] = field(default_factory=dict)  # what the ratios were made of
    rates: tuple[str, str] | None = None  # those of `also` whose ratio it is

    @property
    def value(self) -> float:
        if self.rates:
            ours, theirs = (max(self.also[name]) for name in self.rates)
            return ours / theirs
        return median(self.measured)

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def share(self) -> float:
        """How much of what is allowed was used: up to 1 holds."""
        return self.limit / self.value if self.at_least else self.value / self.limit

    def words(self) -> tuple[str, str, str, str, str, str]:
        """Return the cells of the table."""
        figure = f"{'≥' if self.at_least else '≤'} {self.shown(self.limit)}"
        spread = f"{self.shown(min(self.measured))} – {self.shown(max(self.measured))}"
        usual = {
            name: max(values) if name in (self.rates or ()) else median(values) for name, values in self.also.items()
        }
        made_of = ", ".join(f"{name} {value:,.0f}" for name, value in usual.items())
        verdict = "holds" if self.holds else "FALLS SHORT"
        return self.what, figure, self.shown(self.value), spread, made_of, verdict

    def shown(self, value: float) -> str:
        digits = 2 if self.unit in ("×", "s") else 1 if self.unit in ("ms", "KB", "MB") and value < 100 else 0
        return f"{value:.{digits}f} {self.unit}"


class Table(dict[str, Row]):
    """Rows by name, in the order in which they were first asked for."""

    def note(self, what: str, limit: float, unit: str, value: float, *, at_least: bool = False, **also: float) -> None:
        """Add the value of one round."""
        row = self.setdefault(what, Row(what, limit, unit, at_least))
        row.measured.append(value)
        self._note_parts(row, also)

    def note_rates(
        self, what: str, limit: float, ours: tuple[str, float], theirs: tuple[str, float], **also: float
    ) -> None:
        """Add what one round says of two rates, of which the first must be at least `limit` times the second."""
        row = self.setdefault(what, Row(what, limit, "×", at_least=True, rates=(ours[0], theirs[0])))
        row.measured.append(ours[1] / theirs[1])
        self._note_parts(row, dict([ours, theirs]) | also)

    def _note_parts(self, row: Row, also: dict[str, float]) -> None:
        for name, part in also.items():
            row.also.setdefault(name.replace("_", " "), []).append(part)

    @property
    def short(self) -> list[Row]:
        return [row for row in self.values() if not row.holds]
