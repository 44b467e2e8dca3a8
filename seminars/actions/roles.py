"""Roles of people with an account: give, take away, deactivate. At least one administrator is always left."""

from collections.abc import Collection

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.models import Series, SeriesOrganiser, User, taking_turns
from seminars.models.account_invitation import AccountRole


def role_given_here(person: User) -> AccountRole:
    """Return what a person is apart from the series about which groups of the university decide."""
    if person.is_superuser:
        return AccountRole.ADMINISTRATOR
    return AccountRole.ORGANISER if person.series_rows.given_here().exists() else AccountRole.MEMBER


def give(person: User, role: str, series: Collection[Series], *, by: User) -> None:
    """Add a role to those that a person has; nothing is taken away.

    What a group of the university gave before stays from now on, whatever becomes of the group.
    """
    with taking_turns():
        if role == AccountRole.ADMINISTRATOR:
            person.is_superuser, person.administrator_from_group = True, ""
            person.save(update_fields=["is_superuser", "administrator_from_group"])
        for one in series:
            SeriesOrganiser.objects.update_or_create(series=one, user=person, defaults={"from_group": ""})
        note(person, _describe(role, series), by=by)


def change(person: User, role: str, series: Collection[Series], *, is_active: bool, by: User) -> None:
    """Let a person have exactly this role.

    Raise ValidationError if no administrator would be left, or if people remove their own access.
    """
    with taking_turns():
        if person.deciding_group and role != AccountRole.ADMINISTRATOR:
            sentence = _("This role comes from the group %(group)s of the university. Change the group instead.")
            raise ValidationError(sentence % {"group": person.deciding_group}, code="from a group")
        person.administrator_from_group = person.deciding_group
        person.is_superuser, person.is_active = role == AccountRole.ADMINISTRATOR, is_active
        if not (person.is_superuser and is_active):
            check_administrator_left(person)
            if person == by:
                raise own_access_stays()
        person.save(update_fields=["is_superuser", "is_active", "administrator_from_group"])
        kept = {one.pk for one in series} if role != AccountRole.MEMBER else set()
        person.series_rows.given_here().exclude(series__in=kept).delete()
        person.series_rows.given_here().update(from_group="")
        for key in kept - set(person.series_rows.values_list("series", flat=True)):
            SeriesOrganiser.objects.create(series_id=key, user=person)
        note(person, _describe(role, series) if is_active else _("Deactivated."), by=by)


def check_administrator_left(person: User) -> None:
    """Raise ValidationError if nobody but `person` is an active administrator."""
    if not has_other_administrator(person):
        sentence = _("%(name)s is the only administrator. Make someone else an administrator first.")
        raise ValidationError(sentence % {"name": person}, code="last administrator")


def has_other_administrator(person: User) -> bool:
    """Tell whether somebody but `person` is an active administrator."""
    return User.administrators().exclude(pk=person.pk).exists()


def own_access_stays() -> ValidationError:
    """Return what people are told who would remove their own access."""
    sentence = _("You cannot remove your own access. Ask another administrator to do it.")
    return ValidationError(sentence, code="own access")


def _describe(role: str, series: Collection[Series]) -> str:
    names = ", ".join(one.name for one in series)
    return f"{AccountRole(role).label}: {names}" if names else str(AccountRole(role).label)


def note(person: User, message: str, *, by: User) -> None:
    """Write a line into the desk's log."""
    LogEntry.objects.log_actions(by.pk, [person], CHANGE, message, single_object=True)
