"""Calendar entries that were rendered before: an edit serialises one entry anew.

Entries stand on shelves of fifty talks, one shelf to a key of the cache: a feed of two thousand talks asks for forty
keys, and each talk keeps exactly one entry however often it changes.
"""

import gc
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import groupby

from django.conf import settings
from django.core.cache import cache
from django.urls import get_script_prefix
from django.utils.translation import get_language

from seminars import text
from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import Talk, TalkQuerySet
from seminars.models.talk_queries import Stamps
from seminars.times import today

SHELF = 50  # talks
BATCH = 200  # talks that are read at once: a usual feed whole; the worker keeps the memory that a batch took
KEPT_FOR = 7 * 24 * 3600  # seconds

Mark = tuple[str, int, str, float, float]
Shelf = dict[int, tuple[Mark, bytes]]


def entries(talks: TalkQuerySet, wanted: Iterable[Stamps]) -> list[bytes]:
    """Return the entries in the order of `wanted`; of these stamps, only what is not kept yet is read and rendered.

    A talk that has left `talks` since is left out.
    """
    return list(by_talk(talks, wanted).values())


def by_talk(talks: TalkQuerySet, wanted: Iterable[Stamps]) -> dict[int, bytes]:
    """Return the same entries under the primary keys of their talks."""
    numbers = {stamps.talk // SHELF for stamps in wanted}
    shelves = {number: {} for number in numbers} | _fetched(numbers)
    found = {stamps.talk: _kept(shelves, stamps) for stamps in wanted}
    missing = sorted(talk for talk, entry in found.items() if entry is None)
    new: Shelf = {}
    for start in range(0, len(missing), BATCH):
        if start:
            gc.collect()  # rows that know each other; several batches of them would take 10 MB more, for ever
        for talk in talks.with_keys(missing[start : start + BATCH]).for_entries():
            found[talk.pk] = _rendered(talk, new)
    _put_back(shelves, new)
    return {talk: entry for talk, entry in found.items() if entry is not None}


def _kept(shelves: Mapping[int, Shelf], stamps: Stamps) -> bytes | None:
    """Return the entry if it is current. Drop an old one at once, or old and new ones would be in memory together."""
    shelf = shelves[stamps.talk // SHELF]
    mark, entry = shelf.get(stamps.talk, (None, None))
    if mark == _mark(stamps):
        return entry
    shelf.pop(stamps.talk, None)
    return None


def _rendered(talk: Talk, new: Shelf) -> bytes:
    """Return the entry of a talk that was read whole, and note it in `new` if its stamps tell the truth about it.

    They do not before the first stamp, after raw updates, and when a change was committed while it was read. An entry
    with a formula that could not be drawn for now is not noted either.
    """
    facts, stamps = facts_of(talk), Stamps.of(talk)
    with text.rendering() as rendered:
        entry = ics_entry.render(facts, stamps)
    if facts.digest == talk.entry_digest and not rendered.is_postponed:
        new[talk.pk] = (_mark(stamps), entry)
    return entry


def _mark(stamps: Stamps) -> Mark:
    """Return all that an entry depends on beside the key of its shelf."""
    changed_at = stamps.changed_at or stamps.created_at
    return stamps.uid, stamps.sequence, stamps.digest, stamps.created_at.timestamp(), changed_at.timestamp()


def _fetched(numbers: Iterable[int]) -> dict[int, Shelf]:
    keys = {_key(number): number for number in numbers}
    return {keys[key]: shelf for key, shelf in cache.get_many(keys).items()}


def _put_back(shelves: Mapping[int, Shelf], new: Shelf) -> None:
    changed = {
        number: {talk: new[talk] for talk in part} for number, part in groupby(sorted(new), lambda pk: pk // SHELF)
    }
    cache.set_many({_key(number): shelves[number] | part for number, part in changed.items()}, KEPT_FOR)


def _key(number: int) -> str:
    """Return a key that differs wherever the same facts print differently; KEY_PREFIX in settings.py adds the build."""
    place = (settings.SITE_URL, get_script_prefix(), settings.TIME_ZONE, get_language())
    place += (settings.TIMES_IN_WORDS, today().replace(day=1))  # `new_release` changes with the month
    return f"ics:{sha256(repr(place).encode()).hexdigest()[:16]}:{number}"
