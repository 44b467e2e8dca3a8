"""Subscriptions by email: ask for one, confirm the address, change the choice, leave."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from seminars.actions import calendar_invitations, outbox
from seminars.models import CalendarInvitation, Letter, Series, Subscriber, SubscriptionRequest, Topic
from seminars.models.letter import LetterKind
from seminars.models.subscriber import ASKED_FOR


def ask(request: SubscriptionRequest, series: Iterable[Series] = (), topics: Iterable[Topic] = ()) -> None:
    """Send a link that confirms the address; the same is done whether or not the address is known."""
    with transaction.atomic():
        request.save()
        request.series.set(series)
        request.topics.set(topics)
        key = f"confirmation:{request.pk}:{request.key}"
        outbox.put(LetterKind.CONFIRMATION, request.email, key=key, expires_in=ASKED_FOR, request=request.pk)


def confirm(request: SubscriptionRequest) -> Subscriber | CalendarInvitation | None:
    """Take a request up, once. An address that subscribed before gets what it had and what it asks for now.

    The second of two presses finds what the first began, and None if that has been ended since.
    """
    with transaction.atomic():
        if not SubscriptionRequest.objects.hold(request.pk):
            return _begun(request)
        return calendar_invitations.begin(request) if request.talk_id else _subscribe(request)


def _begun(request: SubscriptionRequest) -> Subscriber | CalendarInvitation | None:
    rows = CalendarInvitation.objects.filter(talk=request.talk_id) if request.talk_id else Subscriber.objects
    return rows.with_address(request.email).first()


def _subscribe(request: SubscriptionRequest) -> Subscriber:
    subscriber = _subscriber_with(request.email)
    _widen(subscriber, request)
    subscriber.language = request.language
    subscriber.suspended_at = None
    subscriber.save()
    request.delete()
    return subscriber


def change(subscriber: Subscriber, series: Iterable[Series], topics: Iterable[Topic]) -> bool:
    """Save a changed choice; mail that was stopped because it came back starts again.

    Return False, and save nothing, if they have unsubscribed in the meantime.
    """
    with transaction.atomic():
        if not Subscriber.objects.hold(subscriber.pk):
            return False
        subscriber.suspended_at = None
        subscriber.save()
        subscriber.series.set(series)
        subscriber.topics.set(topics)
    return True


def end(subscriber: Subscriber) -> None:
    """Forget a subscriber: nothing is kept of them, nor of letters to them that wait or could not be sent."""
    with transaction.atomic():
        Letter.objects.with_addresses().about_row("subscriber", subscriber.pk).delete()
        subscriber.delete()


def _subscriber_with(email: str) -> Subscriber:
    """Return the row of an address, held until the transaction ends; a new one chooses nothing."""
    new = Subscriber(email=email, is_for_all=False)
    Subscriber.objects.bulk_create([new], ignore_conflicts=True)  # PostgreSQL logs addresses that conflict
    return Subscriber.objects.select_for_update().with_address(email).get()


def _widen(subscriber: Subscriber, asked: SubscriptionRequest) -> None:
    if asked.wants_digest:
        subscriber.digest_day, subscriber.digest_hour = asked.digest_day, asked.digest_hour
    for name in ("is_for_all", "wants_digest", "wants_new_talks", "wants_changes"):
        setattr(subscriber, name, getattr(subscriber, name) or getattr(asked, name))
    subscriber.confirmed_at = timezone.now()
    subscriber.series.add(*asked.series.all())
    subscriber.topics.add(*asked.topics.all())
