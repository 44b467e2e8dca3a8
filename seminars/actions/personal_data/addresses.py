"""Deletes what is stored under an email address."""

from django.db import transaction
from django.utils.translation import gettext as _

from seminars.actions.personal_data import anonymised_keys
from seminars.models import Bounce, CalendarInvitation, Letter, Subscriber, SubscriptionRequest
from seminars.models.account_invitation import Invitation
from seminars.models.anonymised_person import AnonymisedPerson, Subject

FIELDS = {Subscriber: "email", SubscriptionRequest: "email", CalendarInvitation: "email", Letter: "to",
          Invitation: "email"}  # fmt: skip


def remove(email: str) -> dict[str, int]:
    """Delete subscriptions, invitations and messages of an address, in any case; return how many there were.

    It is noted, so that a backup that is restored does not bring them back.
    """
    if not email:
        return {}
    words = {
        Subscriber: _("subscriptions"),
        SubscriptionRequest: _("subscriptions"),
        CalendarInvitation: _("calendar invitations"),
        Letter: _("messages"),
        Invitation: _("invitations to the desk"),
    }
    found = dict.fromkeys(words.values(), 0)
    with transaction.atomic():
        Bounce.objects.filter(subscriber__email__iexact=email).delete()
        for model, field in FIELDS.items():
            rows = model.objects.filter(**{f"{field}__iexact": email})
            number = rows.count()
            rows.delete()
            found[words[model]] += number
        AnonymisedPerson.objects.note(Subject.EMAIL, 0, [email])
        transaction.on_commit(anonymised_keys.write)
    return found


def known() -> set[str]:
    """Return every address under which something is stored, in small letters: all are read."""
    return {
        email.lower()
        for model, field in FIELDS.items()
        for email in model.objects.order_by().exclude(**{field: ""}).values_list(field, flat=True).distinct()
    }
