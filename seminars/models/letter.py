"""Letters: the outbox. A row says what to send to whom; its text is made when it is sent, from the rows as they are."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from seminars.models.periodic_task import SENDING_LETTERS, PeriodicTask
from seminars.models.subscriber import Subscriber

LEASE = timedelta(minutes=30)  # longer than one letter may take: RFC 5321 §4.5.3.2 allows a server some 25 minutes
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)]  # before each further try
NOTE_SENT = (  # "to" is a word of SQL
    """UPDATE seminars_letter SET state = %s, done_at = %s, tries = %s, "to" = '', problem = '' """
    "WHERE id = %s AND state = %s AND leased_until = %s"
)
WAITS_TOO_LONG = timedelta(minutes=15)  # since it was put in; many servers put a first one off for some minutes
A_MINUTE = JUST_BEGUN = timedelta(minutes=1)


class NotYet(Exception):
    """What a letter tells is being changed, so it is sent a little later."""


class LetterKind(models.TextChoices):
    """What a letter says; formats/letters/ renders each kind."""

    PASSWORD = "password", _("New password")
    INVITATION = "invitation", _("Invitation to the desk")
    ROLE = "role", _("New role")
    ACCOUNT = "account", _("Change to an account")
    CONFIRMATION = "confirmation", _("Confirmation of an address")
    DIGEST = "digest", _("Talks of the week")
    NEWS = "news", _("New and changed talks")
    CALENDAR = "calendar", _("Calendar invitation")
    ANNOUNCEMENT = "announcement", _("Announcement")
    SPEAKER = "speaker", _("Letter to a speaker")
    OPEN_ITEMS = "open items", _("What is open")


class AccountChange(models.TextChoices):
    """What a letter tells the owner of an account, who may not have made the change."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    SECOND_STEP = "second_step"
    NEW_PASSWORD = "new_password"  # noqa: S105  not a password
    API_TOKEN_MADE = "api_token_made"  # noqa: S105  not a password
    API_TOKEN_REVOKED = "api_token_revoked"  # noqa: S105  not a password


# A limit per minute makes thousands take hours: a link to a new password is not to wait for the talks of the week.
TURN = models.Case(
    models.When(kind__in=[LetterKind.DIGEST, LetterKind.ANNOUNCEMENT], then=2),
    models.When(kind=LetterKind.NEWS, then=1),
    default=0,
)


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

    def with_addresses(self) -> Self:
        """Keep those whose address is not forgotten yet: they wait or could not be sent."""
        return self.filter(state__in=[LetterState.WAITING, LetterState.FAILED])

    def about_row(self, name: str, number: int) -> Self:
        """Keep those that are about the row with this primary key, by its name in `about`."""
        return self.filter(**{f"about__{name}": number})

    def retried(self) -> Self:
        """Keep those that wait because the mail server put them off, the one that is tried first at the top."""
        return self.waiting().filter(tries__gt=0).order_by("due_at", "pk")

    def done_before(self, then: datetime) -> Self:
        """Keep those that were sent, given up or not needed before then."""
        return self.exclude(state=LetterState.WAITING).filter(done_at__lt=then)

    def due(self, now: datetime) -> Self:
        """Keep those that can be sent now, those in TURN that somebody waits for first; nobody else is sending them.

        What lies too far in the future was written before the clock was set back.
        """
        is_free = (
            models.Q(leased_until=None) | models.Q(leased_until__lte=now) | models.Q(leased_until__gt=now + 2 * LEASE)
        )
        is_due = models.Q(due_at=None) | models.Q(due_at__lte=now) | models.Q(tries__gt=0, due_at__gt=now + PAUSES[-1])
        return self.waiting().filter(is_free, is_due).order_by(TURN, "tries", "pk")

    def open_of_announcements(self, numbers: Collection[int]) -> dict[tuple[int, str], int]:
        """Return how many letters of these announcements, by primary key, have each state but SENT and DROPPED."""
        unsent = self.filter(kind=LetterKind.ANNOUNCEMENT, state__in=[LetterState.WAITING, LetterState.FAILED])
        rows = unsent.filter(about__announcement__in=list(numbers)).values_list("about__announcement", "state")
        return {(number, state): count for number, state, count in rows.annotate(models.Count("pk"))}

    def late(self, now: datetime) -> Self:
        """Keep those that have waited for too long, though they were to be sent."""
        before = now - WAITS_TOO_LONG
        is_late = models.Q(due_at=None) | models.Q(due_at__lt=before) | models.Q(tries__gt=0)
        return self.waiting().filter(is_late, made_at__lt=before)

    def sent_since(self, then: datetime, now: datetime) -> int:
        """Return how many letters all workers have sent within this time."""
        return self.filter(state=LetterState.SENT, done_at__gt=then, done_at__lte=now).count()

    def claim(self, number: int, *, per_minute: int = 0) -> list["Letter"]:
        """Take up to `number` letters for this worker, for the length of a lease; several workers get different ones.

        `per_minute` bounds what all workers send together; 0 is no bound. A worker that is killed leaves its letters
        to the next one, once their lease is over.
        """
        if not self.due(timezone.now()).exists():  # which holds up nobody
            return []
        with transaction.atomic():
            PeriodicTask.objects.hold(SENDING_LETTERS)
            now = timezone.now()  # after the wait, or a lease that another worker has just taken would seem to be over
            if per_minute:
                number = max(0, min(number, per_minute - self._tried_since(now - A_MINUTE, now)))
            letters = list(self.due(now)[:number])
            until = now + LEASE
            if letters:
                self.filter(pk__in=[letter.pk for letter in letters]).update(leased_until=until, tried_at=now)
        for letter in letters:
            letter.leased_until = until
        return letters

    def _tried_since(self, then: datetime, now: datetime) -> int:
        return self.filter(tried_at__gt=then, tried_at__lte=now).count()

    def give_back(self, letters: Collection["Letter"]) -> None:
        """Let another worker send these at once."""
        for letter in letters:
            self.filter(pk=letter.pk, leased_until=letter.leased_until).update(leased_until=None)

    def fetch_subscribers(self, letters: Collection["Letter"]) -> None:
        """Read the subscribers of these letters at once, with what they chose."""
        keys = {letter.about["subscriber"] for letter in letters if "subscriber" in letter.about}
        found = Subscriber.objects.in_bulk(keys) if keys else {}
        some = [subscriber for subscriber in found.values() if not subscriber.is_for_all]
        models.prefetch_related_objects(some, "series", "topics")
        for letter in letters:
            letter.subscriber = found.get(letter.about.get("subscriber"))

    def put(self, letters: Collection["Letter"]) -> None:
        """Add letters; one whose key is here already has been asked for before, and is left out."""
        self.bulk_create(letters, batch_size=500, ignore_conflicts=True)


class Letter(models.Model):
    """One letter to one address. It is private, so it makes no edition.

    `about` has the keys of the rows that it is rendered from. `key` names what must be sent once only.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=LetterKind)
    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField(_("to"), blank=True)  # "" once it was sent
    about = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(_("due"), null=True)  # None: at once
    expires_at = models.DateTimeField(null=True)  # afterwards it would be no news
    leased_until = models.DateTimeField(null=True)  # by the worker that sends it
    tried_at = models.DateTimeField(null=True)  # when a worker last took it
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
            models.Index(fields=["tries", "id"], condition=models.Q(state="waiting"), name="letters_that_wait"),
            models.Index(fields=["tried_at"], name="letters_tried"),
            models.Index(fields=["state", "done_at"], name="letters_done"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.to}"

    @property
    def can_be_sent_again(self) -> bool:
        """Whether it still says something that people want: a link to a new password was wanted then, not now."""
        return self.kind != LetterKind.PASSWORD

    @property
    def is_to_a_reader(self) -> bool:
        """Whether it goes to somebody who subscribed or asked for an invitation, rather than to an account."""
        return "subscriber" in self.about or self.kind == LetterKind.CALENDAR

    @property
    def message_id(self) -> str:
        """The part of its Message-ID before the "@": the same for each try, so that mail programs drop a double."""
        return salted_hmac("seminars.letter", self.key, algorithm="sha256").hexdigest()[:32]

    @cached_property
    def subscriber(self) -> Subscriber | None:
        """The subscriber to whom it goes, None if they have left or it goes to nobody of them."""
        return Subscriber.objects.for_lists().filter(pk=self.about.get("subscriber")).first()

    def renew_lease(self, now: datetime) -> bool:
        """Note before sending that it is still this worker's; False if another may have it by now.

        A lease that has just begun is left as it is.
        """
        if now + LEASE - JUST_BEGUN < self.leased_until <= now + LEASE:
            return True
        until = now + LEASE
        is_ours = self._write(leased_until=until)
        if is_ours:
            self.leased_until = until
        return is_ours

    def note_sent(self, now: datetime) -> None:
        """Note that the mail server took it, and forget to whom it went."""
        moment = connection.ops.adapt_datetimefield_value
        values = [
            LetterState.SENT,
            moment(now),
            self.tries + 1,
            self.pk,
            LetterState.WAITING,
            moment(self.leased_until),
        ]
        with connection.cursor() as cursor:  # skips the compiler, which took a fifth of the time of sending
            cursor.execute(NOTE_SENT, values)

    def note_told(self, about: dict[str, Any]) -> None:
        """Note what it told, if that is less than it was made for."""
        type(self).objects.filter(pk=self.pk).update(about=about)

    def note_dropped(self, now: datetime) -> None:
        """Note that there is nothing to say any more."""
        self._write(state=LetterState.DROPPED, done_at=now, to="")

    def note_failed(self, now: datetime, problem: str) -> None:
        """Give the letter up."""
        self._write(state=LetterState.FAILED, done_at=now, problem=problem[:500], tries=self.tries + 1)

    def note_late(self, now: datetime) -> None:
        """Give it up because it would be no news any more."""
        self._write(state=LetterState.FAILED, done_at=now)

    def note_refused(self, now: datetime, problem: str) -> None:
        """Try again after a pause, which grows; give up after the last."""
        if self.tries >= len(PAUSES):
            self.note_failed(now, problem)
        else:
            at = now + PAUSES[self.tries]
            self._write(due_at=at, leased_until=None, problem=problem[:500], tries=self.tries + 1)

    def put_off(self, now: datetime, problem: str = "") -> None:
        """Let others go first: the letter has to wait, or the mail server refuses this site. This is no try."""
        self._write(due_at=now + PAUSES[0], leased_until=None, problem=problem[:500])

    def _write(self, **fields: Any) -> bool:
        """Write if the letter is still this worker's."""
        mine = type(self).objects.filter(pk=self.pk, state=LetterState.WAITING, leased_until=self.leased_until)
        return bool(mine.update(**fields))
