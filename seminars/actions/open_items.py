"""Put the Monday email about what is open into the outbox, for each organiser who wants it."""

from datetime import timedelta

from django.utils import timezone

from seminars.actions import outbox
from seminars.models import Letter, User
from seminars.models.letter import LetterKind
from seminars.times import local

GOOD_FOR = timedelta(days=1)  # what could not be sent on Monday is left out on Tuesday


def want(person: User, wants: bool) -> None:
    """Let an organiser get the email from now on, or no longer."""
    person.wants_open_items = wants
    person.save(update_fields=["wants_open_items"])


def put() -> int:
    """Put the emails of this week into the outbox; return how many. Who got the one of this week gets no other."""
    now = timezone.now()
    people = User.wanting_open_items()
    year, week, _weekday = local(now).isocalendar()
    letters = [
        Letter(
            kind=LetterKind.OPEN_ITEMS,
            key=f"open-items:{person.pk}:{year}-{week}",
            to=person.email,
            about={"person": person.pk},
            expires_at=now + GOOD_FOR,
        )
        for person in people
    ]
    outbox.put_all(letters)
    return len(letters)
