"""Find the talks of events whose UID is new although the talk is not: some programs write other UIDs at each export."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from seminars.importing.events import SourceEvent
from seminars.importing.field_values import source_values_of
from seminars.models import TalkQuerySet

_QUERY = 5000  # talks that one query asks for
# The Events Calendar writes start and end into the UID, so a talk that moves gets another one.
_WITH_TIMES = re.compile(r"(?P<number>\d{1,12})-\d{6,12}-\d{6,12}@(?P<host>[^@\s]{1,200})")
_OF_A_DATE = re.compile(r"(?P<uid>.+)/(?P<day>[12]\d{3}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:T\d{6}Z)?")
Mark = tuple[str, str] | None


def earlier_uids(unknown: dict[str, SourceEvent], uids: Collection[str], among: TalkQuerySet) -> dict[str, str]:
    """Return under which UID an earlier import brought the talk of an event whose UID nobody here knows, by its UID.

    It is so where nothing but times within the UID changed; where a repeating event moved as a whole, on the same day
    or else in the same week; or where both have the same start and title. `uids` are those of the whole file: a talk
    under one of them is that of another event.
    """
    imported, found = among.filter(imported__isnull=False), {}
    for mark_of in (_number_in, _day_in, _week_in):
        marks = {uid: mark for uid in unknown if uid not in found and (mark := mark_of(uid))}
        taken = {*uids, *found.values()}
        found |= _only_pairs(marks, _marked_here(marks, mark_of, imported, taken)) if marks else {}
    left = {uid: event for uid, event in unknown.items() if uid not in found}
    return found | _only_pairs(
        _times_and_titles(left), _times_and_titles_here(left, {*uids, *found.values()}, imported)
    )


def with_other_times(uids: Collection[str], known: Collection[str]) -> dict[str, str]:
    """Return which of the `known` UIDs each of these is if nothing but times within the UID changed."""
    found: dict[str, str] = {}
    for mark_of in (_number_in, _day_in):
        marks = {uid: mark for uid in uids if (mark := mark_of(uid))}
        found |= _only_pairs(marks, [(mark, uid) for uid in known if (mark := mark_of(uid))])
    return found


def _only_pairs(events: dict[str, object], here: list[tuple[object, str]]) -> dict[str, str]:
    """Pair UIDs that have the same mark, where it is the mark of one event and of one talk alone."""
    by_mark = defaultdict(list)
    for mark, uid in here:
        by_mark[mark].append(uid)
    marks = Counter(events.values())
    return {uid: by_mark[mark][0] for uid, mark in events.items() if marks[mark] == len(by_mark[mark]) == 1}


def _number_in(uid: str) -> Mark:
    match = _WITH_TIMES.fullmatch(uid)
    return (match["host"], match["number"]) if match else None


def _day_in(uid: str) -> Mark:
    match = _OF_A_DATE.fullmatch(uid)
    return (match["uid"], match["day"]) if match else None


def _week_in(uid: str) -> Mark:
    match = _OF_A_DATE.fullmatch(uid)
    try:
        day = datetime.strptime(match["day"], "%Y%m%d") if match else None  # noqa: DTZ007  a day
    except ValueError:  # such as 30 February, in a UID of another form
        return None
    return (match["uid"], f"{day:%G-%V}") if day else None


def _marked_here(
    marks: dict[str, object], mark_of: Callable[[str], Mark], imported: TalkQuerySet, taken: Collection[str]
) -> list[tuple[object, str]]:
    sign = "@" if mark_of is _number_in else "/"
    here = imported.filter(uid__contains=sign).values_list("uid", flat=True)
    wanted = set(marks.values())
    return [(mark, uid) for uid in here if uid not in taken and (mark := mark_of(uid)) in wanted]


def _times_and_titles(unknown: dict[str, SourceEvent]) -> dict[str, object]:
    source_values = {uid: source_values_of(event) for uid, event in unknown.items() if event.starts_at}
    return {uid: (values["starts_at"], values["title"]) for uid, values in source_values.items() if values.get("title")}


def _times_and_titles_here(
    unknown: dict[str, SourceEvent], uids: Collection[str], imported: TalkQuerySet
) -> list[tuple[object, str]]:
    starts = list({event.starts_at for event in unknown.values() if event.starts_at})
    parts: Iterator[list] = (starts[first : first + _QUERY] for first in range(0, len(starts), _QUERY))
    rows = (row for part in parts for row in imported.filter(starts_at__in=part).values_list("uid", "imported__said"))
    return [
        ((source_values.get("starts_at"), source_values.get("title")), uid)
        for uid, source_values in rows
        if uid not in uids
    ]
