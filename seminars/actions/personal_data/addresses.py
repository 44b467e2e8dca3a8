"""Deletes what is stored under an email address."""

from django.utils.translation import gettext as _

from seminars.models import Bounce, CalendarInvitation, Letter, Subscriber, SubscriptionRequest
from seminars.models.account_invitation import Invitation


def remove(email: str) -> dict[str, int]:
    """Delete subscriptions, invitations and messages of an address, in any case; return how many there were."""
    if not email:
        return {}
    Bounce.objects.filter(subscriber__email__iexact=email).delete()
    found = {_("subscriptions"): 0, _("calendar invitations"): 0, _("messages"): 0, _("invitations to the desk"): 0}
    for what, rows in (
        (_("subscriptions"), Subscriber.objects.filter(email__iexact=email)),
        (_("subscriptions"), SubscriptionRequest.objects.filter(email__iexact=email)),
        (_("calendar invitations"), CalendarInvitation.objects.filter(email__iexact=email)),
        (_("messages"), Letter.objects.filter(to__iexact=email)),
        (_("invitations to the desk"), Invitation.objects.filter(email__iexact=email)),
    ):
        number = rows.count()
        rows.delete()
        found[what] += number
    return found
