"""The names under which a person stands in texts, and texts without them."""

import json
import re
from collections.abc import Iterable
from typing import Any

from seminars.models import SharedChange, Speaker
from seminars.models.speaker_names import whole_names

# Scripts that write words without spaces between them, or endings right after a name: Thai, Lao, Burmese, Khmer, Han,
# Kana and Hangul.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)
SHORTEST, SHORTEST_UNSPACED = 3, 2  # letters of a single word that is looked for in texts
_SEPARATORS = re.compile(r"[,;]\s*")


def names_of(speaker: Speaker, notes: Iterable[SharedChange]) -> tuple[list[str], list[str]]:
    """Return each full name that the person has or had, and each name of one word, the longest first.

    Others have the same single words as names, so these are only replaced in texts about the person.
    """
    rows = [vars(speaker), *(values for note in notes for values in (note.before, note.after) if values)]
    found = {name for row in rows for name in (row["name"], row["sort_name"], *whole_names(row["other_names"]))}
    single = {name.strip() for row in rows for name in _SEPARATORS.split(row["other_names"])} | found
    full = {name for name in found if " " in name.strip()}
    single = {name for name in single if name and " " not in name}
    return sorted(full, key=len, reverse=True), sorted(single, key=len, reverse=True)


def is_found_in_texts(name: str) -> bool:
    """Tell whether a name is long enough to be told from other words."""
    shortest = SHORTEST_UNSPACED if _UNSPACED.search(name) else SHORTEST
    return " " in name or len(name) >= shortest


class Eraser:
    """Replaces names in texts and in JSON: `names` in any case, `exactly` as they are written or in capitals."""

    def __init__(self, names: Iterable[str], instead: str, *, exactly: Iterable[str] = ()) -> None:
        full, single = list(names), [form for name in exactly for form in (name, name.upper())]
        self._whole = frozenset((*full, *single))
        words = "|".join(map(_as_word, full)), "|".join(map(_as_word, filter(is_found_in_texts, single)))
        either = "|".join(pattern.format(some) for pattern, some in zip(("(?i:{})", "{}"), words, strict=True) if some)
        self._pattern = re.compile(either) if either else None
        self.instead = instead

    def text(self, value: str) -> str:
        if value in self._whole:
            return self.instead
        return self._pattern.sub(lambda _found: self.instead, value) if self._pattern else value

    def values(self, value: Any) -> Any:
        """Return the same JSON without the names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.values(one) for one in value]
        if isinstance(value, dict):
            return {name: self.values(one) for name, one in value.items()}
        return value

    def rows(self, rows: Any, *fields: str) -> int:
        """Write each row of a QuerySet in which one of these fields names the person; return how many."""
        changed = []
        for row in rows:
            before = [getattr(row, field) for field in fields]
            after = [self.values(value) for value in before]
            if before != after:
                for field, value in zip(fields, after, strict=True):
                    setattr(row, field, value)
                changed.append(row)
        rows.model._base_manager.bulk_update(changed, fields, batch_size=200)
        return len(changed)

    def log(self, entries: Any) -> int:
        """Write each entry of the desk's log that names the person; return how many.

        Django writes most messages as JSON, in which letters beyond ASCII are escaped.
        """
        changed = []
        for entry in entries.only("object_repr", "change_message"):
            before = entry.object_repr, entry.change_message
            entry.object_repr, entry.change_message = self.text(before[0]), self._message(before[1])
            if before != (entry.object_repr, entry.change_message):
                changed.append(entry)
        entries.model.objects.bulk_update(changed, ["object_repr", "change_message"], batch_size=200)
        return len(changed)

    def _message(self, message: str) -> str:
        if not message.startswith("["):
            return self.text(message)
        try:
            said = json.loads(message)
        except ValueError:
            return self.text(message)
        erased = self.values(said)
        return message if erased == said else json.dumps(erased)


def _as_word(name: str) -> str:
    """Return the pattern of a name that is no part of a longer word, as far as its script tells words apart."""
    start, end = ("" if _UNSPACED.match(letter) else boundary for letter, boundary in zip(
        (name[0], name[-1]), (r"(?<!\w)", r"(?!\w)"), strict=True))  # fmt: skip
    return f"{start}{re.escape(name)}{end}"
