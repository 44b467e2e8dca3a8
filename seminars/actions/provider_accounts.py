"""People whom their university signs in: who they are here, and the rights that its groups give and take away."""

import logging
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import access
from seminars.actions import account_invitations, accounts, roles
from seminars.models import Identity, Series, SeriesOrganiser, User, taking_turns
from seminars.models.account_invitation import AccountRole, Invitation
from seminars.models.letter import AccountChange
from seminars.single_sign_on import GroupRule

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claims:
    """What a provider says of somebody who has just signed in there."""

    issuer: str
    subject: str
    username: str = ""
    email: str = ""
    is_email_verified: bool = False
    first_name: str = ""
    last_name: str = ""
    groups: frozenset[str] = frozenset()


def sign_in(claims: Claims, *, owner: User | None = None, invitation: Invitation | None = None) -> User:
    """Return who this is, with the name, the email address and the rights that the provider tells now.

    `owner` is signed in and connects the account at the provider; `invitation` was opened by its link. Raise
    ValidationError with a sentence for those who are not let in.
    """
    with taking_turns():
        known = Identity.objects.of(claims.issuer, claims.subject)
        if owner is not None and known is not None and known.user != owner:
            sentence = _("Your account at %(provider)s already belongs to another person on this site: %(name)s.")
            raise ValidationError(sentence % {"provider": settings.SINGLE_SIGN_ON.name, "name": known.user})
        person = (known.user if known else owner) or _found_by_email(claims) or _new(claims, invitation)
        if not person.is_active:
            raise ValidationError(_("Your account here is deactivated. Ask an administrator of this site."))
        is_new, address = person.pk is None, person.email
        _take_over(person, claims)
        if known is None:
            Identity.objects.create(user=person, issuer=claims.issuer, subject=claims.subject)
            if not is_new:
                roles.note(person, _("Connected with an account at %(provider)s") % _provider(), by=person)
                to = address or person.email
                accounts.tell_owner(person, AccountChange.CONNECTED, to=to, by=person, **_provider())
        if invitation is not None:
            account_invitations.accept_signed_in(invitation, person)
        _give_and_take(person, claims.groups)
    return person


def disconnect(person: User, *, by: User) -> None:
    """Let accounts at the university open this one no longer: sessions that they opened and rights of groups end.

    Raise ValidationError if people would lock themselves out.
    """
    if person == by and not (person.has_usable_password() and access.may_use_password(person)):
        raise roles.own_access_stays()
    with taking_turns():
        was_connected, _rows = person.identities.all().delete()
        person.groups_seen_at = None
        person.save(update_fields=["groups_seen_at"])
        roles.note(person, _("Disconnected from accounts at the university"), by=by)
        if was_connected:
            accounts.tell_owner(person, AccountChange.DISCONNECTED, to=person.email, by=by)


def _provider() -> dict[str, str]:
    return {"provider": settings.SINGLE_SIGN_ON.name}


def _found_by_email(claims: Claims) -> User | None:
    """Return the account with this email address, if the operator lets that be enough.

    For an administrator it never is. Raise ValidationError if there is an account that only its owner can connect.
    """
    found = User.objects.filter(email__iexact=claims.email).first() if claims.email else None
    if found is None:
        return None
    is_enough = settings.SINGLE_SIGN_ON.links_by_email and claims.is_email_verified and not found.is_superuser
    if is_enough and not found.identities.exists():
        return found
    raise ValidationError(
        _(
            "This site already has an account with the address %(email)s. If it is yours, sign in with its password, "
            "open “Change password” and connect it with %(provider)s. Otherwise, ask an administrator."
        )
        % {"email": claims.email, "provider": settings.SINGLE_SIGN_ON.name}
    )


def _new(claims: Claims, invitation: Invitation | None) -> User:
    """Return a person without a row, a password or any rights."""
    if settings.SINGLE_SIGN_ON.refuses_unknown and invitation is None and not _rules_for(claims.groups):
        sentence = _("You have no account on this site. Ask an administrator to invite you.")
        raise ValidationError(sentence)
    person = User(username=_free_username(claims))
    person.set_unusable_password()
    return person


def _free_username(claims: Claims) -> str:
    """Return a username for a new person, who is not asked for one: desks and logs show it."""
    field = User._meta.get_field("username")
    for name in (claims.username, claims.email):
        try:
            field.run_validators(name)
        except ValidationError:
            continue
        if name and not User.objects.filter(username__iexact=name).exists():
            return name
    return f"person-{secrets.token_hex(5)}"


def _take_over(person: User, claims: Claims) -> None:
    """Write the name and the email address of the provider, as far as it tells them and nobody else has the address."""
    for name in ("first_name", "last_name"):
        told = getattr(claims, name)[: User._meta.get_field(name).max_length]
        if claims.first_name or claims.last_name:
            setattr(person, name, told)
    if _is_email(claims.email) and not User.objects.filter(email__iexact=claims.email).exclude(pk=person.pk).exists():
        person.email = claims.email
    person.save()


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= User._meta.get_field("email").max_length


def _rules_for(groups: frozenset[str]) -> list[GroupRule]:
    return [rule for rule in settings.SINGLE_SIGN_ON.rules if rule.group in groups]


def _give_and_take(person: User, groups: frozenset[str]) -> None:
    """Let a person have the rights that their groups give now; those that were given on the desk stay."""
    rules = _rules_for(groups)
    person.groups_seen_at = timezone.now()
    person.save(update_fields=["groups_seen_at"])
    said = [*_be_administrator(person, next((rule.group for rule in rules if not rule.series), ""))]
    wanted = _series_of(rules)
    rows = {row.series_id: row for row in person.series_rows.select_related("series")}
    for key, row in rows.items():
        if row.from_group and key not in wanted:
            row.delete()
            said.append(_("Group %(group)s: no longer organiser of %(series)s") % _words(row.from_group, row.series))
        elif row.from_group and row.from_group != wanted[key][1]:
            row.from_group = wanted[key][1]
            row.save(update_fields=["from_group"])
    for key in wanted.keys() - rows.keys():
        series, group = wanted[key]
        SeriesOrganiser.objects.create(series=series, user=person, from_group=group)
        said.append(_("Group %(group)s: organiser of %(series)s") % _words(group, series))
    for sentence in said:
        LogEntry.objects.log_actions(person.pk, [person], CHANGE, sentence, single_object=True)


def _words(group: str, series: Series) -> dict[str, str]:
    return {"group": group, "series": series.name}


def _series_of(rules: list[GroupRule]) -> dict[int, tuple[Series, str]]:
    """Return the series that these rules give, by key, each with its group; former addresses of a series count."""
    slugs = {rule.series: rule.group for rule in reversed(rules) if rule.series}
    found = Series.objects.with_slugs(list(slugs))
    for slug in slugs.keys() - found.keys():
        logger.warning("SSO_GROUPS: there is no series with the address /series/%s/", slug)
    return {series.pk: (series, slugs[slug]) for slug, series in found.items()}


def _be_administrator(person: User, group: str) -> list[str]:
    """Give or take the rights of an administrator; return what was done, in sentences."""
    is_given_here = person.is_superuser and not person.administrator_from_group
    if is_given_here or person.administrator_from_group == group:
        return []
    said = _("Group %(group)s: %(role)s") if group else _("Group %(group)s: no longer %(role)s")
    words = {"group": group or person.administrator_from_group, "role": AccountRole.ADMINISTRATOR.label}
    person.is_superuser, person.administrator_from_group = bool(group), group
    person.save(update_fields=["is_superuser", "administrator_from_group"])
    if not group and not roles.has_other_administrator(person):
        logger.warning("No administrator is left. Make one with: manage.py createsuperuser")
    return [said % words]
