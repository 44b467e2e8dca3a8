"""Check JSON-LD against the vocabulary of schema.org, a part of which is in tests/data/schema-org.txt."""

import re
from pathlib import Path

VOCABULARY = Path(__file__).parent / "data" / "schema-org.txt"
PLAIN = {bool: {"Boolean"}, int: {"Integer", "Number", "Text"}, float: {"Number", "Text"}}
DATE, TIME = r"\d{4}-\d\d-\d\d", r"T\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)"
# Since release 30, previousStartDate may be a moment, as in Google's own example.
FORMS = {"Date": re.compile(f"{DATE}({TIME})?"), "DateTime": re.compile(f"{DATE}{TIME}")}
ADDRESS = re.compile(r"https?://\S+")

PARENTS, PROPERTIES, MEMBERS = {}, {}, {}
for line in VOCABULARY.read_text().splitlines():
    if " < " in f"{line} ":
        name, _sign, above = f"{line} ".partition(" < ")
        PARENTS[name] = above.split()
    elif " -> " in line and not line.startswith("#"):
        name, domains, ranges = re.split(": | -> ", line)
        PROPERTIES[name] = (set(domains.split()), set(ranges.split()))
    elif " = " in line and not line.startswith("#"):
        name, _sign, kind = line.partition(" = ")
        MEMBERS[f"https://schema.org/{name}"] = kind


def complaints(thing, path=""):
    """What is wrong with a thing: types, properties and values that the vocabulary does not have."""
    kinds = _with_parents(thing.get("@type"))
    found = [] if kinds else [f"{path}: no type {thing.get('@type')}"]
    for name, value in thing.items():
        here = f"{path}.{name}"
        if name.startswith("@"):
            continue
        domains, ranges = PROPERTIES.get(name, (set(), set()))
        if not kinds & domains:
            found.append(f"{here}: no property of {thing.get('@type')}")
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and one.get("@type") == "Role":  # may stand before any value (schema.org/Role)
                found += complaints({key: part for key, part in one.items() if key != name}, here)
                one = one[name]
            if isinstance(one, dict):
                found += complaints(one, here)
            if not _kinds_of(one) & ranges:
                found.append(f"{here}: {one!r} is none of {sorted(ranges)}")
    return found


def _with_parents(kind):
    if kind not in PARENTS:
        return set()
    return {kind}.union(*map(_with_parents, PARENTS[kind]))


def _kinds_of(value):
    """The types of which a value is."""
    if isinstance(value, dict):
        return _with_parents(value.get("@type"))
    if not isinstance(value, str):
        return PLAIN[type(value)]
    forms = {kind for kind, form in FORMS.items() if form.fullmatch(value)}
    is_address = ADDRESS.fullmatch(value)
    return forms | {"Text"} | ({"URL", MEMBERS.get(value)} if is_address else set())
