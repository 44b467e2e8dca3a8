"""Bounces: read reports of mail servers, and stop sending to addresses whose mail comes back."""

import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from urllib.parse import unquote, urlsplit

from django.conf import settings

from seminars.actions import undeliverable
from seminars.models import Bounce

MOST_AT_ONCE = 200  # messages that are read from the mailbox in one go
LARGEST = 1_000_000  # bytes of a report; larger ones are deleted unread
TO = ("X-Original-To", "Delivered-To", "Envelope-To", "To")  # where mail servers say whose mailbox it is
ANSWER_WITHIN = 30  # seconds
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

    Raise OSError or imaplib.IMAP4.error if the mailbox cannot be read.
    """
    taken = 0
    with _mailbox() as mailbox:
        numbers = _answer(mailbox.search(None, "ALL"))[0].split()[:MOST_AT_ONCE]
        for number in numbers:
            taken += any(take(report) for report in _read(mailbox, number.decode()))
            _answer(mailbox.store(number.decode(), "+FLAGS", r"(\Deleted)"))
        mailbox.expunge()
    return taken


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
    parts = (part for part in message.walk() if part.get_content_type() == "message/delivery-status")
    fields = (block for part in parts if part.is_multipart() for block in part.get_payload())
    return any(str(block.get("Action", "")).strip().lower().startswith("failed") for block in fields)


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


def _read(mailbox: imaplib.IMAP4, number: str) -> Iterator[bytes]:
    sizes = SIZE.findall(str(_answer(mailbox.fetch(number, "(RFC822.SIZE)"))))
    if not sizes or int(sizes[0]) > LARGEST:
        return
    for part in _answer(mailbox.fetch(number, "(RFC822)")):
        if isinstance(part, tuple):
            yield part[1]


def _answer(said: tuple[str, list]) -> list:
    status, data = said
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data
