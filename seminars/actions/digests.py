"""Digests: put one into the outbox for each subscriber whose hour has come."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from seminars.actions import outbox
from seminars.models import Letter, Subscriber
from seminars.models.letter import LetterKind

AT_ONCE = 250  # subscribers in a transaction, during which others who save wait
LATE = timedelta(days=1)  # after which the digest of this week is left out
LONGEST = timedelta(days=15)  # that a digest looks back: after a pause, everything would be a change


def put_due(now: datetime | None = None) -> int:
    """Put the digests that are due into the outbox; return how many. Each subscriber gets one for each hour."""
    now, put = now or timezone.now(), 0
    while due := list(Subscriber.objects.digest_due(now)[:AT_ONCE]):
        letters = [_letter(one, now) for one in due if one.digest_due_at <= now < one.digest_due_at + LATE]
        with transaction.atomic():
            outbox.put_all(letters)
            _set_next(due, now)
        put += len(letters)
    return put


def _set_next(due: list[Subscriber], now: datetime) -> None:
    """Note when the next ones are due, except where a subscriber has just changed that."""
    groups = defaultdict(list)
    for one in due:
        groups[one.digest_due_at, one.next_digest(now)].append(one.pk)
    for (before, following), keys in groups.items():
        same = Subscriber.objects.filter(pk__in=keys, digest_due_at=before)
        same.update(digest_due_at=following, digest_sent_at=before)


def _letter(subscriber: Subscriber, now: datetime) -> Letter:
    due = subscriber.digest_due_at
    last = subscriber.digest_sent_at
    since = last if last and due - LONGEST < last < due else due - timedelta(weeks=1)
    return Letter(
        kind=LetterKind.DIGEST,
        key=f"digest:{subscriber.pk}:{due.isoformat()}",
        to=subscriber.email,
        about={"subscriber": subscriber.pk, "since": since.isoformat()},
        expires_at=now + LATE,
    )
