"""The email that organisers get on Mondays, if they wish: what is open at the talks of their series."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import ngettext

from seminars import access
from seminars.models import User
from seminars.models.letter import Letter
from seminars.selectors.open_items import open_talks


def open_items(letter: Letter) -> EmailMessage | None:
    """Return the email, None if nothing is open, or if the organiser no longer wants it or looks after nothing."""
    person = User.wanting_open_items().in_bulk([letter.about["person"]]).get(letter.about["person"])
    if person is None:
        return None
    found = open_talks(access.series_of(access.away(person)), timezone.now())
    if not found:
        return None
    subject = ngettext("%(number)d talk needs something", "%(number)d talks need something", len(found))
    body = render_to_string("mail/open_items.txt", {"open_talks": found, "person": person})
    return EmailMessage(subject % {"number": len(found)}, body.lstrip(), None, [person.email])
