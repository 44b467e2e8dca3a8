"""What can go wrong at the provider of the accounts, and what it tells if nothing does."""

from dataclasses import dataclass
from typing import ClassVar

from seminars.actions.provider_accounts import Claims


class ProviderFailure(Exception):
    """Nobody is signed in. What the log says of it names no person and repeats no answer, which may hold tokens."""

    AWAY: ClassVar = "away"  # it does not answer, or not in time
    REFUSED: ClassVar = "refused"  # the person or the provider said no
    EXPIRED: ClassVar = "expired"  # the way back belongs to no way there, or was used before
    WRONG: ClassVar = "wrong"  # the provider says what cannot be trusted, or is not set up for this site
    WEAK: ClassVar = "weak"  # the person did not sign in as OIDC_REQUIRED_ACR and OIDC_REQUIRED_AMR demand
    UNTRUSTED: ClassVar = "untrusted"  # the request did not come through a trusted proxy

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True)
class ProviderIdentity:
    """Who has signed in at the provider, and the address that ends the session there, "" if there is none."""

    claims: Claims
    end_of_session: str = ""
