"""Bounces: letters that came back. Each letter to a subscriber has a return path of its own, which says whose it is."""

import re
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from seminars.models.letter import Letter
from seminars.models.subscriber import Subscriber

MOST = 3  # letters that did not arrive within that time: the address gets nothing more
WITHIN = timedelta(days=15)  # two weeks, so that three weekly letters count together, and a day for the reports
SIGNED = 16  # hexadecimal digits of a signature: mail servers may fold the case of an address
TOKEN = re.compile(r"\+(\d{1,18})-([0-9a-f]{16})@", re.IGNORECASE)


def return_path(letter: Letter) -> str:
    """Return the address to which a mail server sends a letter back (RFC 5321 §4.4); "" if the site has none."""
    name, _at, host = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{name}+{letter.pk}-{_signature(letter.pk)}@{host}" if name else ""


def _signature(number: int) -> str:
    return salted_hmac("seminars.bounce", str(number), algorithm="sha256").hexdigest()[:SIGNED]


class BounceQuerySet(models.QuerySet):
    """Bounces."""

    def letter_of(self, address: str) -> Letter | None:
        """Return the letter whose return path this is, None if it is none of ours or too old."""
        found = TOKEN.search(address)
        if found is None or _signature(int(found[1])) != found[2].lower():
            return None
        return Letter.objects.filter(pk=int(found[1])).first()

    def lately(self, now: datetime) -> Self:
        return self.filter(at__gt=now - WITHIN)


class Bounce(models.Model):
    """One letter that could not be delivered after all. Private; it goes with the letter or the subscriber."""

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="bounce")
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="bounces")
    at = models.DateTimeField(default=timezone.now)

    objects = BounceQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.letter}: {self.at:%Y-%m-%d}"
