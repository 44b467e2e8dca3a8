"""Names, places and texts of the example department, as department.toml has them."""

import tomllib
from itertools import product
from pathlib import Path
from typing import NamedTuple

DATA = tomllib.loads(Path(__file__).with_name("department.toml").read_text(encoding="utf-8"))
HOME: str = DATA["home"]


class Matter(NamedTuple):
    """Title, abstract (Markdown with TeX) and names of the topics of one talk."""

    title: str
    abstract: str
    topics: list[str]


def matters() -> tuple[list[Matter], list[Matter]]:
    """Return each subject seen from each angle, and those among them that suit a thesis."""
    pairs, closings = list(product(DATA["subjects"], DATA["angles"])), DATA["closings"]
    talks = [_matter(*pair, closings[number % len(closings)]) for number, pair in enumerate(pairs)]
    return talks, [_matter(subject, angle, "") for subject, angle in pairs if angle.get("suits_a_thesis")]


def _matter(subject: dict, angle: dict, closing: str) -> Matter:
    noun = subject["noun"]
    title = angle["title"].format(subject=noun, Subject=noun[0].upper() + noun[1:])
    return Matter(title, f"{subject['opening']}\n\n{angle['text']}\n\n{closing}".strip(), subject["topics"])
