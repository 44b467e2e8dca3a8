"""Where a request ends in what has arrived, so that no thread is given half of one.

This only decides when a request is handed over. gunicorn's parser decides what it means; where the two disagree, the
connection is closed (`BufferedSocket.is_in_step`).
"""

import re
from dataclasses import dataclass

LARGEST_HEAD = 32 * 1024  # bytes; nginx takes as much
LARGEST_BODY = 26_000_000  # bytes; more than a form may have; the site says so in its own words
LONGEST_LINE = 8190  # bytes between two chunks; gunicorn takes as much

END_OF_HEAD = re.compile(rb"\n\r?\n")  # gunicorn refuses a line that ends without CR, so it has to see it
ANNOUNCEMENT = re.compile(rb"\n(?:content-length|transfer-encoding|expect):", re.IGNORECASE)
CONTENT_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
TRANSFER_ENCODING = re.compile(rb"\ntransfer-encoding:", re.IGNORECASE)
EXPECT = re.compile(rb"[^\n]* HTTP/1\.1\r\n(?:.*\n)?expect:[ \t]*100-continue", re.IGNORECASE | re.DOTALL)
# Calendar programs write to the calendars that they subscribe to, with all of it as the body; the site reads nothing.
UNREAD = re.compile(rb"\s*(?!GET |HEAD |OPTIONS )[A-Z]+ [^ ?]*\.ics[? ]")
CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,8})[ \t]*[;\r]", re.IGNORECASE)


class RequestRefused(Exception):
    """A request that is refused before anybody reads it: a status code and its reason."""


@dataclass(slots=True)
class RequestFraming:
    """What is known of the request at the beginning of the received bytes; all positions count from there."""

    head: int = 0  # bytes up to and including the blank line; 0 while it has not come
    end: int = 0  # bytes of the whole request; 0 while unknown
    walked: int = 0  # bytes up to the first chunk that is not complete
    leaves_body: bool = False  # it is handed over without its body, so nothing can follow it
    wants_go_ahead: bool = False  # the client sends the body after "100 Continue" (RFC 9110 section 10.1.1)

    def is_whole(self, received: bytearray) -> bool:
        """Tell whether the whole request has been received; raise RequestRefused for one that is too large."""
        if not self.head:
            self._read_head(received)
        if self.head and not self.end:
            self._walk_chunks(received)
        return 0 < self.end <= len(received)

    def _read_head(self, received: bytearray) -> None:
        if found := END_OF_HEAD.search(received):
            self.head = self.end = found.end()
            del found  # it would keep the bytes from being taken out
            head = bytes(received[: self.head])
            if ANNOUNCEMENT.search(head):
                self._expect_body(head)
        elif len(received) > LARGEST_HEAD:
            raise RequestRefused(431, "Request Header Fields Too Large")

    def _expect_body(self, head: bytes) -> None:
        if UNREAD.match(head):
            self.leaves_body = True
            return
        self.wants_go_ahead = bool(EXPECT.match(head))
        if TRANSFER_ENCODING.search(head):
            self.walked, self.end = self.head, 0
        elif length := CONTENT_LENGTH.search(head):
            # What announces more is handed over without its body: the site refuses it by what it announces.
            self.leaves_body = int(length[1]) > LARGEST_BODY
            self.end += 0 if self.leaves_body else int(length[1])

    def _walk_chunks(self, received: bytearray) -> None:
        """Look for the last chunk (RFC 9112 section 7.1); what is no chunk is handed over, and gunicorn refuses it."""
        while (line := received.find(b"\r\n", self.walked)) >= 0:
            size = CHUNK_SIZE.match(received, self.walked, line + 1)
            octets = int(size[1], 16) if size else -1
            del size
            if octets > 0:
                if line + octets + 4 > len(received):
                    break
                self.walked = line + octets + 4
                continue
            found = received.find(b"\r\n\r\n", line) if octets == 0 else len(received) - 4
            if found < 0 and len(received) - line > LONGEST_LINE:
                raise RequestRefused(431, "Request Header Fields Too Large")  # it is looked through again as it grows
            self.end = found + 4 if found >= 0 else 0
            break
        if not self.end and len(received) - self.head > LARGEST_BODY:
            raise RequestRefused(413, "Content Too Large")
        if not self.end and line < 0 and len(received) - self.walked > LONGEST_LINE:
            self.end = len(received)
