"""A talk's address: the one place that knows how it is written and read."""

import secrets
from base64 import b32encode
from typing import NamedTuple, Self

from django.urls import get_script_prefix

from seminars import languages, text
from seminars.models.page_addresses import short_slug

KEY_BYTES = 10  # 80 random bits, written as 16 characters
PATTERN = "[1-9][0-9]{0,17}(?:-[a-z0-9]{1,64})?"  # one way to write each address; each number fits into a database
RESERVED_SLUGS = {"join", "poster", "calendar", "invitation"}


def new_address_key() -> str:
    """Return a random text of 16 characters (a–z, 2–7) that nobody can guess or count to."""
    return b32encode(secrets.token_bytes(KEY_BYTES)).decode().lower()


class TalkAddress(NamedTuple):
    """The part of a talk's address that finds it: "235", or "235-<key>" while the talk is in no listed series."""

    talk: int
    key: str = ""

    @classmethod
    def read(cls, written: str) -> Self:
        """Return what was written as PATTERN says."""
        number, _dash, key = written.partition("-")
        return cls(int(number), key)

    def __str__(self) -> str:
        return f"{self.talk}-{self.key}" if self.key else str(self.talk)

    def path(self, part: str = "") -> str:
        """Return the path of the page, or of a part of it: a page such as "join/", or a file such as "calendar.ics".

        Spelled out as in urls.py, because a sitemap needs twenty thousand paths at once.
        """
        is_file = part and not part.endswith("/")
        return f"{get_script_prefix()}{'' if is_file else languages.segment()}talks/{self}/{part}"


def talk_slug(title: str, speaker_names: str) -> str:
    """Return the last part of a talk's address: from title, else speakers; "" where that has no Latin letters."""
    slug = short_slug(text.for_address(title) or speaker_names)
    return "" if slug in RESERVED_SLUGS else slug


def talk_path(address: TalkAddress, slug: str) -> str:
    """Return the path of a talk's page with its slug."""
    return address.path(f"{slug}/" if slug else "")
