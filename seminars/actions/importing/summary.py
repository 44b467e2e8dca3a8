"""A SUMMARY taken apart: the series and kind that stand before the title, and the title."""

import re
from dataclasses import dataclass

from seminars.models.titles import comparable
from seminars.text import fold

KINDS = (
    "Seminar Series", "Distinguished Lecture", "Reading Group", "Brown Bag", "Seminar", "Colloquium", "Lecture", "Talk",
    "Workshop", "Symposium", "Tutorial", "Defense", "Defence", "Kolloquium", "Vortrag",
)  # fmt: skip
_LABELLED = re.compile(r"(?P<label>[^:]{1,80}?)\s*(?::|\s[–—-]\s)\s*(?P<title>.*)")
_SHORT_NAME = re.compile(r"\(([A-Z][\w&+./-]{1,39})\)")
_NO_TITLE = {
    f"{before}{what}"
    for before in ("", "title ", "talk title ", "speaker and title ")
    for what in ("tba", "tbd", "tbc", "to be announced", "to be determined", "to be confirmed")
} | {"", "title", "untitled"}


@dataclass(frozen=True)
class Summary:
    """`label` is "ASSET Seminar", "" where there is none; `title` is "" while it is to be announced."""

    label: str
    title: str


def parts_of(summary: str, *, kinds: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Summary:
    """Split 'ASSET Seminar: "On engines"'; `names` are those of the series, `kinds` what it calls its talks.

    What stands before a colon is a label only if it is such a name or ends in a kind: else it belongs to the title.
    """
    if _is_label(summary, kinds, names):
        return Summary(summary, "")
    if (match := _LABELLED.fullmatch(summary)) and _is_label(match["label"], kinds, names):
        return Summary(match["label"], title_of(match["title"]))
    return Summary("", title_of(summary))


def title_of(text: str) -> str:
    """Return a title without quotation marks around it; "TBA" is none."""
    text = text.strip()
    if len(text) > 1 and text[0] in '"“«„' and text[-1] in '"”»“' and not set(text[1:-1]) & set('"“”'):
        text = text[1:-1].strip()
    return "" if comparable(text) in _NO_TITLE else text


def kind_in(label: str, kinds: tuple[str, ...] = ()) -> str:
    """Return the kind that ends a label ("Seminar"), "" if none does."""
    folded = fold(label)
    return next((kind for kind in (*kinds, *KINDS) if f" {folded}".endswith(f" {fold(kind)}")), "")


def short_name_in(name: str) -> str:
    """Return what stands in brackets: "ASSET" of "AI-enabled Systems … (ASSET) Center"."""
    match = _SHORT_NAME.search(name)
    return match[1] if match else ""


def _is_label(text: str, kinds: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return fold(text) in {fold(name) for name in names if name} or (
        len(text.split()) <= 6 and bool(kind_in(text, kinds)) and text.strip() != ""
    )
