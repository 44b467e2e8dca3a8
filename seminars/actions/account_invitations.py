"""Invitations: send, send again, withdraw, accept. A person who has an account gets the role at once."""

import secrets
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import access, mail
from seminars.actions import outbox, roles
from seminars.models import Series, User, taking_turns
from seminars.models.account_invitation import VALID_FOR, Invitation
from seminars.models.letter import LetterKind


def invite(invitation: Invitation, series: Collection[Series], *, known: int | None = None) -> User | None:
    """Send an invitation; return the person who has an account with the address and got the role instead, or None.

    `known` is the key of the account that the inviter has been shown and confirmed: an address alone does not say
    whose account it is. Raise ValidationError if the address has another account, with the key in its parameters; if
    the account is deactivated; or if the address waits for an answer already.
    """
    with taking_turns():
        person = User.objects.filter(email__iexact=invitation.email).first()
        if person is None:
            _make_place_for(invitation)
            invitation.save()
            invitation.series.set(series)
            _send(invitation)
        elif not person.is_active:
            sentence = _("%(name)s already has an account with this address, but it is deactivated. An administrator "
                         "can activate it under “People and roles”.")  # fmt: skip
            raise ValidationError(sentence % {"name": person}, code="inactive")
        elif person.pk != known:
            sentence = _("%(name)s (%(username)s) already has an account with this address. Give them this role only "
                         "if you are sure that this is the right person.")  # fmt: skip
            words = {"name": person, "username": person.username, "key": person.pk}
            raise ValidationError(sentence, code="known", params=words)
        else:
            roles.give(person, invitation.role, series, by=invitation.invited_by)
            _tell(person, invitation, series)
    return person


def send_again(invitation: Invitation, *, by: User) -> None:
    """Send another link, which is good for another week; the earlier one stops working.

    Where its sender may no longer give the role, `by` takes the invitation over. Raise ValidationError if `by` may not
    give it either, or if the address has an account by now.
    """
    with taking_turns():
        current = Invitation.objects.waiting().filter(pk=invitation.pk).select_related("invited_by").first()
        if current is None:
            raise ValidationError(_("This invitation has been accepted or withdrawn."), code="gone")
        person = User.objects.filter(email__iexact=current.email).first()
        if person is not None:
            sentence = _("%(name)s (%(username)s) now has an account with this address. Withdraw this invitation, "
                         "then use “Invite someone” to give them the role.")  # fmt: skip
            raise ValidationError(sentence % {"name": person, "username": person.username}, code="known")
        if not access.may_give(access.away(current.invited_by), current):
            if not access.may_give(by, current):
                raise ValidationError(_("You may no longer give this role. Withdraw the invitation."), code="right")
            current.invited_by = by
        current.renew()
        _send(current)


def withdraw(invitation: Invitation) -> None:
    """Delete an invitation that nobody has accepted: its link stops working."""
    invitation.delete()


def accept(invitation: Invitation, person: User, password: str) -> User:
    """Make the account that a person asks for.

    Raise ValidationError if the invitation is no longer valid, or under "username" if somebody has just taken the name.
    """
    with taking_turns():
        current = _still_good(invitation)
        if User.objects.filter(email__iexact=current.email).exists():
            sentence = _("An account with this email address already exists. Sign in, or ask for a new password.")
            raise ValidationError(sentence, code="taken")
        if User.objects.filter(username__iexact=person.username).exists():  # since the form was checked
            raise ValidationError({"username": User._meta.get_field("username").error_messages["unique"]})
        person.email = current.email
        person.set_password(password)
        person.save()
        _give(current, person)
    return person


def accept_signed_in(invitation: Invitation, person: User) -> None:
    """Give a person whom the university signed in what an invitation promises.

    Raise ValidationError if the invitation is no longer valid.
    """
    with taking_turns():
        _give(_still_good(invitation), person)


def _still_good(invitation: Invitation) -> Invitation:
    """Return an invitation as it is now; raise ValidationError if it is no longer valid."""
    current = Invitation.objects.filter(pk=invitation.pk, key=invitation.key).select_related("invited_by").first()
    if current is None or not access.may_be_accepted(current):
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."), code="gone")
    return current


def _give(invitation: Invitation, person: User) -> None:
    roles.give(person, invitation.role, invitation.series.all(), by=invitation.invited_by)
    invitation.accepted_at, invitation.person = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "person"])


def _make_place_for(invitation: Invitation) -> None:
    """Delete an invitation of the address that is no longer good; raise ValidationError if one waits for an answer."""
    for earlier in Invitation.objects.waiting().filter(email__iexact=invitation.email).select_related("invited_by"):
        if access.may_be_accepted(earlier):
            sentence = _(
                "%(name)s has already invited this address. You can send that invitation again or withdraw it."
            )
            raise ValidationError(sentence % {"name": earlier.invited_by}, code="invited")
        earlier.delete()


def _send(invitation: Invitation) -> None:
    if mail.is_set_up():  # otherwise the desk shows the link
        about = {"invitation": invitation.pk, "sent_at": invitation.sent_at.isoformat()}
        key = f"invitation:{invitation.pk}:{about['sent_at']}"
        outbox.put(LetterKind.INVITATION, invitation.email, key=key, expires_in=VALID_FOR, **about)


def _tell(person: User, invitation: Invitation, series: Collection[Series]) -> None:
    if mail.is_set_up():
        about = {"person": person.pk, "by": invitation.invited_by_id, "role": invitation.role}
        about["series"] = [one.pk for one in series]
        key = f"role:{person.pk}:{secrets.token_urlsafe(12)}"
        outbox.put(LetterKind.ROLE, person.email, key=key, expires_in=VALID_FOR, **about)
