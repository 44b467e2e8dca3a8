"""What was asked of an import, and what it cannot know: each doubt has a question, answers and the chosen one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_EXAMPLES = 3


@dataclass(frozen=True)
class ImportOptions:
    """What was asked for: a series by its slug ("": what the file says), and new talks as drafts.

    `homes` are the keys of the series whose talks may be changed; None: all. `choices` answers doubts by their key.
    `columns` says what columns of a spreadsheet mean, by header, and `date_order` how 05/11/2026 is read in it:
    "day-first", "month-first" or, by default, as its dates tell.
    """

    series: str = ""
    draft: bool = False
    homes: frozenset[int] | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""

    def kept(self) -> dict[str, Any]:
        """Return them as JSON keeps them, without `homes`: these are asked for again."""
        words = {"series": self.series, "draft": self.draft, "date_order": self.date_order}
        return words | {"choices": dict(self.choices), "columns": dict(self.columns)}

    def allows(self, series: int) -> bool:
        return self.homes is None or series in self.homes


@dataclass
class Doubt:
    """A question about a file. Without `options` the answer is typed.

    `key` is short, stable over repeated imports and free of "=", so that KEY=VALUE answers it on a command line.
    """

    key: str
    question: str
    options: list[tuple[str, str]]  # value and label
    chosen: str
    examples: list[str] = field(default_factory=list)
    number: int = 0  # how many talks it is about
    is_answered: bool = False  # somebody chose, rather than nobody objecting

    @property
    def is_typed(self) -> bool:
        return not self.options


class Choices:
    """The answers that somebody gave, and the doubts that came up so far, in their order."""

    def __init__(self, made: Mapping[str, str]) -> None:
        self._made = made
        self.doubts: dict[str, Doubt] = {}

    def choose(self, key: str, question: str, options: list[tuple[str, str]], *, example: str = "") -> str:
        """Return the value that is chosen; the first option is the one for which nobody has to do anything."""
        key = key.replace("=", "")
        if key not in self.doubts:
            made = self._made.get(key)
            is_answered = made in {value for value, _label in options}
            chosen = made if is_answered else options[0][0]
            self.doubts[key] = Doubt(key, question, options, chosen, is_answered=is_answered)
        return self._about(key, example).chosen

    def known(self, key: str, example: str) -> str:
        """Return what is chosen for a doubt that came up before, "" if it did not."""
        key = key.replace("=", "")
        return self._about(key, example).chosen if key in self.doubts else ""

    def type(self, key: str, question: str, proposal: str, *, example: str = "") -> str:
        """Return the text that was typed, else the proposal."""
        if key not in self.doubts:
            typed = " ".join(self._made.get(key, proposal).split())
            self.doubts[key] = Doubt(key, question, [], typed or proposal, is_answered=key in self._made)
        return self._about(key, example).chosen

    def unknown(self) -> list[str]:
        """Return the keys of answers that nothing was asked for."""
        return [key for key in self._made if key not in self.doubts]

    def _about(self, key: str, example: str) -> Doubt:
        doubt = self.doubts[key]
        doubt.number += 1
        if example and len(doubt.examples) < MOST_EXAMPLES and example not in doubt.examples:
            doubt.examples.append(example)
        return doubt
