"""Braces that belong together."""

import re
from functools import lru_cache
from types import MappingProxyType

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


@lru_cache(maxsize=8)
def closing_braces(source: str) -> MappingProxyType[int, int]:
    """Return the place of the closing brace for that of each opening one which has a partner."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for brace in _BRACE.finditer(source):
        if brace[0] == "{":
            opened.append(brace.start())
        elif brace[0] == "}" and opened:
            partners[opened.pop()] = brace.start()
    return MappingProxyType(partners)
