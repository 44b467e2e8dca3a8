"""What a secret opens that stands for a person: a token of a program, the address of a private calendar."""

from functools import cached_property

from django.conf import settings

from seminars.access import (
    Rights,
    away,
    is_organiser,
    may_sign_in,
    must_choose_password,
    must_set_up_second_step,
    series_of,
    talks_on_the_desk_of,
)
from seminars.models import ApiToken, Talk, TalkQuerySet, User
from seminars.models.talk_address import TalkAddress


def owner_of(token: str) -> User | None:
    """Return whose private calendar this token opens.

    None once it is revoked, or while its owner looks after nothing or has no way to sign in.
    Raise BadSignature for what never was a token.
    """
    person = User.with_feed_token(token)
    return person if person is not None and may_sign_in(person) and is_organiser(away(person)) else None


class TokenRights(Rights):
    """What a program may do with a token: what its person may now, as organiser of one series if it names one."""

    def __init__(self, token: ApiToken) -> None:
        person = away(token.person)
        person.is_vouched_for = token.is_vouched_for and settings.SINGLE_SIGN_ON is not None
        super().__init__(person)
        self.series = token.series
        self.is_administrator = self.is_administrator and token.series is None

    @cached_property
    def own_series(self) -> frozenset[int]:
        own = series_of(self.user) if self.series is None else series_of(self.user).filter(pk=self.series.pk)
        return frozenset(own.values_list("pk", flat=True))

    @property
    def is_locked_out(self) -> bool:
        """Tell whether the person has no way to sign in, or would get no further than a step of the sign-in."""
        person = self.user
        return not may_sign_in(person) or must_choose_password(person) or must_set_up_second_step(person)

    def talks(self) -> TalkQuerySet:
        """Return the talks that the person's desk lists, as far as they are in the token's series."""
        if self.series is None:
            return talks_on_the_desk_of(self.user)
        return Talk.objects.in_series(self.series) if self.own_series else Talk.objects.none()

    def talks_at(self, address: TalkAddress) -> TalkQuerySet:
        """Return the talk that an address means, if visitors may see it or the token's desk lists it."""
        return Talk.objects.public().at(address) | self.talks().with_keys([address.talk])
