"""What log lines leave out: the keys in the addresses of private calendars, previews, password resets, unlisted talks,
the tokens of programs, and the codes with which a provider signs people in.

A key is as good as a password, even one with a slip in it. Two rules find keys: by their alphabet and length, wherever
in a line they stand, and by the words that come before them, so that a mistyped key goes too.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import monotonic
from typing import Any, NamedTuple


def _spelled(word: str) -> str:
    """Return a pattern for a word whose characters may be percent-encoded, once or several times (RFC 3986 §2.1)."""
    return "".join(rf"(?:{re.escape(c)}|%(?:25)*(?:{ord(c):x}|{ord(c.upper()):x}))" for c in word)


SLASH = rf"(?:{_spelled('/')}|\\)"
BLANK = r"(?:[\s+]|%(?:25)*20)"
BEFORE_KEY = rf"(?:{_spelled('private')}|{_spelled('password')})"
# Where a request line ends, if a line has one: what follows is the status.
END = r"(?: HTTP/\d(?:\.\d)?['\"]? \d{3}\b)"
WITHOUT_KEY = rf"{SLASH}(?:(?:forgotten|sent|new|changed)/)?(?={END}|['\"]?$)"
# After "private" or "password", of which one side is a slash, everything goes up to the end: keys follow in many forms.
KEY_BY_PLACE = re.compile(
    rf"((?:{SLASH}{BLANK}{{0,9}}{BEFORE_KEY}|{BEFORE_KEY}(?={BLANK}{{0,9}}{SLASH}))(?!{WITHOUT_KEY})"
    rf"(?:{BLANK}{{0,9}}{SLASH})?)(?:(?!{END}).)+",
    re.IGNORECASE,
)
# The second part of a talk's address, "235-<key>"; a mistyped one is as long as TalkAddress reads it, or longer.
DASH = _spelled("-")
DIGIT = r"(?:\d|%(?:25)*3\d)"
TALK_KEY_BY_PLACE = re.compile(
    rf"({_spelled('talks')}{BLANK}{{0,9}}{SLASH}{{1,9}}{BLANK}{{0,9}}{DIGIT}{{1,18}}{DASH})[^\s/?'\"]+", re.IGNORECASE
)
# What a provider of single sign-on adds to the way back: a code that is as good as a password until it is used.
CODE_BY_PLACE = re.compile(
    rf"({_spelled('sso')}{SLASH}{_spelled('return')}{SLASH}?(?:\?|%(?:25)*3f))(?:(?!{END}).)+", re.IGNORECASE
)
# A signature of Django's Signer, a token of its password resets, the key of a talk and a token of a program, wherever
# they stand.
SIGNATURE = r"(?:(?<![\w-])|(?<=%2e))(?=[\w-]*(?-i:[A-Z]))(?=[\w-]*[0-9_])[\w-]{43}(?![\w-])"
KEY_BY_SHAPE = re.compile(
    rf"{SIGNATURE}|(?<=\.)[\w-]{{43}}(?![\w-])|\b[0-9a-z]{{1,13}}-[0-9a-f]{{32}}\b|(?:(?<=\d-)|(?<=%2d))[a-z2-7]{{16}}(?![a-z0-9])"
    rf"|{_spelled('sem')}{_spelled('_')}[a-z0-9]{{9,}}",
    re.IGNORECASE,
)

REQUEST_NUMBER = re.compile(r"[0-9A-Za-z-]{8,64}")


def without_keys(text: str) -> str:
    """Return a text, a line or several, with every key in it replaced by "…"."""
    by_place = CODE_BY_PLACE.sub(r"\1…", text)
    by_place = TALK_KEY_BY_PLACE.sub(r"\1…", KEY_BY_PLACE.sub(r"\1…", by_place))
    return KEY_BY_SHAPE.sub("…", by_place)


def _in_one_line(text: str) -> str:
    """Write line breaks as letters, so that a key with one in it goes as a whole."""
    return text.replace("\r", "\\r").replace("\n", "\\n")


class KnownRequest(NamedTuple):
    """What log lines say of the request that a thread answers."""

    number: str  # of the header X-Request-ID, which the proxy writes into its own log; empty without a proxy
    began: float  # on the monotonic clock


_thread = threading.local()


def known_request() -> KnownRequest | None:
    """Return what is known of the request that this thread answers, None outside of one."""
    return getattr(_thread, "request", None)


class KnownRequests:
    """WSGI middleware that lets log lines say to which request they belong."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        number = environ.get("HTTP_X_REQUEST_ID", "")
        _thread.request = KnownRequest(number if REQUEST_NUMBER.fullmatch(number) else "", monotonic())
        try:
            return self.application(environ, start_response)
        finally:
            _thread.request = None


class WithoutKeys(logging.Formatter):
    """Leaves keys out of all that is written for a record: message, traceback and stack."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  Python's name
        record.message = without_keys(_in_one_line(record.message))
        request = known_request()
        return super().formatMessage(record) + (f" [request {request.number}]" if request and request.number else "")

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))


class JSONLines(WithoutKeys):
    """Writes each record as one line of JSON, without keys. Its time is UTC (RFC 3339)."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_keys(_in_one_line(record.getMessage())),
            "process": record.process,
        }
        if request := known_request():
            fields |= {"request": request.number, "milliseconds": round((monotonic() - request.began) * 1000)}
        if status := getattr(record, "status_code", None):
            fields["status"] = status
        if record.exc_info:
            fields["exception"] = without_keys(self.formatException(record.exc_info))
        if record.stack_info:
            fields["stack"] = without_keys(record.stack_info)
        return json.dumps(fields, ensure_ascii=False)


FORMATTERS = {"text": WithoutKeys, "json": JSONLines}  # by LOG_FORMAT


class WithoutRefusedWrites(logging.Filter):
    """Leaves out that a method which no page uses was refused: calendar programs try whether they may write."""

    def filter(self, record: logging.LogRecord) -> bool:
        is_refused = getattr(record, "status_code", 0) == 405
        return not is_refused or record.request.method in ("GET", "HEAD", "POST")
