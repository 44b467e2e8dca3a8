"""Titles: which of them only say that there is none yet."""

import re
from functools import lru_cache

from seminars.text import fold

LONGEST = 100  # characters of what may say that there is no title yet
_NONE_YET = {
    "tba", "tbd", "tbc", "to be announced", "to be determined", "to be confirmed", "to be decided", "nn", "n n",
    "wird noch bekannt gegeben", "wird bekannt gegeben",
    "wird noch bekanntgegeben", "wird bekanntgegeben", "folgt", "a preciser", "a venir", "a annoncer",
    "por anunciar", "por determinar", "por confirmar", "da definire", "da annunciare",
    "da confermare", "a definir", "a anunciar", "a confirmar", "nog niet bekend",
    "wordt nog bekendgemaakt", "nader te bepalen", "nog te bepalen", "do ustalenia", "wkrotce",
    "待定", "待公布", "待通知", "未定", "后续通知", "미정",
}  # fmt: skip
_UNTITLED = {
    "title", "titel", "untitled", "no title", "no title yet", "ohne titel", "kein titel", "sans titre", "sin titulo",
    "senza titolo",
    "sem titulo", "zonder titel", "bez tytulu",
}  # fmt: skip
_BEFORE = re.compile(
    r"(?:(?:(?:talk|seminar|speaker and) )?title|titel|titre|titulo|titolo|tytuł|tytul|speakers?|topic|thema)(?: is)? "
)


def comparable(title: str) -> str:
    """Return the form in which titles are compared: no case, accents, quotation marks or full stop."""
    return fold(title).strip(" .\"'!?*[]()")


def is_to_be_announced(title: str) -> bool:
    """Tell whether a title only says that there is none yet: "TBA", "t.b.d.", "Title to be announced", "N.N."."""
    return len(title.strip()) <= LONGEST and _says_none_yet(title)


@lru_cache(maxsize=4096)  # an import asks it of each word of each name
def _says_none_yet(title: str) -> bool:
    words = comparable(title).replace(".", "").replace(":", "")
    return _BEFORE.sub("", words, count=1) in _NONE_YET


def title_of(written: str) -> str:
    """Return the title that somebody wrote, without quotation marks around it; "TBA" and "Untitled" are none."""
    written = written.strip()
    if _is_quoted(written):
        written = written[1:-1].strip()
    is_none = comparable(written) in _UNTITLED or is_to_be_announced(written)
    return "" if is_none or not comparable(written) else written


def _is_quoted(written: str) -> bool:
    """Tell whether one pair of quotation marks stands around a title, and no other within it."""
    if len(written) < 2:
        return False
    closing = {
        '"': '"',
        "“": "”“",
        "„": "“”",
        "«": "»",
        "»": "«",
        "'": "'",
        "‘": "’",
        "‚": "‘",
        "「": "」",
        "《": "》",
        "『": "』",
    }
    inside = written[1:-1]
    if written[-1] not in closing.get(written[0], ""):
        return False
    return not set(inside) & set('"“”„') and not (written[0] in "'‘" and re.search(r"['’](?!\w)|(?<!\w)['‘]", inside))
