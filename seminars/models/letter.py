"""Letters: the outbox. A row says what to send to whom; its text is made when it is sent, from the rows as they are."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(minutes=10)  # longer than a mail server that answers at all takes for one letter
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)]  # before each further try


class LetterKind(models.TextChoices):
    """What a letter says; formats/letters/ renders each kind."""

    PASSWORD = "password", _("New password")
    INVITATION = "invitation", _("Invitation to the desk")
    ROLE = "role", _("New role")


class LetterState(models.TextChoices):
    """What became of a letter."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")
    DROPPED = "dropped", _("Not needed any more")


class LetterQuerySet(models.QuerySet):
    """Letters."""

    def waiting(self) -> Self:
        return self.filter(state=LetterState.WAITING)

    def failed(self) -> Self:
        """Keep those that could not be sent, the latest first."""
        return self.filter(state=LetterState.FAILED).order_by("-done_at", "-pk")

    def retried(self) -> Self:
        """Keep those that wait because the mail server put them off, the one that is tried first at the top."""
        return self.waiting().filter(tries__gt=0).order_by("due_at", "pk")

    def done_before(self, then: datetime) -> Self:
        """Keep those that were sent, given up or not needed before then."""
        return self.exclude(state=LetterState.WAITING).filter(done_at__lt=then)

    def due(self, now: datetime) -> Self:
        """Keep those that can be sent now, the one that has waited longest first; nobody else is sending them."""
        is_free = models.Q(leased_until=None) | models.Q(leased_until__lte=now)
        # A lease that ends later than one that begins now was taken before the clock was set back.
        is_free |= models.Q(leased_until__gt=now + LEASE)
        return self.waiting().filter(is_free, due_at__lte=now).order_by("due_at", "pk")

    def overdue(self, before: datetime) -> Self:
        """Keep those that should have been sent before then and were not tried."""
        return self.waiting().filter(due_at__lt=before, tries=0)

    def sent_since(self, then: datetime) -> int:
        """Return how many letters all workers have sent since then."""
        return self.filter(state=LetterState.SENT, done_at__gt=then).count()

    def claim(self, now: datetime, number: int) -> list["Letter"]:
        """Take up to `number` letters for this worker, for the length of a lease; several workers get different ones.

        A worker that is killed leaves its letters to the next one, once their lease is over.
        """
        with transaction.atomic():
            letters = list(self.due(now).select_for_update(skip_locked=True, of=("self",))[:number])
            until = now + LEASE
            if letters:
                self.filter(pk__in=[letter.pk for letter in letters]).update(leased_until=until)
        for letter in letters:
            letter.leased_until = until
        return letters

    def give_back(self, letters: Collection["Letter"]) -> None:
        """Let another worker send these at once."""
        for letter in letters:
            self.filter(pk=letter.pk, leased_until=letter.leased_until).update(leased_until=None)

    def put(self, letters: Collection["Letter"]) -> None:
        """Add letters; one whose key is here already has been asked for before, and is left out."""
        self.bulk_create(letters, batch_size=500, ignore_conflicts=True)


class Letter(models.Model):
    """One letter to one address. It is private, so it makes no edition.

    `about` has the keys of the rows that it is rendered from. `key` names what must be sent once only.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=LetterKind)
    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField(_("to"))
    about = models.JSONField(default=dict)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(null=True)  # afterwards it would be no news
    leased_until = models.DateTimeField(null=True)  # by the worker that sends it
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=LetterState, default=LetterState.WAITING)
    done_at = models.DateTimeField(_("sent or given up"), null=True)
    problem = models.CharField(_("answer of the mail server"), max_length=500, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ()
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="waiting"), name="letters_that_wait"),
            models.Index(fields=["state", "done_at"], name="letters_done"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.to}"

    @property
    def message_id(self) -> str:
        """The part of its Message-ID before the "@": the same for each try, so that mail programs drop a double."""
        return salted_hmac("seminars.letter", self.key, algorithm="sha256").hexdigest()[:32]

    def extend_lease(self, now: datetime) -> bool:
        """Note before sending that it is still this worker's; False if the lease ended and another may have it."""
        if self.leased_until - now > LEASE / 2:
            return True
        until = now + LEASE
        is_ours = self._write(leased_until=until)
        self.leased_until = until if is_ours else self.leased_until
        return is_ours

    def note_sent(self, now: datetime) -> None:
        self._write(state=LetterState.SENT, done_at=now, problem="", tries=self.tries + 1)

    def note_dropped(self, now: datetime) -> None:
        """Note that there is nothing to say any more."""
        self._write(state=LetterState.DROPPED, done_at=now)

    def note_failed(self, now: datetime, problem: str) -> None:
        """Give the letter up."""
        self._write(state=LetterState.FAILED, done_at=now, problem=problem[:500], tries=self.tries + 1)

    def note_refused(self, now: datetime, problem: str) -> None:
        """Try again after a pause, which grows; give up after the last."""
        if self.tries >= len(PAUSES):
            self.note_failed(now, problem)
        else:
            at = now + PAUSES[self.tries]
            self._write(due_at=at, leased_until=None, problem=problem[:500], tries=self.tries + 1)

    def _write(self, **fields: Any) -> bool:
        """Write if the letter is still this worker's."""
        mine = type(self).objects.filter(pk=self.pk, state=LetterState.WAITING, leased_until=self.leased_until)
        return bool(mine.update(**fields))
