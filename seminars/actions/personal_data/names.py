"""The names under which a person stands in texts, and texts without them."""

import re
from collections.abc import Iterable
from typing import Any

from seminars.models import SharedChange, Speaker
from seminars.models.speaker_names import whole_names


def names_of(speaker: Speaker, notes: Iterable[SharedChange]) -> list[str]:
    """Return each name that the person has or had, the longest first, but no single words: others have those too."""
    rows = [vars(speaker), *(values for note in notes for values in (note.before, note.after) if values)]
    found = {name for row in rows for name in (row["name"], row["sort_name"], *whole_names(row["other_names"]))}
    return sorted((name for name in found if " " in name.strip()), key=len, reverse=True)


class Eraser:
    """Replaces names in texts and in JSON."""

    def __init__(self, names: Iterable[str], instead: str) -> None:
        words = "|".join(re.escape(name) for name in names)
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None
        self.instead = instead

    def text(self, value: str) -> str:
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
