"""What the example's talks are about: subjects and angles that combine to a title and an abstract."""

from dataclasses import dataclass
from itertools import product

from seminars.actions.example.data import DATA, TEXTS


@dataclass(frozen=True)
class Matter:
    """Title, abstract (Markdown with TeX) and names of the topics of one talk."""

    title: str
    abstract: str
    topics: tuple[str, ...]


def matters_of_talks() -> list[Matter]:
    """Return each subject seen from each angle, several hundred in all."""
    closings = TEXTS["closings"]
    return [_matter(subject, angle, closings[n % len(closings)]) for n, (subject, angle) in enumerate(_PAIRS)]


def matters_of_theses() -> list[Matter]:
    """Return what a candidate may defend: nothing that looks back on a long career."""
    return [_matter(subject, angle, "") for subject, angle in _PAIRS if angle.get("suits_a_thesis")]


def _matter(subject: dict, angle: dict, closing: str) -> Matter:
    noun = subject["noun"]
    title = angle["title"].format(subject=noun, Subject=noun[0].upper() + noun[1:])
    return Matter(title, f"{subject['opening']}\n\n{angle['text']}\n\n{closing}".strip(), tuple(subject["topics"]))


_PAIRS = list(product(DATA["subjects"], DATA["angles"]))
