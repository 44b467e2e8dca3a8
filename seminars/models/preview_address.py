"""Preview addresses: one draft, shown for two weeks to people who have its address."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from seminars.models.page_addresses import absolute
from seminars.times import local, start_of, today

SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True)
class PreviewAddress:
    """Which talk an address shows, and until when."""

    talk: int
    ends_at: datetime

    @classmethod
    def of(cls, talk: int) -> Self:
        """Return a preview of the talk with this key that ends at the midnight after fourteen full days."""
        return cls(talk, start_of(today() + SHOWN_FOR + timedelta(days=1)))

    @classmethod
    def read(cls, token: str) -> Self:
        """Return what a token means, even if it has ended; raise BadSignature for what never was one."""
        talk, _dash, ends_at = _signer().unsign(token).partition("-")
        if not (talk.isdigit() and ends_at.isdigit()):
            raise BadSignature(token)
        return cls(int(talk), datetime.fromtimestamp(int(ends_at), UTC))

    @property
    def token(self) -> str:
        """The secret part of the address."""
        return _signer().sign(f"{self.talk}-{int(self.ends_at.timestamp())}")

    @property
    def address(self) -> str:
        """The full address, secret part included."""
        return absolute(reverse("talk-preview", args=[self.token]))

    @property
    def last_on(self) -> date:
        """The last day on which it is shown."""
        return local(self.ends_at).date() - timedelta(days=1)

    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


def _signer() -> Signer:
    """Sign with the site's key: no row keeps a preview, and nobody can make one up."""
    return Signer(salt="seminars.preview", sep=".")
