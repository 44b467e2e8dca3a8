"""How often one visitor may try to sign in or ask for mail, and how much of a process that may take.

The table under "Limits" in docs/security.md lists the limits and what happens beyond them.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from seminars.models import Throttle, User

# A university may have one address for all its people: 50 is more than they mistype in a quarter of an hour, for who
# gets in at last takes their own mistakes off. At 0.4 s of a core for each, it costs a fiftieth of one.
FAILURES_FROM_ONE_ADDRESS = 50
LINKS_FOR_ONE_EMAIL, LINKS_FROM_ONE_ADDRESS, HOUR = 5, 20, timedelta(hours=1)
# A course that subscribes together has one address too.
CONFIRMATIONS_FOR_ONE_EMAIL, SUBSCRIPTIONS_FROM_ONE_ADDRESS, SUBSCRIPTIONS_WITHOUT_QUESTION = 5, 60, 3
# Programs that copy all talks ask for pages of 100; a university's address may hold several of them.
API_REQUESTS, WRONG_API_TOKENS_FROM_ONE_ADDRESS, MINUTE = 300, 30, timedelta(minutes=1)
# A form saves and previews what somebody types, a moment after each pause; its tokens are too long to be guessed.
SAVES_OF_ONE_ANSWER, UNKNOWN_TOKENS_FROM_ONE_ADDRESS = 2000, 60
# Everybody of a course may sign in at the same moment; a sign-in costs two or three requests to the provider.
SINGLE_SIGN_ONS_FROM_ONE_ADDRESS = 600
AT_PROVIDER = 2  # requests that wait for the provider in each process; two threads stay for visitors
AT_ONCE = 2  # sign-ins in each process: one whose password is checked, one that waits; two threads stay for visitors
TURN_WITHIN = 2  # seconds

_line, _turn = BoundedSemaphore(AT_ONCE), Lock()
_at_provider = BoundedSemaphore(AT_PROVIDER)


class SignInLimits(AxesDatabaseHandler):
    """django-axes with a limit by address beside that by name and address; both hold before a password is checked."""

    def is_locked(self, request: Any, credentials: dict | None = None) -> bool:
        return self.locked_until(request, credentials) is not None

    def locked_until(self, request: Any, credentials: dict | None = None) -> datetime | None:
        """Return when the next try is allowed, None if it is now."""
        limit = get_failure_limit(request, credentials)
        ends = [_locked_until(tries, limit) for tries in self.filter_user_attempts(request, credentials)]
        ends.append(address_locked_until(request.axes_ip_address))
        return max(filter(None, ends), default=None)


def address_locked_until(address: str | None) -> datetime | None:
    """Return until when nobody can sign in from an address, None if they can; see `views.visitors.network`."""
    return _locked_until(AccessAttempt.objects.filter(ip_address=address), FAILURES_FROM_ONE_ADDRESS)


def forgotten_failures() -> QuerySet[AccessAttempt]:
    """Return the failures that count no longer."""
    return AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - get_cool_off())


def _locked_until(tries: QuerySet[AccessAttempt], limit: int) -> datetime | None:
    """Return when so many of the failures are forgotten that fewer than `limit` are left.

    A row holds the failures of one name, address and browser, and they are forgotten together.
    """
    now = timezone.now()
    if (later := tries.filter(attempt_time__gt=now)).exists():
        later.update(attempt_time=now)  # the clock was set back, and nobody is to wait until it is there again
    recent = tries.filter(attempt_time__gt=now - get_cool_off())
    total = 0
    for at, failures in recent.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"):
        total += failures
        if total >= limit:
            return at + get_cool_off()
    return None


@contextmanager
def turn_to_sign_in() -> Iterator[bool]:
    """Tell whether this thread may check a password now: one at a time may, and few may wait.

    A check takes 0.4 s of a core. Without a bound a crowd of tries would hold all threads of the process.
    """
    if not _line.acquire(blocking=False):
        yield False
        return
    try:
        has_turn = _turn.acquire(timeout=TURN_WITHIN)
        try:
            yield has_turn
        finally:
            if has_turn:
                _turn.release()
    finally:
        _line.release()


@contextmanager
def place_at_provider() -> Iterator[bool]:
    """Tell whether this thread may ask the provider now: one that does not answer must not hold up all threads."""
    has_place = _at_provider.acquire(timeout=TURN_WITHIN)
    try:
        yield has_place
    finally:
        if has_place:
            _at_provider.release()


def no_single_sign_on_until(address: str | None) -> datetime | None:
    """Count a way to the provider that begins; return None, or when the next may."""
    return Throttle.objects.take("single sign-ons from", str(address), limit=SINGLE_SIGN_ONS_FROM_ONE_ADDRESS, per=HOUR)


def no_password_change_until(person: User) -> datetime | None:
    """Count a try to change one's password, which tells whether the present one was right, from any network.

    Return None, or when the next is allowed. As many are allowed as tries to sign in.
    """
    limit, per = settings.AXES_FAILURE_LIMIT, get_cool_off()
    return Throttle.objects.take("password changes of", str(person.pk), limit=limit, per=per)


def no_code_until(person: User) -> datetime | None:
    """Count a try to type a code of the second step; return None, or when the next is allowed."""
    return Throttle.objects.take("codes of", str(person.pk), limit=settings.AXES_FAILURE_LIMIT, per=get_cool_off())


def no_link_until(address: str | None) -> datetime | None:
    """Count a request for a new password from an address; return None, or when the next is allowed."""
    return Throttle.objects.take("links from", str(address), limit=LINKS_FROM_ONE_ADDRESS, per=HOUR)


def may_send_link(email: str) -> bool:
    """Count a request for a new password for an email address, as Django compares such addresses."""
    typed = unicodedata.normalize("NFKC", email).casefold()
    return Throttle.objects.take("links for", typed, limit=LINKS_FOR_ONE_EMAIL, per=HOUR) is None


def no_subscription_until(address: str | None) -> datetime | None:
    """Count a request for mail from an address; return None, or when the next is allowed."""
    return Throttle.objects.take("subscriptions from", str(address), limit=SUBSCRIPTIONS_FROM_ONE_ADDRESS, per=HOUR)


def subscriptions_need_question(address: str | None) -> bool:
    """Tell whether so many requests came from an address lately that the next one answers a question."""
    return Throttle.objects.uses("subscriptions from", str(address)) >= SUBSCRIPTIONS_WITHOUT_QUESTION


def may_send_confirmation(email: str) -> bool:
    """Count a request for mail to an email address, which gets a message for it."""
    typed = unicodedata.normalize("NFKC", email).casefold()
    return Throttle.objects.take("confirmations for", typed, limit=CONFIRMATIONS_FOR_ONE_EMAIL, per=HOUR) is None


def no_save_until(answer_to: int) -> datetime | None:
    """Count a form or a preview of a speaker, by the key of the address; return None, or when the next is allowed."""
    return Throttle.objects.take("answers to", str(answer_to), limit=SAVES_OF_ONE_ANSWER, per=HOUR)


def no_token_until(address: str | None) -> datetime | None:
    """Count a speaker's address that does not exist; return None, or when the next is allowed."""
    return Throttle.objects.take("tokens from", str(address), limit=UNKNOWN_TOKENS_FROM_ONE_ADDRESS, per=HOUR)


def no_api_request_until(whose: str) -> datetime | None:
    """Count a request of a program, by its token or its address; return None, or when the next is allowed."""
    return Throttle.objects.take("API requests of", whose, limit=API_REQUESTS, per=MINUTE)


def no_api_token_until(address: str | None) -> datetime | None:
    """Count a token that does not exist; return None, or when the next is allowed."""
    limit = WRONG_API_TOKENS_FROM_ONE_ADDRESS
    return Throttle.objects.take("API tokens from", str(address), limit=limit, per=MINUTE)
