"""Invitations to one talk: begin one, correct it when the talk changes, end it."""

from django.db import transaction
from django.utils import timezone

from seminars.actions import outbox
from seminars.models import CalendarInvitation, Edition, Letter, SubscriptionRequest
from seminars.models.letter import LetterKind

BATCH = 200  # invitations in a transaction


def begin(request: SubscriptionRequest) -> CalendarInvitation:
    """Send the talk of a confirmed request; a reader who has it already gets it anew."""
    with transaction.atomic():
        invitation = _invitation_to(request)
        invitation.language, invitation.method = request.language, request.method
        invitation.asked_at, invitation.sent_sequence = timezone.now(), None
        invitation.save()
        request.delete()
        _put([invitation])
    return invitation


def end(invitation: CalendarInvitation) -> None:
    """Forget a reader. The entry stays in their calendar: they asked for no more mail, not to have it removed."""
    with transaction.atomic():
        Letter.objects.with_addresses().about_row("invitation", invitation.pk).filter(kind=LetterKind.CALENDAR).delete()
        invitation.delete()


class Corrections:
    """Sends corrections of talks that changed. It asks for them only after a change of public data."""

    def __init__(self) -> None:
        self._edition = -1  # at which nobody was left who needs one

    def put(self) -> int:
        """Put letters into the outbox to all whose talk has changed and is settled now; return how many.

        Two workers may do so at once, and one may be killed at any point: a letter has the version in its key.
        """
        edition = Edition.objects.number()
        if edition == self._edition:
            return 0
        now = timezone.now()
        outdated = CalendarInvitation.objects.outdated(now).unasked()
        if (new := outdated.filter(outdated_since=None)).exists():
            new.update(outdated_since=now)
        number = 0
        while batch := list(outdated.settled(now).select_related("talk").order_by("pk")[:BATCH]):
            with transaction.atomic():
                _put(batch)
            number += len(batch)
        if not outdated.exists():
            self._edition = edition
        return number


def _put(invitations: list[CalendarInvitation]) -> None:
    """Put a letter for each into the outbox, and note for which version of the talk."""
    for invitation in invitations:
        invitation.put_sequence = invitation.talk.sequence
    CalendarInvitation.objects.bulk_update(invitations, ["put_sequence"])
    outbox.put_all([_letter(invitation) for invitation in invitations])


def _letter(invitation: CalendarInvitation) -> Letter:
    version = f"{invitation.put_sequence}:{int(invitation.asked_at.timestamp())}"
    return Letter(
        kind=LetterKind.CALENDAR,
        key=f"calendar:{invitation.pk}:{version}",
        to=invitation.email,
        about={"invitation": invitation.pk},
        expires_at=invitation.talk.ends_at,
    )


def _invitation_to(request: SubscriptionRequest) -> CalendarInvitation:
    """Return the row of this talk and address, held until the transaction ends."""
    new = CalendarInvitation(talk=request.talk, email=request.email)
    CalendarInvitation.objects.bulk_create([new], ignore_conflicts=True)  # PostgreSQL logs addresses that conflict
    rows = CalendarInvitation.objects.select_for_update(of=("self",)).select_related("talk")
    return rows.with_address(request.email).get(talk=request.talk)
