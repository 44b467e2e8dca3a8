"""Anonymises an account: what the person changed stays, by "Former member"."""

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from seminars.actions import roles
from seminars.actions.personal_data import addresses, anonymised_keys
from seminars.actions.personal_data.names import Eraser
from seminars.models import ApiToken, ColumnChoice, Identity, Letter, Passkey, User, taking_turns
from seminars.models.account_invitation import Invitation
from seminars.models.anonymised_person import AnonymisedPerson, Subject
from seminars.models.department_language import in_department_language

DELETED = (ApiToken, ColumnChoice, Identity, Passkey, Invitation)
# What becomes of the rows that refer to an account. A test finds relations that are missing here.
RELATIONS = {
    "apitoken.person": "deleted",
    "columnchoice.user": "deleted",
    "identity.user": "deleted",
    "passkey.user": "deleted",
    "invitation.person": "deleted",
    "seriesorganiser.user": "deleted",
    "staticdevice.user": "deleted",
    "totpdevice.user": "deleted",
} | dict.fromkeys(
    (
        "logentry.user", "change.by", "announcement.by", "jointrequest.asked_by", "jointrequest.declined_by",
        "speakerinvitation.added_by", "speakerinvitation.invited_by", "speakerinvitation.answered_by",
        "speakerrequest.made_by", "speakeranswer.decided_by", "speakerletter.by", "invitation.invited_by",
        "historicaltalk.history_user", "historicalappearance.history_user", "historicaljointtalk.history_user",
        "historicaltalktopic.history_user",
    ),
    "stays, by “Former member”",
)  # fmt: skip


def anonymise(person: User, *, by: User | None) -> dict[str, int]:
    """Remove name, address, password and everything that signs in; return what was deleted, by kind and number.

    Raise ValidationError for one's own account and for the only administrator. It cannot be undone.
    """
    with transaction.atomic(), taking_turns(), in_department_language():
        if person == by:
            raise roles.own_access_stays()
        if person.is_superuser:
            roles.check_administrator_left(person)
        name, email, names = person.username, person.email, names_of(person)
        found = {_("tokens, passkeys and second steps"): _delete_keys(person)}
        found[_("series that the person looks after")] = person.series_rows.all().delete()[0]
        found[_("sessions")] = _end_sessions(person)
        AccessAttempt.objects.filter(username=name).delete()
        found |= addresses.remove(email)
        Letter.objects.about_row("person", person.pk).delete()  # also to an earlier address; some name tokens and keys
        _clean_row(person)
        found[_("entries of the desk's log")] = _clean_log(person, names)
        AnonymisedPerson.objects.note(Subject.ACCOUNT, person.pk, names)
        transaction.on_commit(anonymised_keys.write)
    return {what: number for what, number in found.items() if number}


def names_of(person: User) -> list[str]:
    """Return what an account is called by: its name to sign in, its address and the full name of the person."""
    return [name for name in (person.username, person.email, person.get_full_name()) if name]


def _clean_log(person: User, names: list[str]) -> int:
    """Empty the entries about the account, and replace its names in all others; return how many changed."""
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk))
    # One word may be somebody else's name too, so it has to be written exactly so.
    single = [name for name in names if " " not in name and "@" not in name]
    eraser = Eraser([name for name in names if name not in single], str(person), exactly=single)
    return about.update(object_repr=str(person), change_message="") + eraser.log(LogEntry.objects.all())


def _delete_keys(person: User) -> int:
    fields = {ApiToken: "person", Invitation: "person"}
    number = sum(model.objects.filter(**{fields.get(model, "user"): person}).delete()[0] for model in DELETED)
    return number + person.staticdevice_set.all().delete()[0] + person.totpdevice_set.all().delete()[0]


def _end_sessions(person: User) -> int:
    own = [one.pk for one in Session.objects.iterator() if one.get_decoded().get("_auth_user_id") == str(person.pk)]
    return Session.objects.filter(pk__in=own).delete()[0]


def _clean_row(person: User) -> None:
    person.username, person.first_name, person.last_name = f"former-{person.pk}", _("Former member"), ""
    person.email = person.feed_key = person.administrator_from_group = ""
    person.last_login = None
    person.is_active = person.is_superuser = person.is_staff = False
    person.wants_open_items = person.has_put_steps_away = False
    person.set_unusable_password()
    person.save()
