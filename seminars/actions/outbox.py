"""The outbox: put letters in, and send those that are due over one connection to the mail server."""

import contextlib
import logging
import smtplib
from collections.abc import Callable, Collection
from datetime import timedelta
from enum import Enum, auto

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from seminars import mail
from seminars.formats import letters as rendering
from seminars.models.department import in_department_zone
from seminars.models.letter import Letter, LetterKind, LetterQuerySet, LetterState

AT_ONCE = 20  # letters that a worker claims: few, as a killed worker keeps them until their lease is over
A_MINUTE = timedelta(minutes=1)

logger = logging.getLogger(__name__)


class ServerAway(Exception):
    """The mail server cannot be reached or refuses this site altogether; no letter is to blame."""


class Answer(Enum):
    """What a mail server said of one letter."""

    LATER = auto()
    NEVER = auto()
    SITE_REFUSED = auto()


def put(kind: LetterKind, to: str, *, key: str, expires_in: timedelta | None = None, **about: object) -> None:
    """Put one letter into the outbox; what has been asked for with this key before is left out."""
    now = timezone.now()
    letter = Letter(kind=kind, key=key, to=to, about=about, due_at=now, expires_at=expires_in and now + expires_in)
    put_all([letter])


def put_all(letters: Collection[Letter]) -> None:
    """Put letters into the outbox, from which `manage.py work` sends them."""
    Letter.objects.put(letters)
    if settings.MAIL_AT_ONCE:
        Sender().send_due()


def try_again(letters: LetterQuerySet) -> int:
    """Put letters that could not be sent back into the outbox; return how many."""
    now = timezone.now()
    return (
        letters.failed()
        .order_by()
        .update(
            state=LetterState.WAITING, due_at=now, done_at=None, leased_until=None, tries=0, problem="", expires_at=None
        )
    )


def discard(letters: LetterQuerySet) -> int:
    """Forget letters that could not be sent; return how many."""
    return letters.failed().order_by().delete()[0]


class Sender:
    """Sends what is due over one connection; `is_stopping` is asked between two letters."""

    def __init__(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self._is_stopping = is_stopping
        self._connection: BaseEmailBackend | None = None

    def send_due(self) -> int:
        """Send all that is due; return how many letters were settled. Raise ServerAway while none can be sent."""
        settled = 0
        try:
            while not self._is_stopping() and (number := self._allowed()):
                claimed = Letter.objects.claim(timezone.now(), number)
                if not claimed:
                    break
                settled += self._send_all(claimed)
        finally:
            self.close()
        return settled

    def close(self) -> None:
        """End the connection to the mail server."""
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def _allowed(self) -> int:
        """Return how many letters may be sent now: MAIL_PER_MINUTE holds for all workers together."""
        if not (limit := settings.MAIL_PER_MINUTE):
            return AT_ONCE
        return max(0, min(AT_ONCE, limit - Letter.objects.sent_since(timezone.now() - A_MINUTE)))

    def _send_all(self, claimed: list[Letter]) -> int:
        left = list(claimed)
        try:
            with in_department_zone():
                while left and not self._is_stopping():
                    if left[0].extend_lease(timezone.now()):
                        self._settle(left[0])
                    left.pop(0)
        finally:
            Letter.objects.give_back(left)
        return len(claimed) - len(left)

    def _settle(self, letter: Letter) -> None:
        """Send one letter, and note at once what became of it."""
        now = timezone.now()
        if letter.expires_at and letter.expires_at <= now:
            letter.note_dropped(now)
            return
        try:
            message = rendering.message_of(letter)
        except Exception as error:  # noqa: BLE001  the next letter is another matter
            mail.log_problem(error)
            letter.note_refused(timezone.now(), f"{type(error).__name__}")
            return
        if message is None:
            letter.note_dropped(timezone.now())
            return
        self._open()
        self._hand_over(letter, message)

    def _open(self) -> None:
        if self._connection is not None:
            return
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(words_of(error)) from error
        self._connection = connection

    def _hand_over(self, letter: Letter, message: EmailMessage) -> None:
        try:
            self._connection.send_messages([message])
        except Exception as error:  # noqa: BLE001  libraries of providers raise what they like
            self.close()
            self._note(letter, error)
        else:
            letter.note_sent(timezone.now())

    def _note(self, letter: Letter, error: Exception) -> None:
        mail.log_problem(error)
        answer, now = answer_of(error), timezone.now()
        if answer is Answer.SITE_REFUSED:
            letter.note_refused(now, words_of(error))
            raise ServerAway(words_of(error)) from error
        if answer is Answer.NEVER:
            letter.note_failed(now, words_of(error))
        else:
            letter.note_refused(now, words_of(error))


def answer_of(error: Exception) -> Answer:
    """Return what an error means: RFC 5321 §4.2.1, where 4yz may be tried again and 5yz may not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Answer.NEVER if all(500 <= code < 600 for code in codes) else Answer.LATER
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPAuthenticationError):
        return Answer.SITE_REFUSED
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer.NEVER if 500 <= error.smtp_code < 600 else Answer.LATER
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Answer.NEVER
    return Answer.LATER


def words_of(error: Exception) -> str:
    """Return the code and words of a mail server, for the desk; logs leave them out, since they repeat addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return f"{code} {_text(said)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return " ".join((said.decode(errors="replace") if isinstance(said, bytes) else str(said)).split())
