"""Messages to many readers that differ in little: what is alike is encoded once, as encoding takes longest in sending.

Django encodes each message from the beginning. Here, it encodes one in which marks stand for what differs.
"""

import re
from collections.abc import Callable
from email.message import Message
from email.utils import formatdate
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

WAY_OUT = "https://way-out.invalid/"  # in place of the private address, until it is known whose letter it is
READER = "reader@mark.invalid"
PLAIN = re.compile(r"[\w.+-]{1,40}@[\w.-]{1,30}", re.ASCII)  # an address that stands in "To:" as it is, on one line


class Common(NamedTuple):
    """What all readers get, with WAY_OUT in place of the private address of each; `html` is "" where there is none."""

    subject: str
    text: str
    html: str
    reply_to: tuple[str, ...]

    def message(self, email: str, way_out: str, **further: Any) -> EmailMultiAlternatives:
        """Return it as Django encodes it."""
        return self._fill(EmailMultiAlternatives, email, way_out, **further)

    def merged(self, email: str, way_out: str, **further: Any) -> "MergedMessage":
        """Return the same, to be encoded faster."""
        message = self._fill(MergedMessage, email, way_out, **further)
        message.common, message.way_out = self, way_out
        return message

    def _fill(self, kind: type, email: str, way_out: str, **further: Any) -> Any:
        text, html = (whole.replace(WAY_OUT, way_out) for whole in (self.text, self.html))
        message = kind(self.subject, text, to=[email], reply_to=self.reply_to, **further)
        if html:
            message.attach_alternative(html, "text/html")
        return message


class MergedMessage(EmailMultiAlternatives):
    """One of many messages with the same `common`; those of one size share what was encoded of it."""

    common: Common
    way_out: str

    def message(self, **options: Any) -> "Message | _Encoded":
        """Return what a backend encodes. SMTP asks for bytes alone, which are there already."""
        number = self.extra_headers.get("Message-ID", "")
        is_alike = not (options or self.attachments or self.alternatives[1:]) and PLAIN.fullmatch(self.to[0])
        form = _form(*self._alike(number)) if number and is_alike else None
        if form is None:
            return super().message(**options)
        encoded = form.encoded
        own = (self.to[0], self.way_out, number, formatdate(localtime=settings.EMAIL_USE_LOCALTIME))
        for mark, value in zip(form.marks, own, strict=True):
            encoded = encoded.replace(mark, value.encode())
        return _Encoded(encoded, super().message)

    def _alike(self, number: str) -> tuple[Common, str, tuple[tuple[str, str], ...], str, str]:
        """Return what is the same for all, with marks as long as what they stand for: lines then break alike."""
        way_out, number_mark = WAY_OUT.ljust(len(self.way_out), "x"), f"<{'x' * (len(number) - 15)}@mark.invalid>"
        sender = self.extra_headers.get("From", self.from_email)
        marked = {"Message-ID": number_mark, "List-Unsubscribe": f"<{way_out}>"}
        headers = tuple((name, marked.get(name, value)) for name, value in self.extra_headers.items())
        return self.common, sender, headers, way_out, number_mark


class _Form(NamedTuple):
    encoded: bytes
    marks: tuple[bytes, ...]


@lru_cache(maxsize=8)
def _form(common: Common, sender: str, headers: tuple[tuple[str, str], ...], *marks: str) -> _Form | None:
    """Return the message with marks, as bytes; None if they are not found again where they were put."""
    way_out, number = marks
    message = common.message(READER, way_out, from_email=sender, headers=dict(headers)).message()
    encoded = message.as_bytes(linesep="\r\n")
    marks = tuple(mark.encode() for mark in (READER, way_out, number, message["Date"]))
    times_out = f"{common.text}{common.html}".count(WAY_OUT) + 1
    is_whole = [encoded.count(mark) for mark in marks] == [1, times_out, 1, 1]
    return _Form(encoded, marks) if is_whole else None


class _Encoded:
    """A message whose bytes are there; for everything else, Django makes it."""

    def __init__(self, encoded: bytes, make: Callable[[], Message]) -> None:
        self._encoded, self._make = encoded, make

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        is_there = linesep == "\r\n" and not unixfrom
        return self._encoded if is_there else self._make().as_bytes(unixfrom=unixfrom, linesep=linesep)

    def __getitem__(self, name: str) -> Any:
        return self._make()[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copying looks for some that are not there
            raise AttributeError(name)
        return getattr(self._make(), name)
