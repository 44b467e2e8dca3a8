"""Bounces: read reports of mail servers, and stop sending to addresses whose mail comes back."""

import imaplib
import re
import ssl
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import ngettext

from seminars.actions import undeliverable
from seminars.models import Bounce
from seminars.models.periodic_task import LeftUndone

MOST_AT_ONCE = 200  # messages that are read from the mailbox in one go
LARGEST = 1_000_000  # bytes of a report; larger ones are deleted unread
STATUS = {"message/delivery-status", "message/global-delivery-status"}  # RFC 3464, and RFC 6533 for UTF-8
TO = ("X-Original-To", "Delivered-To", "Envelope-To", "To")  # where mail servers say whose mailbox it is
ANSWER_WITHIN = 30  # seconds
BLANK_LINES = re.compile(rb"(?:\r?\n){2,}")
SIZE = re.compile(r"RFC822\.SIZE (\d+)", re.IGNORECASE)  # among whatever else a server says (RFC 3501 §7.4.2)


def take(report: bytes, recipients: Iterable[str] = ()) -> bool:
    """Note that a letter came back; return whether the message was such a report.

    Whose it was follows from the address to which the report was sent, which is the letter's own: reports name
    addresses as they like.
    """
    found = (Bounce.objects.letter_of(address) for address in _returned_to(report, recipients))
    letter = next(filter(None, found), None)
    return letter is not None and undeliverable.note(letter)


def fetch() -> int:
    """Read the reports in the mailbox BOUNCE_MAILBOX and delete all that was read; return how many were reports.

    What cannot be read stays there, and does not hold up what comes after it. Raise LeftUndone at the end if there was
    any, OSError or imaplib.IMAP4.error if the mailbox cannot be read at all.
    """
    taken, left = 0, 0
    with _mailbox() as mailbox:
        numbers = _answer(mailbox.search(None, "ALL"))[0].split()
        for read, number in enumerate(numbers):
            if read - left == MOST_AT_ONCE:
                break
            try:
                taken += _take_from(mailbox, number.decode())
            except imaplib.IMAP4.abort:  # the connection has ended
                raise
            except imaplib.IMAP4.error:
                left += 1
        mailbox.expunge()
    if left:
        raise LeftUndone(_unread(left))
    return taken


def _unread(number: int) -> str:
    said = ngettext(
        "%(number)d message in the mailbox BOUNCE_MAILBOX cannot be read. Delete it there with a mail program.",
        "%(number)d messages in the mailbox BOUNCE_MAILBOX cannot be read. Delete them there with a mail program.",
        number,
    )
    return said % {"number": number}


def _returned_to(report: bytes, recipients: Iterable[str]) -> list[str]:
    """Return the addresses to which a report was sent, none if the message is no report or cannot be read."""
    try:
        message = message_from_bytes(report)
        return [*recipients, *_recipients(message)] if _says_failed(message) else []
    except Exception:  # noqa: BLE001  anybody may send anything here, such as parts nested 1,000 deep
        return []


def _says_failed(message: Message) -> bool:
    """Tell whether a message says that a letter could not be delivered (RFC 3464 §2.3.3: `Action: failed`).

    Exim can also leave out the report, and names whom it could not reach in a header of its own. Delays, receipts and
    vacation replies are no failure.
    """
    if message.get_content_type() != "multipart/report":
        return "X-Failed-Recipients" in message
    fields = (block for part in message.walk() if part.get_content_type() in STATUS for block in _blocks(part))
    return any(str(block.get("Action", "")).strip().lower().startswith("failed") for block in fields)


def _blocks(status: Message) -> list[Message]:
    """Return the fields about each recipient. Python leaves encoded ones as they are, and those of RFC 6533 unread."""
    written = b"".join(block.as_bytes() for block in status.get_payload()) if status.is_multipart() else b""
    carrier = Message()
    carrier["Content-Transfer-Encoding"] = status.get("Content-Transfer-Encoding", "8bit")
    carrier.set_payload(written.decode("ascii", "surrogateescape"))
    return [message_from_bytes(block) for block in BLANK_LINES.split(carrier.get_payload(decode=True))]


def _recipients(message: Message) -> list[str]:
    lines = [str(line) for name in TO for line in message.get_all(name, [])]
    return [address for _name, address in getaddresses(lines)]


def _mailbox() -> imaplib.IMAP4:
    """Return the mailbox, signed in and open at its folder."""
    where = urlsplit(settings.BOUNCE_MAILBOX)
    if where.scheme == "imaps":
        trust = ssl.create_default_context()
        mailbox = imaplib.IMAP4_SSL(where.hostname, where.port or 993, ssl_context=trust, timeout=ANSWER_WITHIN)
    else:
        mailbox = imaplib.IMAP4(where.hostname, where.port or 143, timeout=ANSWER_WITHIN)
    mailbox.login(unquote(where.username or ""), unquote(where.password or ""))
    folder = unquote(where.path.lstrip("/")) or "INBOX"
    _answer(mailbox.select('"' + folder.replace("\\", r"\\").replace('"', r"\"") + '"'))  # imaplib leaves it as it is
    return mailbox


def _take_from(mailbox: imaplib.IMAP4, number: str) -> bool:
    """Read a message and mark it as deleted; return whether it was a report of a letter."""
    size = SIZE.search(str(_answer(mailbox.fetch(number, "(RFC822.SIZE)"))))
    if size is None:
        raise imaplib.IMAP4.error("There is no size.")
    is_report = int(size[1]) <= LARGEST and take(_text(mailbox.fetch(number, "(RFC822)")))
    _answer(mailbox.store(number, "+FLAGS", r"(\Deleted)"))
    return is_report


def _text(said: tuple[str, list]) -> bytes:
    texts = [part[1] for part in _answer(said) if isinstance(part, tuple)]
    if not texts:
        raise imaplib.IMAP4.error("There is no text.")
    return texts[0]


def _answer(said: tuple[str, list]) -> list:
    status, data = said
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data
