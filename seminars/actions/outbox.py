"""The outbox: put letters in, and send those that are due over one connection to the mail server."""

import contextlib
import logging
import smtplib
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from enum import Enum, auto

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import Error, connections, transaction
from django.utils import timezone

from seminars import mail
from seminars.actions import undeliverable
from seminars.formats import letters as rendering
from seminars.models.department import department_read_once
from seminars.models.letter import Letter, LetterKind, LetterQuerySet, LetterState, NotYet

AT_ONCE = 50  # letters that a worker claims: few, as a killed worker keeps them until their lease is over
ANSWER_WITHIN = 600  # seconds: RFC 5321 §4.5.3.2.6, where a letter that is sent anew too soon arrives twice
READ_FOR = 5  # seconds for which rows that are read for several letters are good
NOTE_WITHIN = 120  # seconds, while the database is busy or away
OF_THE_SITE = (
    smtplib.SMTPSenderRefused,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPHeloError,
    smtplib.SMTPConnectError,
)

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
    expires_at = timezone.now() + expires_in if expires_in else None
    put_all([Letter(kind=kind, key=key, to=to, about=about, expires_at=expires_at)])


def put_all(letters: Collection[Letter]) -> None:
    """Put letters into the outbox, from which `manage.py work` sends them."""
    Letter.objects.put(letters)
    if settings.MAIL_AT_ONCE:
        Sender().send_due()


def try_again(letters: LetterQuerySet) -> int:
    """Put letters that could not be sent back into the outbox; return how many. Links to new passwords stay out."""
    again = letters.failed().order_by().exclude(kind=LetterKind.PASSWORD)
    return again.update(
        state=LetterState.WAITING,
        made_at=timezone.now(),
        due_at=None,
        done_at=None,
        leased_until=None,
        tries=0,
        problem="",
        expires_at=None,
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
            while not self._is_stopping():
                claimed = Letter.objects.claim(AT_ONCE, per_minute=settings.MAIL_PER_MINUTE)
                if not claimed:
                    break
                settled += self._send_all(claimed)
        finally:
            self._close()
        return settled

    def _send_all(self, claimed: list[Letter]) -> int:
        left = list(claimed)
        try:
            while left and self._send_some(left):
                pass
        finally:
            Letter.objects.give_back(left)
        return len(claimed) - len(left)

    def _send_some(self, left: list[Letter]) -> bool:
        """Send letters from the front of the list for a few seconds, with rows that are read once for all of them.

        Return whether to go on.
        """
        until = time.monotonic() + READ_FOR
        Letter.objects.fetch_subscribers(left)
        with department_read_once():
            while left and time.monotonic() < until:
                if self._is_stopping():
                    return False
                # Taken off first: what the mail server may have must not be given back.
                self._settle(left.pop(0))
        return True

    def _settle(self, letter: Letter) -> None:
        """Send one letter, and note at once what became of it."""
        now = timezone.now()
        if not letter.renew_lease(now):  # which other letters may have used up
            return
        if letter.expires_at and letter.expires_at <= now:
            letter.note_late(now)
            return
        try:
            message = rendering.message_of(letter)
        except NotYet:
            letter.put_off(timezone.now())
            return
        except Error:
            Letter.objects.give_back([letter])
            raise
        except Exception as error:  # noqa: BLE001  the next letter is another matter
            mail.log_problem(error)
            letter.note_refused(timezone.now(), type(error).__name__)
            return
        if message is None:
            letter.note_dropped(timezone.now())
            return
        self._open(letter)
        self._hand_over(letter, message)

    def _open(self, letter: Letter) -> None:
        if self._connection is not None:
            return
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            Letter.objects.give_back([letter])
            raise ServerAway(words_of(error)) from None
        self._connection = connection
        if sock := getattr(getattr(connection, "connection", None), "sock", None):
            sock.settimeout(ANSWER_WITHIN)

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def _hand_over(self, letter: Letter, message: EmailMessage) -> None:
        try:
            self._connection.send_messages([message])
        except Exception as error:  # noqa: BLE001  libraries of providers raise what they like
            refusal = error
        else:
            _persist(lambda: _note_sent(letter, message))
            return
        self._close()
        mail.log_problem(refusal)
        answer, words = answer_of(refusal), words_of(refusal)
        if answer is Answer.SITE_REFUSED:
            letter.put_off(timezone.now(), words)
            raise ServerAway(words)
        note = letter.note_failed if answer is Answer.NEVER else letter.note_refused
        _persist(lambda: note(timezone.now(), words))
        if answer is Answer.NEVER and isinstance(refusal, smtplib.SMTPRecipientsRefused):
            undeliverable.note(letter)


def _note_sent(letter: Letter, message: EmailMessage) -> None:
    """Note at once that a letter was sent and, where its kind has to remember that, what it said (`when_sent`)."""
    note = getattr(message, "when_sent", None)
    with transaction.atomic() if note else contextlib.nullcontext():
        letter.note_sent(timezone.now())
        if note:
            note()


def _persist(note: Callable[[], None]) -> None:
    """Write down what became of a letter, in spite of a database that is busy or away: it must not be sent again."""
    until = time.monotonic() + NOTE_WITHIN
    while True:
        try:
            note()
        except Error:
            if time.monotonic() > until or any(one.in_atomic_block for one in connections.all(initialized_only=True)):
                raise
            connections.close_all()
            time.sleep(1)
        else:
            return


def answer_of(error: Exception) -> Answer:
    """Return what an error means: RFC 5321 §4.2.1, where 4yz may be tried again and 5yz may not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Answer.NEVER if all(500 <= code < 600 for code in codes) else Answer.LATER
    if isinstance(error, OF_THE_SITE):
        return Answer.SITE_REFUSED
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code in (421, 530, 535):  # it closes, or wants us to sign in
            return Answer.SITE_REFUSED
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
    return f"{type(error).__name__}: {_text(str(error))}"


def _text(said: bytes | str) -> str:
    whole = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join("".join(char if char.isprintable() else " " for char in whole).split())
