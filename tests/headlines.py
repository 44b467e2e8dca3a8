"""Read the table of headlines in tests/data/headlines.txt."""

from dataclasses import dataclass, field
from pathlib import Path

from seminars.importing.reading.summaries import Headline, Reading, read_headline

TABLE = Path(__file__).parent / "data" / "headlines.txt"


@dataclass
class Row:
    """One line of the table: certainty, headline, people, title, and what else is to be read."""

    certainty: str
    headline: str
    people: str
    title: str
    else_: dict[str, str] = field(default_factory=dict)

    def read(self) -> Headline:
        return read_headline(self.headline, names=("PDE",), kinds=("Seminar",))

    def means(self, reading: Reading) -> bool:
        return (people_of(reading), reading.title) == (self.people, self.title)


def people_of(reading: Reading) -> str:
    """Return "Bo Reed (Larkfield); Ana Ruiz"."""
    return "; ".join(f"{one.name} ({one.affiliation})" if one.affiliation else one.name for one in reading.people)


def rows() -> list[Row]:
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return list(map(_row, lines))


def _row(line: str) -> Row:
    headline, people, title, else_ = [*(cell.strip() for cell in line[2:].split("→")), ""][:4]
    more = dict(map(str.strip, pair.split(":", 1)) for pair in else_.split(";") if pair)
    return Row(line[0], headline, people, title, more)
