"""What follows from a letter that did not arrive, whether a mail server refused it or sent it back later."""

from django.db import transaction
from django.utils import timezone

from seminars.models import Bounce, CalendarInvitation, Letter, Subscriber
from seminars.models.bounce import MOST
from seminars.models.letter import LetterKind


def note(letter: Letter) -> bool:
    """Note that a letter to a reader did not arrive; return False if it was for somebody else or they have left.

    After MOST in WITHIN, a subscriber gets nothing more until they save their choice again. An invitation to one talk
    has few letters, so it ends with the first.
    """
    if not letter.is_to_a_reader:
        return False
    if letter.kind == LetterKind.CALENDAR:
        return CalendarInvitation.objects.filter(pk=letter.about["invitation"]).delete()[0] > 0
    with transaction.atomic():
        subscriber = Subscriber.objects.select_for_update().filter(pk=letter.about["subscriber"]).first()
        if subscriber is None:
            return False
        Bounce.objects.get_or_create(letter=letter, defaults={"subscriber": subscriber})
        if subscriber.bounces.lately(timezone.now()).count() >= MOST and subscriber.suspended_at is None:
            subscriber.suspended_at = timezone.now()
            subscriber.save(update_fields=["suspended_at"])
    return True
