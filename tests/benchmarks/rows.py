"""The rows of the table: each measurement beside its limit."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Row:
    """One figure. `measured` has all values of all rounds; their median counts."""

    what: str
    limit: float
    unit: str  # "×", "ms", "s", "MB", "KB" or "queries"
    at_least: bool = False  # else at most
    measured: list[float] = field(default_factory=list)
    also: dict[str, list[float]] = field(default_factory=dict)  # what the ratios were made of

    @property
    def value(self) -> float:
        return median(self.measured)

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def share(self) -> float:
        """The used share of the limit. Up to 1 holds."""
        return self.limit / self.value if self.at_least else self.value / self.limit

    def words(self) -> tuple[str, str, str, str, str, str]:
        """Return the cells of the table."""
        figure = f"{'≥' if self.at_least else '≤'} {self.shown(self.limit)}"
        spread = f"{self.shown(min(self.measured))} – {self.shown(max(self.measured))}"
        made_of = ", ".join(f"{name} {median(values):,.0f}" for name, values in self.also.items())
        verdict = "holds" if self.holds else "FALLS SHORT"
        return self.what, figure, self.shown(self.value), spread, made_of, verdict

    def shown(self, value: float) -> str:
        digits = 2 if self.unit in ("×", "s") else 1 if self.unit in ("ms", "KB", "MB") and value < 100 else 0
        return f"{value:.{digits}f} {self.unit}"


class Table(dict[str, Row]):
    """Rows by name, in the order of their first use."""

    def note(self, what: str, limit: float, unit: str, value: float, *, at_least: bool = False, **also: float) -> None:
        """Add a value and its parts."""
        row = self.setdefault(what, Row(what, limit, unit, at_least))
        row.measured.append(value)
        for name, part in also.items():
            row.also.setdefault(name.replace("_", " "), []).append(part)

    @property
    def short(self) -> list[Row]:
        return [row for row in self.values() if not row.holds]
