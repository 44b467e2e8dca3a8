"""Tell a name from other words by its form, and from the academic titles and affiliations beside it."""

import re
from enum import IntEnum
from functools import lru_cache

from seminars.models.titles import is_to_be_announced
from seminars.typed_names.name_words import (
    ACADEMIC,
    ALSO_FIRST_NAMES,
    ALSO_NAMES,
    BOTH,
    CHINESE_SURNAMES,
    CJK_TITLE,
    EPONYMS,
    INSTITUTION,
    JAPANESE_SURNAMES,
    KOREAN_SURNAMES,
    LITTLE_WORDS,
    NOBODY,
    PARTICLES,
    PLACES,
    POSTNOMINAL,
    is_word_of_titles,
    may_be_a_word_of_titles,
)

_ACRONYMS = frozenset({"SIR", "MS", "MR", "MX", "DR", "DRA"})
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]")
_WORD = re.compile(r"(?:[dlDL]['’]|al-|el-|Al-|El-|ʻ|')?[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*\.?", re.UNICODE)
_INNER_CAPITALS = re.compile(r"(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz|O|D|L|Al|El|St|Ó|Ní)?[A-ZÀ-ÖØ-Þ][^A-ZÀ-ÖØ-Þ]+")
_HAN = re.compile(r"[\u3400-\u9fff々]+")
_KANA = re.compile(r"[\u30a0-\u30ff]+[・＝][\u30a0-\u30ff・＝]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]{2,4}")
_CASELESS = re.compile(r"[\u0590-\u08ff\u0900-\u0fff]+")  # Hebrew, Arabic, scripts of India, Thai, Tibetan
_NO_AFFILIATION = re.compile(
    r"[\d/.–-]+|(?!x$)[ivx]{1,5}|\d+ (?:of|von|de|di|van) \d+|.*\d{3}.*"
    r"|(?:part|teil|partie|parte|talk|lecture|session|joint|with|(?-i:[Mm]it)|avec|in|auf|en|see|and|or|"
    r"on|about|über|sur|moderat\w*|chair|host|after|before|cancel\w*|postponed|english|german|french|deutsch|englisch|remote(?:ly)?|virtual"
    r"|online|hybrid|zoom|via|live|invited|keynote|tutorial|room|raum|an?|the|how|why|or|old|new)\b.*",
    re.IGNORECASE,
)
# Names of institutions that begin like a remark: "The Open University", "German Cancer Center", "New York".
_LIKE_A_REMARK = re.compile(r"(?:the|new|old|english|german|french)\b|An-", re.IGNORECASE)
_NEW_PLACE = re.compile(
    r"New (?:York|Jersey|Mexico|Hampshire|Haven|Orleans|England|Brunswick|Zealand|Delhi|South Wales|Caledonia)\b"
)
_OCCASION = re.compile(r"\b(?:joint|seminar|lecture|talk|session)\b", re.IGNORECASE)
_MOST_WORDS = 7  # in a name


class Certainty(IntEnum):
    """How surely some words are the names of people."""

    NONE = 0
    UNLIKELY = 1  # it takes an affiliation or an academic title to make people of the words
    POSSIBLE = 2  # rather something else
    LIKELY = 3
    SURE = 4  # it looks like a name, and has an affiliation or an academic title beside it


def bare_name(words: str) -> str:
    """Return a name without academic titles and degrees before and after it, and without "Mrs" and the like."""
    name = words.strip(' ,;:*_"“”„').lstrip(".")
    while (title := academic_title(name)) and len(title) < len(name):
        name = name[len(title) :].lstrip(" .,-")
    while match := POSTNOMINAL.search(name):
        name = name[: match.start()].rstrip(" ,")
    return "" if ACADEMIC.fullmatch(f"{name}.") else CJK_TITLE.sub("", name)


def academic_title(words: str) -> str:
    """Return the academic title that words begin with: "Dr. "; "SIR models" and "MS Word" have none."""
    match = ACADEMIC.match(words)
    return match[0] if match and match[0].strip() not in _ACRONYMS else ""


def is_nobody(name: str) -> bool:
    """Tell whether what stands where a name is expected names nobody: "various", "see website", "open discussion"."""
    words = name.lower().split()
    if not any(map(str.isalpha, name)) or NOBODY.fullmatch(name):
        return True
    is_small = name == name.lower() != name.upper()
    return is_small and (len(words) < 2 or any(word in LITTLE_WORDS or is_word_of_titles(word) for word in words))


@lru_cache(maxsize=4096)  # one headline asks for the form of each name several times, others have the same names
def form_of(name: str) -> Certainty:
    """Judge a bare name by its form alone: LIKELY at best."""
    words = name.split()
    if not words or len(words) > _MOST_WORDS or len(name) > 100:
        return Certainty.NONE
    if not name.isascii() and (certainty := _form_without_capitals(name)) is not None:
        return certainty
    initials = [word for word in words if _INITIALS.fullmatch(word) and word[0].isupper()]
    small = [word for word in words if word.lower() in PARTICLES and word not in initials]
    full = [word for word in words if word not in initials and word not in small]
    if not full or words[-1] in small or words[0] in {"A", "I"} or not all(map(_is_capital_word, full)):
        return Certainty.NONE
    if INSTITUTION.search(name):
        return Certainty.UNLIKELY  # "Santa Fe Institute"
    if words[0].lower() in PLACES:
        return Certainty.POSSIBLE  # "San Francisco"
    return _form_of_words([word.lower() for word in full], len(initials), _are_acronyms(full))


def _form_of_words(full: list[str], initials: int, are_acronyms: bool) -> Certainty:
    """Judge the words of a name that are no initials, in lower case, by what they mean elsewhere."""
    judged = full[:-1] if len(full) > 1 and full[-1] in ALSO_NAMES else full
    judged = judged[1:] if len(judged) > 1 and judged[0] in ALSO_FIRST_NAMES else judged
    if any(word in LITTLE_WORDS or is_to_be_announced(word) for word in judged):
        return Certainty.NONE
    if any(map(is_word_of_titles, judged)):
        return Certainty.UNLIKELY
    is_single = len(full) + initials < 2
    if is_single or (not initials and are_acronyms) or (not initials and all(map(may_be_a_word_of_titles, judged))):
        return Certainty.POSSIBLE
    return Certainty.POSSIBLE if may_be_a_word_of_titles(full[-1]) and full[-1] not in EPONYMS else Certainty.LIKELY


def is_affiliation(words: str, name: str = "") -> bool:
    """Tell whether what stands in brackets after a name may be where the person is from."""
    if not words or (_NO_AFFILIATION.fullmatch(words) and not _is_institution_like_a_remark(words)):
        return False
    initials = "".join(word[0] for word in re.split(r"[\s-]+", name) if word)
    if words.isupper() and len(initials) > 1 and words.startswith(initials.upper()):
        return False  # "Hidden Markov (HMM)"
    return not words[0].islower() or bool(INSTITUTION.search(words)) or bool(BOTH.match(words)) or "," in words


def _is_institution_like_a_remark(words: str) -> bool:
    """Tell "The Open University" and "New York" from "the second part" and "new date"."""
    if _NEW_PLACE.match(words):
        return True
    return bool(_LIKE_A_REMARK.match(words) and INSTITUTION.search(words)) and not _OCCASION.search(words)


def looks_like_a_place(words: str) -> bool:
    """Tell whether words after a comma are rather an institution or a place than a further person."""
    parts = words.split()
    if not parts or INSTITUTION.search(words) or parts[0].lower() in PLACES or any(map(str.isdigit, words)):
        return True
    return len(parts) == 1 or words.isupper() or (parts[0].isupper() and len(parts[0]) <= 4 and "." not in parts[0])


def _form_without_capitals(name: str) -> Certainty | None:
    """Judge a name in a script without capitals; None if it is in another."""
    joined = name.replace(" ", "")
    if _HAN.fullmatch(joined):
        is_known = joined[0] in CHINESE_SURNAMES or any(joined.startswith(one) for one in JAPANESE_SURNAMES)
        if not 2 <= len(joined) <= 6:
            return Certainty.NONE
        is_short = len(joined) <= 3 or (len(joined) <= 5 and joined[0:2] in JAPANESE_SURNAMES) or " " in name
        return Certainty.LIKELY if is_known and is_short else Certainty.POSSIBLE if is_short else Certainty.NONE
    if _KANA.fullmatch(joined):
        return Certainty.LIKELY
    if _HANGUL.fullmatch(joined):
        return Certainty.LIKELY if joined[0] in KOREAN_SURNAMES and len(joined) == 3 else Certainty.POSSIBLE
    if _CASELESS.fullmatch(joined):
        return Certainty.POSSIBLE if 2 <= len(name.split()) <= 5 else Certainty.NONE
    return None


def _is_capital_word(word: str) -> bool:
    if not _WORD.fullmatch(word) or (word.endswith(".") and word.lower() not in {"jr.", "st.", "sr."}):
        return False
    core = word.lstrip("dlDL'’ʻ") if word[1:2] in {"'", "’"} else word.removeprefix("al-").removeprefix("el-")
    halves = [half for half in re.split("[-'’ʼ]", core) if half]
    return bool(halves) and halves[0][0].isupper() and all(map(_is_ordinary, halves))


def _is_ordinary(half: str) -> bool:
    """Tell "Reed", "McCoy" and "REED" from "PyTorch"; the later halves of "Jean-luc" may be small."""
    return half.isupper() or half[1:].islower() or bool(_INNER_CAPITALS.fullmatch(half))


def _are_acronyms(words: list[str]) -> bool:
    """Tell "ETH PDE" from "LI Wei" and from "BO REED": one of the words is an acronym where no vowel is in it."""
    return any(word.isupper() and (len(words) == 1 or not set(word.lower()) & set("aeiouyáéíóúäöü")) for word in words)


def is_name_without_capitals(words: str) -> bool:
    """Tell whether words are a name in a script without capitals."""
    return bool(words) and (_form_without_capitals(words) or 0) >= Certainty.LIKELY
