"""The letter that asks a new subscriber to confirm the address."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from seminars import text
from seminars.formats.letters.mailing import in_language_of
from seminars.models import SubscriptionRequest
from seminars.models.letter import Letter


def confirmation(letter: Letter) -> EmailMessage | None:
    """Return the link that confirms an address, None if it was used or is over."""
    request = SubscriptionRequest.objects.open().with_number(letter.about["request"])
    if request is None:
        return None
    with in_language_of(request):
        words = {"request": request, "ends_at": request.ends_at}
        subject = text.line(render_to_string("mail/confirmation_subject.txt", words))
        return EmailMessage(subject, render_to_string("mail/confirmation.txt", words), None, [letter.to])
