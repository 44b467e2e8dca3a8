"""Tell subscribers about new and changed talks: notice them, wait for a quiet time, and put letters into the outbox."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from seminars import mail
from seminars.actions import outbox
from seminars.garbage import collecting_new_objects_only
from seminars.models import Letter, PeriodicTask, Talk, TalkNews, ToldTalk
from seminars.models.department import in_department_zone
from seminars.models.edition import taking_turns
from seminars.models.letter import LetterKind
from seminars.models.many_rows import update_rows
from seminars.models.quiet_time import has_waited, is_quiet
from seminars.models.states import GOING_AHEAD, State
from seminars.models.talk_news import NewsKind, is_to_be_told, letter_key, to_begin_with, unnoticed
from seminars.phrases.talk_news import differences, facts_of, has_joined, known_after

TELLING_NEWS = "tell news"  # the row whose `done_at` says that the talks that a site began with were noted
LEASE = timedelta(minutes=2)  # longer than one round takes; what a killed worker began is taken up afterwards
AS_DRAFT = {"state": State.DRAFT}  # what readers know of a talk that is new
UNSAID = "unsaid"  # among what readers know: the former values of what was changed without an email
IS_NEWS_FOR = timedelta(days=1)
TALKS_AT_ONCE, LETTERS_AT_ONCE = 50, 200  # in one transaction: others who save wait for less than 200 ms


# --- what the worker does ------------------------------------------------------------------------------


def tell() -> int:
    """Tell what is due, unless another worker is about to; return how many talks that was.

    Where there is nothing to do, this takes four small queries and holds up nobody.
    """
    now = timezone.now()
    if not _has_work(now) or not (until := PeriodicTask.objects.claim(TELLING_NEWS, first_at=now, lease=LEASE)):
        return 0
    try:
        with in_department_zone(), collecting_new_objects_only():  # letters of a portion, in a transaction
            number = _round(now)
    except BaseException:
        PeriodicTask.objects.give_back(TELLING_NEWS, until)
        raise
    PeriodicTask.objects.note_done(TELLING_NEWS, until, due_at=None)
    return number


def _has_work(now: datetime) -> bool:
    pending = _pending(now)
    is_due = bool(_due(pending) or _off(pending))
    return is_due or unnoticed(now).exists() or TalkNews.objects.unprepared().exists() or not _has_begun()


def _has_begun() -> bool:
    return PeriodicTask.objects.last_done(TELLING_NEWS) is not None


def _round(now: datetime) -> int:
    if not _has_begun():
        _begin(now)
    for batch in set(TalkNews.objects.unprepared().values_list("batch", flat=True)):
        _prepare(batch)  # which a worker did not get to the end of
    _notice(now)
    pending = _pending(now)
    _forget(_off(pending))
    due, batch = _due(pending), uuid.uuid4().hex
    for keys in _portions(due, TALKS_AT_ONCE):
        _settle(keys, batch, now)
    _prepare(batch)
    return len(due)


def _begin(now: datetime) -> None:
    """Note the talks that subscribers know already, without telling anybody."""
    for keys in _portions(list(to_begin_with(now).primary_keys()), TALKS_AT_ONCE):
        talks = Talk.objects.with_keys(keys).for_entries()
        ToldTalk.objects.add([ToldTalk(talk=talk, facts=facts_of(talk), sequence=talk.sequence) for talk in talks])


def _notice(now: datetime) -> None:
    """Note of new and changed talks since when they wait to be told."""
    for keys in _portions(list(unnoticed(now).primary_keys()), LETTERS_AT_ONCE):
        with transaction.atomic():
            known = [row.pk for row in ToldTalk.objects.locked().filter(pk__in=keys, pending_since=None)]
            ToldTalk.objects.filter(pk__in=known).update(pending_since=now)
            ToldTalk.objects.add([ToldTalk(talk_id=key, pending_since=now) for key in keys])


class Pending(NamedTuple):
    """A talk that waits to be told."""

    key: int
    is_to_be_told: bool  # and not a draft or over
    is_quiet: bool
    has_waited: bool  # long enough


def _pending(now: datetime) -> list[Pending]:
    waits = {"is_quiet": is_quiet("talk__changed_at", now), "has_waited": has_waited("pending_since", now)}
    rows = ToldTalk.objects.pending().values_list("pk", "talk__state", "talk__ends_at", *waits.values())
    return [Pending(key, is_to_be_told(state, end, now), *found) for key, state, end, *found in rows]


def _off(pending: Iterable[Pending]) -> list[int]:
    """Return the keys of talks that readers need not hear about any more."""
    return [one.key for one in pending if not one.is_to_be_told]


def _due(pending: Iterable[Pending]) -> list[int]:
    """Return the keys of talks that are to be told now.

    They wait for each other, so that an import makes one letter, until the first of them has waited long enough.
    """
    waiting = [one for one in pending if one.is_to_be_told]
    is_late = any(one.has_waited for one in waiting)
    due = [one.key for one in waiting if one.is_quiet or one.has_waited]
    return due if is_late or len(due) == len(waiting) else []


def _forget(keys: Collection[int]) -> None:
    """Let drafts and talks that are over wait no longer; one that nobody was told about is new if it comes back."""
    for some in _portions(keys, LETTERS_AT_ONCE):
        rows = ToldTalk.objects.filter(pk__in=some)
        rows.filter(facts={}).delete()
        rows.update(pending_since=None)


def _settle(keys: Collection[int], batch: str, now: datetime) -> None:
    """Compare talks with what readers know, note what they are told now, and make news of what is different."""
    with transaction.atomic():
        rows = list(ToldTalk.objects.locked().filter(pk__in=keys).exclude(pending_since=None))
        talks = Talk.objects.with_keys([row.pk for row in rows]).for_entries().in_bulk()
        there = [row for row in rows if is_to_be_told(talks[row.pk].state, talks[row.pk].ends_at, now)]
        news = [one for row in there for one in _news_of(row, talks[row.pk], batch)]
        if there:
            update_rows(there, ["facts", "sequence", "pending_since"])
        TalkNews.objects.bulk_create(news if mail.is_set_up() else [])


def _news_of(row: ToldTalk, talk: Talk, batch: str) -> list[TalkNews]:
    """Bring `row` up to date, unsaved, and return the news. A talk that is called off before it was told is none."""
    facts = facts_of(talk)
    before = _as_last_told(row.facts, facts)
    row.sequence, row.pending_since = talk.sequence, None
    if not before:
        kinds = [NewsKind.NEW] if talk.state in GOING_AHEAD else []
        row.facts = facts if kinds else {}
    else:
        kinds = [NewsKind.CHANGED] if differences(before, facts) else []
        unsaid = {} if kinds else {UNSAID: row.facts.get(UNSAID, {})}
        row.facts = known_after(before, facts) | unsaid
        kinds += [NewsKind.NEW] if has_joined(before, facts) else []
    return [TalkNews(talk=talk, kind=kind, batch=batch, before=before) for kind in kinds]


def _as_last_told(known: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return what readers know, where what was changed without an email and is as before has never been different."""
    told = {name: value for name, value in known.items() if name != UNSAID}
    return told | {name: value for name, value in known.get(UNSAID, {}).items() if now[name] == value}


def _prepare(batch: str) -> None:
    """Put a letter for each reader of these news into the outbox. Doing it again adds those that are missing."""
    for some in _portions(_readers_of(batch).items(), LETTERS_AT_ONCE):
        outbox.put_all([_letter(batch, reader, news) for reader, news in some])
    TalkNews.objects.unprepared().filter(batch=batch).update(prepared_at=timezone.now())


def _letter(batch: str, reader: tuple[int, str], news: list[int]) -> Letter:
    (subscriber, email), expires_at = reader, timezone.now() + IS_NEWS_FOR
    about = {"subscriber": subscriber, "news": news}
    key = letter_key(batch, subscriber)
    return Letter(kind=LetterKind.NEWS, key=key, to=email, about=about, expires_at=expires_at)


def _readers_of(batch: str) -> dict[tuple[int, str], list[int]]:
    """Return the keys of the news for each reader: one query for all talks that concern the same people."""
    rows = list(TalkNews.objects.unprepared().filter(batch=batch).order_by("pk"))
    talks = Talk.objects.with_keys([row.talk_id for row in rows]).for_entries().in_bulk()
    alike: dict[tuple[Any, ...], list[TalkNews]] = defaultdict(list)
    for row in rows:
        alike[row.kind, *row.former_series, *_audience(talks[row.talk_id])].append(row)
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for first, *others in alike.values():
        for reader in first.readers(talks[first.talk_id]).values_list("pk", "email"):
            found[reader] += [row.pk for row in (first, *others)]
    return found


def _audience(talk: Talk) -> tuple[Any, ...]:
    """Return what decides who gets letters about a talk."""
    series = frozenset(series.pk for series in talk.all_series)
    return series, talk.is_listed, frozenset(topic.pk for topic in talk.topics.all())


def _portions(things: Collection[Any], size: int) -> Iterator[list[Any]]:
    whole = list(things)
    return (whole[start : start + size] for start in range(0, len(whole), size))


# --- what somebody does who does not want to tell ------------------------------------------------------


@contextmanager
def without_news(keys: Collection[int]) -> Iterator[None]:
    """Let readers be told nothing of what changes within about the talks with these keys.

    What was changed before and is not told yet is told all the same.
    """
    with taking_turns():
        before = _facts(keys)
        yield
        take_for_told(before, _facts(keys))


def take_for_told(before: Mapping[int, dict[str, Any]], after: Mapping[int, dict[str, Any]]) -> None:
    """Note, within the transaction of a change, that readers need not hear of it.

    `before` and `after` are the facts of talks by their keys; a talk that is new is in `after` alone.
    """
    known = {row.pk: row for row in ToldTalk.objects.locked().filter(pk__in=after)}
    for key, row in known.items():
        row.facts = _as_if_told(row.facts, before[key], after[key])
    if known:
        update_rows(list(known.values()), ["facts"])
    new = [key for key in after.keys() - known.keys() if _appears(before.get(key, AS_DRAFT), after[key])]
    ToldTalk.objects.add([ToldTalk(talk_id=key, facts=after[key]) for key in new])


def _facts(keys: Collection[int]) -> dict[int, dict[str, Any]]:
    return {talk.pk: facts_of(talk) for talk in Talk.objects.with_keys(keys).for_entries()}


def _as_if_told(known: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what readers are taken to know: of a talk that appears all of it, of others what changed just now."""
    if _appears(before, after) and (not known or before["state"] == State.DRAFT):
        return after
    changed = [name for name in after if after[name] != before[name]]
    unsaid = {name: before[name] for name in changed} | known.get(UNSAID, {})
    return known and {**known, **{name: after[name] for name in changed}, UNSAID: unsaid}


def _appears(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return before["state"] not in GOING_AHEAD and after["state"] in GOING_AHEAD
