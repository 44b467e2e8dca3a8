"""Tokens for programs: make and revoke them; keep the answer to a request, so that it may be sent again."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import accounts
from seminars.actions.roles import note
from seminars.models import ApiToken, KeptAnswer, User
from seminars.models.api_token import digest_of, new_token
from seminars.models.department_language import in_department_language
from seminars.models.letter import AccountChange
from seminars.phrases import api_tokens as phrases

MOST_TOKENS = 50  # of one person


def make(token: ApiToken, *, days: int) -> str:
    """Store a token whose fields were set, valid for so many days; return what the program sends, which is told once.

    The owner of the account gets an email, because someone else may have signed in with it. Raise ValidationError if
    the person has as many as anybody needs.
    """
    if ApiToken.objects.filter(person=token.person).count() >= MOST_TOKENS:
        raise ValidationError(_("You have %(number)d tokens. Revoke one first.") % {"number": MOST_TOKENS})
    written = new_token()
    token.digest, token.ending = digest_of(written), written[-4:]
    token.is_vouched_for = token.person.is_vouched_for
    token.ends_at = timezone.now() + timedelta(days=days)
    token.full_clean()
    with in_department_language():
        what = phrases.lines(token)
    with transaction.atomic():
        token.save()
        note(token.person, _("API token made: %(name)s") % {"name": token}, by=token.person)
        _tell(token, AccountChange.API_TOKEN_MADE, by=token.person, what=what)
    return written


def revoke(token: ApiToken, *, by: User) -> None:
    """Delete a token: it answers 401 from now on. Its person gets an email if somebody else does it."""
    with transaction.atomic():
        token.delete()
        note(token.person, _("API token revoked: %(name)s") % {"name": token}, by=by)
        if by != token.person:
            _tell(token, AccountChange.API_TOKEN_REVOKED, by=by, what=phrases.name_and_ending(token))


def _tell(token: ApiToken, change: AccountChange, *, by: User, what: str) -> None:
    accounts.tell_owner(token.person, change, to=token.person.email, by=by, what=what)


def keep(kept: KeptAnswer, *, status: int, headers: dict[str, str], body: str) -> None:
    """Keep the answer to a request, within the transaction of its change."""
    kept.status, kept.headers, kept.body = status, headers, body
    kept.save(update_fields=["status", "headers", "body"])


def forget(kept: KeptAnswer) -> None:
    """Let the same key be used again: the request changed nothing."""
    kept.delete()
