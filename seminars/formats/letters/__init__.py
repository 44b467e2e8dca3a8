"""A letter as a message: each kind is rendered by one function, from the rows as they are when it is sent."""

from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from seminars.formats.letters import accounts, announcements, calendar_invitation, speakers, subscriptions
from seminars.formats.letters.mailing import in_ascii
from seminars.formats.letters.open_items import open_items
from seminars.formats.letters.talk_news import talk_news
from seminars.formats.letters.weekly_email import weekly_email
from seminars.models.bounce import return_path
from seminars.models.department_language import in_department_language
from seminars.models.letter import Letter, LetterKind

RENDERERS: dict[str, Callable[[Letter], EmailMessage | None]] = {
    LetterKind.PASSWORD: accounts.new_password,
    LetterKind.INVITATION: accounts.invitation,
    LetterKind.ROLE: accounts.role_given,
    LetterKind.ACCOUNT: accounts.account_changed,
    LetterKind.CONFIRMATION: subscriptions.confirmation,
    LetterKind.DIGEST: weekly_email,
    LetterKind.NEWS: talk_news,
    LetterKind.CALENDAR: calendar_invitation.invitation,
    LetterKind.ANNOUNCEMENT: announcements.announcement,
    LetterKind.SPEAKER: speakers.to_speaker,
    LetterKind.OPEN_ITEMS: open_items,
}


def message_of(letter: Letter) -> EmailMessage | None:
    """Return what to send, None if there is nothing to say any more.

    `Auto-Submitted` keeps absence notes from answering (RFC 3834 §5). Each try has the same Message-ID. A letter to a
    reader comes back to an address of its own, its envelope sender, if it cannot be delivered.
    """
    with in_department_language():
        message = RENDERERS[letter.kind](letter)
    if message is not None:
        host = in_ascii(parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2])
        if letter.is_to_a_reader and (path := return_path(letter)):
            message.extra_headers["From"], message.from_email = message.from_email, path
        message.extra_headers["Message-ID"] = f"<{letter.message_id}@{host}>"
        message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
    return message
