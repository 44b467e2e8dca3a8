"""Entries of feeds that were rendered before: an edit renders one entry again, in each format.

Entries are stored on shelves of fifty talks, one shelf to a key of the cache, and compressed: a feed of two thousand
talks asks for forty keys, and each talk keeps exactly one entry of each format however often it changes. What is
gathered for a feed stays compressed until it is sent.
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.urls import get_script_prefix
from django.utils.translation import get_language

from seminars import text, times, zone_data
from seminars.models import Talk, TalkQuerySet
from seminars.models.talk_marks import Mark
from seminars.times import today

MANY_TALKS = 2000  # a feed of more is never in memory as a whole, and that of a longer list leads to its archive
SHELF = 50  # talks
MOST_READ = 250  # talks that are read at once, so that a feed of 200 asks each query once
BLOCK = 1000  # entries that are unpacked at once: shelves follow the order of creation, feeds that of time
PIECE = 100  # entries that are sent at once
LEVEL = 6  # of zlib: half as large again at 1, and nothing is faster but the rendering
KEPT_FOR = 7 * 24 * 3600  # seconds


def _always(_talk: Talk) -> bool:
    return True


class Form(NamedTuple):
    """How one format renders its entries."""

    name: str  # in the keys of the cache
    fetch: Callable[[list[Talk]], None]  # what they show beside series and room
    render: Callable[[Talk], bytes]  # within the language of the feed
    is_marked: Callable[[Talk], bool] = _always  # whether the mark tells the truth about a talk that was read


class ShelfPlace(NamedTuple):
    """Where on a shelf an entry is, and of which state of its talk; a mark of b"" is never kept."""

    mark: bytes
    digest: bytes  # of the entry
    start: int
    end: int


class Shelf(NamedTuple):
    """The entries of up to fifty talks, compressed together."""

    places: dict[int, ShelfPlace]  # by the primary key of the talk
    packed: bytes = zlib.compress(b"")


@dataclass(frozen=True)
class Entries:
    """The entries of a feed in its order, which may be gone through more than once."""

    talks: Sequence[int]
    shelves: Mapping[int, Shelf]

    def place(self, talk: int) -> ShelfPlace:
        return self.shelves[talk // SHELF].places[talk]

    def size(self, talk: int) -> int:
        """Return how many bytes the entry of a talk has."""
        place = self.place(talk)
        return place.end - place.start

    def __len__(self) -> int:
        return len(self.talks)

    def __contains__(self, talk: int) -> bool:
        shelf = self.shelves.get(talk // SHELF)
        return shelf is not None and talk in shelf.places

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self.talks), BLOCK):
            block = self.talks[start : start + BLOCK]
            found = self._unpacked(block)
            yield from (found.pop(talk) for talk in block)

    def _unpacked(self, talks: Iterable[int]) -> dict[int, bytes]:
        found = {}
        for number, keys in _by_shelf(talks).items():
            shelf = self.shelves[number]
            whole = zlib.decompress(shelf.packed)
            found |= {talk: whole[shelf.places[talk].start : shelf.places[talk].end] for talk in keys}
        return found


@dataclass(frozen=True)
class Body:
    """A feed as it is sent: what stands before, between and after its entries."""

    head: bytes
    entries: Entries
    end: bytes
    between: bytes = b""

    def __len__(self) -> int:
        talks = self.entries.talks
        inside = sum(map(self.entries.size, talks)) + len(self.between) * max(len(talks) - 1, 0)
        return len(self.head) + inside + len(self.end)

    def __bytes__(self) -> bytes:
        return b"".join(self)

    def __iter__(self) -> Iterator[bytes]:
        """Yield it in pieces, so that none but the one being sent is in memory unpacked."""
        piece = [self.head]
        for number, entry in enumerate(self.entries):
            piece += [self.between, entry] if number else [entry]
            if number % PIECE == PIECE - 1:
                yield b"".join(piece)
                piece = []
        yield b"".join([*piece, self.end])

    @property
    def digest(self) -> str:
        """32 hexadecimal digits that differ where the bytes do: over the digests of all parts, not the bytes."""
        whole = sha256(repr((self.head, self.between, self.end)).encode())
        for talk in self.entries.talks:
            whole.update(self.entries.place(talk).digest)
        return whole.hexdigest()[:32]


def entries(form: Form, talks: TalkQuerySet, marks: Sequence[Mark]) -> Entries:
    """Return the entries of `talks` in the order of `marks`; only what is not kept yet is read and rendered.

    Call it within `one_state()` around the reading of the marks as well: no entry may be kept under the mark of another
    state of its talk. A talk that has left `talks` since is left out.
    """
    keys, rules = _keys(form, {mark.talk // SHELF for mark in marks}), zone_data.current()
    fetched = cache.get_many(keys.values())
    shelves = {number: fetched.get(key) or Shelf({}) for number, key in keys.items()}
    missing = {mark.talk: mark.mark for mark in marks if not _is_kept(shelves, mark)}
    changed = _by_shelf(missing)
    for batch in _batches(changed):
        new = _rendered(form, talks, [talk for number in batch for talk in changed[number]], missing)
        for number in batch:
            found = {talk: new[talk] for talk in changed[number] if talk in new}
            shelves[number] = _filled(shelves[number], found, changed[number])
    if zone_data.current() == rules:  # else nobody knows by which rules each entry was rendered
        cache.set_many({keys[number]: _lasting(shelves[number]) for number in changed}, KEPT_FOR)
    there = [mark.talk for mark in marks if mark.talk in shelves[mark.talk // SHELF].places]
    return Entries(there, shelves)


def _is_kept(shelves: Mapping[int, Shelf], mark: Mark) -> bool:
    place = shelves[mark.talk // SHELF].places.get(mark.talk)
    return place is not None and place.mark == mark.mark


def _rendered(
    form: Form, talks: TalkQuerySet, wanted: list[int], marks: Mapping[int, bytes]
) -> dict[int, tuple[bytes, bytes]]:
    """Return mark and entry of each talk; the mark is b"" where it does not tell the truth about the talk.

    Nor is an entry kept that has a formula which could not be drawn for now.
    """
    found = {}
    waiting = list(talks.with_keys(wanted).with_series_and_room().defer("search_text").order_by())
    form.fetch(waiting)
    while waiting:
        talk = waiting.pop()
        with text.rendering() as rendered:
            entry = form.render(talk)
        may_be_kept = form.is_marked(talk) and not rendered.is_postponed
        found[talk.pk] = (marks[talk.pk] if may_be_kept else b"", entry)
        vars(talk).clear()  # it and its people refer to each other: they would stay until the garbage is collected
    return found


def _filled(shelf: Shelf, new: Mapping[int, tuple[bytes, bytes]], gone: Iterable[int]) -> Shelf:
    """Return a shelf with new entries, each with its mark, in place of those that are `gone`."""
    whole = zlib.decompress(shelf.packed)
    staying = [(talk, shelf.places[talk]) for talk in shelf.places.keys() - {*gone}]
    old = {talk: (place.mark, whole[place.start : place.end]) for talk, place in staying}
    places, parts, size = {}, [], 0
    for talk, (mark, entry) in (old | dict(new)).items():
        places[talk] = ShelfPlace(mark, blake2b(entry, digest_size=16).digest(), size, size + len(entry))
        parts.append(entry)
        size += len(entry)
    return Shelf(places, zlib.compress(b"".join(parts), LEVEL))


def _lasting(shelf: Shelf) -> Shelf:
    """Return a shelf without what may not be kept."""
    passing = [talk for talk, place in shelf.places.items() if not place.mark]
    return _filled(shelf, {}, passing) if passing else shelf


def _batches(changed: Mapping[int, list[int]]) -> Iterator[list[int]]:
    """Yield the numbers of shelves in groups with at most MOST_READ changed talks."""
    batch, size = [], 0
    for number in sorted(changed):
        if batch and size + len(changed[number]) > MOST_READ:
            yield batch
            batch, size = [], 0
        batch, size = [*batch, number], size + len(changed[number])
    if batch:
        yield batch


def _by_shelf(talks: Iterable[int]) -> dict[int, list[int]]:
    found = defaultdict(list)
    for talk in talks:
        found[talk // SHELF].append(talk)
    return found


def _keys(form: Form, numbers: Iterable[int]) -> dict[int, str]:
    """Return keys that differ wherever the same facts print differently; Django adds the build and zone data to them.

    Phrases leave out the present year, and `new_release` depends on the month.
    """
    place = (settings.SITE_URL, get_script_prefix(), times.zone_name(), get_language())
    place += (settings.TIMES_IN_WORDS, today().replace(day=1))
    digest = sha256(repr(place).encode()).hexdigest()[:16]
    return {number: f"{form.name}:{digest}:{number}" for number in numbers}
