"""Titles: which of them only say that there is none yet."""

from seminars.text import fold

_NONE_YET = {
    "tba", "tbd", "tbc", "to be announced", "to be determined", "to be confirmed", "to be decided", "nn",
    "wird noch bekannt gegeben", "wird bekannt gegeben", "wird noch bekanntgegeben", "folgt",
}  # fmt: skip


def comparable(title: str) -> str:
    """Return the form in which titles are compared: no case, accents, quotation marks or full stop."""
    return fold(title).strip(" .\"'!?*[]()")


def is_to_be_announced(title: str) -> bool:
    """Tell whether a title only says that there is none yet: "TBA", "t.b.d.", "Title to be announced", "N.N."."""
    words = comparable(title).replace(".", "").removeprefix("title ").removeprefix("titel ")
    return words in _NONE_YET
