"""Titles: which of them only say that there is none yet."""

import re

from seminars.text import fold

_NONE_YET = {
    "tba", "tbd", "tbc", "to be announced", "to be determined", "to be confirmed", "to be decided", "nn",
    "wird noch bekannt gegeben", "wird bekannt gegeben", "wird noch bekanntgegeben", "folgt",
}  # fmt: skip
_BEFORE = re.compile(r"(?:(?:(?:talk|speaker and) )?title|titel) ")


def comparable(title: str) -> str:
    """Return the form in which titles are compared: no case, accents, quotation marks or full stop."""
    return fold(title).strip(" .\"'!?*[]()")


def is_to_be_announced(title: str) -> bool:
    """Tell whether a title only says that there is none yet: "TBA", "t.b.d.", "Title to be announced", "N.N."."""
    words = comparable(title).replace(".", "")
    return _BEFORE.sub("", words, count=1) in _NONE_YET


def title_of(written: str) -> str:
    """Return the title that somebody wrote, without quotation marks around it; "TBA" and "Untitled" are none."""
    written = written.strip()
    if len(written) > 1 and written[0] in '"“«„' and written[-1] in '"”»“' and not set(written[1:-1]) & set('"“”'):
        written = written[1:-1].strip()
    is_none = comparable(written) in {"title", "untitled"} or is_to_be_announced(written)
    return "" if is_none or not comparable(written) else written
