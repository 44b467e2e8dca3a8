"""What log lines leave out: the keys in the addresses of private calendars, of previews and of password resets.

A key is as good as a password, even one with a slip in it, so everything after the place of a key goes.
"""

import logging
import re


def _spelled(word: str) -> str:
    """Return a pattern for a word whose characters may be percent-encoded, once or several times (RFC 3986 §2.1)."""
    return "".join(rf"(?:{re.escape(c)}|%(?:25)*(?:{ord(c):x}|{ord(c.upper()):x}))" for c in word)


SLASH = rf"(?:{_spelled('/')}|\\)"
BLANK = r"(?:[\s+]|%(?:25)*20)"
WITHOUT_KEY = r"(?:forgotten|sent|new|changed)/(?=$|[\s'\"?])"
# Up to the end of the request line, if it is one: what follows is the status.
KEY_BY_PLACE = re.compile(
    rf"((?:{_spelled('private')}|{_spelled('password')}){BLANK}{{0,9}}{SLASH})(?!{WITHOUT_KEY})(?:(?! HTTP/\d).)+",
    re.IGNORECASE,
)
# A signature of Django's Signer after a dot, and a token of its password resets, wherever they stand.
KEY_BY_SHAPE = re.compile(r"(?<=\.)[\w-]{43}(?![\w-])|\b[0-9a-z]{1,13}-[0-9a-f]{32}\b", re.IGNORECASE)


def without_keys(text: str) -> str:
    """Return a text, a line or several, with every key in it replaced by "…"."""
    return KEY_BY_SHAPE.sub("…", KEY_BY_PLACE.sub(r"\1…", text))


class WithoutKeys(logging.Formatter):
    """Leaves keys out of all that is written for a record: message, traceback and stack."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  Python's name
        """Write the message in one line first, so that a key with a line break in it goes as a whole."""
        record.message = without_keys(record.message.replace("\r", "\\r").replace("\n", "\\n"))
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))
