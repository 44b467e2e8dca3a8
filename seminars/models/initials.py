"""The initials of a person, for speakers without a photo."""

import re
import unicodedata

# Words that are no part of the name when they come first or last: "Prof. Dr. Ada Lovelace, Jr."
_TITLE = re.compile(r"[^\W\d_]{2,}\.|(?:prof|professor|dr|sir|dame|jr|sr|ii|iii|iv|phd)", re.IGNORECASE)
# Scripts without capitals, in which two letters side by side are a word or a ligature: there one letter stands alone.
_SINGLE = ("ARABIC", "CJK", "DEVANAGARI", "HANGUL", "HEBREW", "HIRAGANA", "KATAKANA", "THAI")


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word of a name as it is written: "AL" for "Ada Lovelace".

    A name of one word has one initial, as has a name in a script without capitals. A name without letters has none.
    """
    whole = re.sub(r"\([^)]*\)|,.*", " ", unicodedata.normalize("NFC", name))
    words = [word for word in whole.split() if any(map(str.isalpha, word))]
    parts = [word for word in words if not _TITLE.fullmatch(word)] or words
    if not parts:
        return ""
    first = _first_letter(parts[0])
    is_alone = len(parts) == 1 or unicodedata.name(first[0], "").startswith(_SINGLE)
    return first if is_alone else first + _first_letter(parts[-1])


def _first_letter(word: str) -> str:
    """Return the first letter with the marks that belong to it, as a capital if it has one."""
    start = next(place for place, letter in enumerate(word) if letter.isalpha())
    end = start + 1
    while end < len(word) and unicodedata.combining(word[end]):
        end += 1
    letter = word[start:end]
    capital = letter.upper()
    return capital if len(capital) == len(letter) else letter
