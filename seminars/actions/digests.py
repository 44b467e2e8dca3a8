"""Digests: put one into the outbox for each subscriber whose hour has come."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from seminars.actions import outbox
from seminars.models import Letter, Subscriber
from seminars.models.letter import LetterKind

AT_ONCE = 500  # subscribers in a transaction, during which others who save wait
LATE = timedelta(days=1)  # after which the digest of this week is left out
LONGEST = timedelta(days=15)  # that a digest looks back: after a pause, everything would be a change


def put_due(now: datetime | None = None) -> int:
    """Put the digests that are due into the outbox; return how many. Each subscriber gets one for each hour."""
    now, put = now or timezone.now(), 0
    while due := list(Subscriber.objects.digest_due(now)[:AT_ONCE]):
        with transaction.atomic():
            for subscriber in due:
                _set_next(subscriber, now)
            letters = [_letter(one, now) for one in due if now - one.digest_due_at < LATE]
            outbox.put_all(letters)
        put += len(letters)
    return put


def _set_next(subscriber: Subscriber, now: datetime) -> None:
    """Note when the next one is due, unless the subscriber has just changed that."""
    same = Subscriber.objects.filter(pk=subscriber.pk, digest_due_at=subscriber.digest_due_at)
    same.update(digest_due_at=subscriber.next_digest(now), digest_sent_at=subscriber.digest_due_at)


def _letter(subscriber: Subscriber, now: datetime) -> Letter:
    due = subscriber.digest_due_at
    last = subscriber.digest_sent_at
    since = last if last and last > due - LONGEST else due - timedelta(weeks=1)
    return Letter(
        kind=LetterKind.DIGEST,
        key=f"digest:{subscriber.pk}:{due.isoformat()}",
        to=subscriber.email,
        about={"subscriber": subscriber.pk, "since": since.isoformat()},
        expires_at=now + LATE,
    )
