"""Weekly emails: put one into the outbox for each subscriber whose hour has come."""

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
    """Put those that are due into the outbox; return how many. Each subscriber gets one for each hour."""
    now, put = now or timezone.now(), 0
    while due := list(Subscriber.objects.digest_due(now)[:AT_ONCE]):
        letters = [_letter(one, last, now) for one in due if (last := _of_today(one, now))]
        with transaction.atomic():
            outbox.put_all(letters)
            _set_next(due, now)
        put += len(letters)
    return put


def _of_today(subscriber: Subscriber, now: datetime) -> datetime | None:
    """Return when the last digest was due, None if that is LATE: after a pause, an earlier one is noted as due."""
    noted, by_the_clock = subscriber.digest_due_at, subscriber.last_digest(now)
    last = max(noted, by_the_clock) if noted <= now else by_the_clock
    return last if now - last < LATE else None


def _set_next(due: list[Subscriber], now: datetime) -> None:
    """Note when the next ones are due, except where a subscriber has just changed that."""
    groups = defaultdict(list)
    for one in due:
        groups[one.digest_due_at, one.next_digest(now), _of_today(one, now)].append(one.pk)
    for (before, following, sent), keys in groups.items():
        fields = {"digest_due_at": following} | ({"digest_sent_at": sent} if sent else {})
        Subscriber.objects.filter(pk__in=keys, digest_due_at=before).update(**fields)


def _letter(subscriber: Subscriber, due: datetime, now: datetime) -> Letter:
    last = subscriber.digest_sent_at
    since = last if last and due - LONGEST < last < due else due - timedelta(weeks=1)
    return Letter(
        kind=LetterKind.DIGEST,
        key=f"digest:{subscriber.pk}:{due.isoformat()}",
        to=subscriber.email,
        about={"subscriber": subscriber.pk, "since": since.isoformat()},
        expires_at=now + LATE,
    )
