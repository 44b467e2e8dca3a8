"""What a check found: a state, a sentence and what to do. No sentence holds a password, a key or a person's name."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Severity(StrEnum):
    """How a check ended; UNKNOWN if it could not look."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"

    @property
    def word(self) -> Promise:
        """Return the state in the reader's language."""
        return WORDS[self]


WORDS = {
    Severity.OK: gettext_lazy("In order"),
    Severity.WARNING: gettext_lazy("Warning"),
    Severity.ERROR: gettext_lazy("Error"),
    Severity.UNKNOWN: gettext_lazy("Not checked"),
}
BY_SEVERITY = (Severity.OK, Severity.UNKNOWN, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing that was checked, and what to do about it; `check` is the name of the check."""

    state: Severity
    says: str
    advice: str = ""
    check: str = ""


@dataclass(frozen=True)
class Check:
    """Something to look at. `look` is called with what it needs and returns its findings."""

    name: str  # for monitoring; it stays the same in all languages
    look: Callable[..., Iterable[Finding]]


def ok(sentence: str, **words: Any) -> Finding:
    return Finding(Severity.OK, sentence % words)


def warning(sentence: str, advice: str, **words: Any) -> Finding:
    return Finding(Severity.WARNING, sentence % words, advice % words)


def error(sentence: str, advice: str, **words: Any) -> Finding:
    return Finding(Severity.ERROR, sentence % words, advice % words)


def unknown(sentence: str, advice: str = "", **words: Any) -> Finding:
    return Finding(Severity.UNKNOWN, sentence % words, advice % words)


def worst(findings: Collection[Finding]) -> Severity:
    """Return the most severe state; what could not be checked counts less than a warning."""
    return max((finding.state for finding in findings), key=BY_SEVERITY.index, default=Severity.OK)
