"""Requests to speakers: private addresses at which one person answers about one talk, and what they answered.

All of it is private, so nothing here makes an edition.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from seminars.models.appearance import Appearance
from seminars.models.department import Department
from seminars.models.page_addresses import absolute
from seminars.models.speaker import Speaker
from seminars.models.states import HOLDING, Role
from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.models.user import User
from seminars.times import Span

VALID_FOR = timedelta(days=30)  # after the talk
KEPT = timedelta(days=365)  # after the talk

# What a speaker answers, by the row that it goes to. The private part stays with the answer.
OF_TALK = ("title", "language", "abstract", "recording", "slides_url", "recording_url", "paper_url", "code_url")
OF_APPEARANCE = ("affiliation",)
OF_SPEAKER = ("name", "pronouns", "biography", "homepage", "orcid")
PHOTO = "photo"
PROPOSED = (*OF_SPEAKER[:2], *OF_APPEARANCE, *OF_TALK[:3], OF_SPEAKER[2], PHOTO, *OF_SPEAKER[3:], *OF_TALK[3:])
PRIVATE = ("arrival", "equipment", "access_needs", "diet")

Values = dict[str, str]


def new_seed() -> str:
    """Return 128 random bits, from which the token of an address is made."""
    return secrets.token_urlsafe(16)


def token_of(seed: str) -> str:
    """Return the secret part of an address: 144 bits that nobody finds out from the rows, without SECRET_KEY."""
    made = salted_hmac("seminars.speaker-request", seed, algorithm="sha256").digest()
    return urlsafe_b64encode(made[:18]).decode()


def digest_of(token: str) -> str:
    """Return what is stored of a token, and found by it: SHA-256 in hexadecimal."""
    return sha256(token.encode()).hexdigest()


class Ending(models.TextChoices):
    """Why an address no longer works."""

    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    GIVEN_AWAY = "given away"


class AboutTalksQuerySet(models.QuerySet):
    """Rows about one person at one talk each."""

    def about_talks_before(self, then: datetime) -> Self:
        """Keep those about talks that ended before then."""
        return self.filter(talk__ends_at__lt=then)


class SpeakerRequestQuerySet(AboutTalksQuerySet):
    """Addresses."""

    def lead_on(self, gone: Speaker, kept: Speaker) -> None:
        """Hand those of one person on to another; one that the other has for the same talk replaces a good one."""
        theirs = self.good().filter(speaker=kept).values_list("talk", flat=True)
        twice = self.good().filter(speaker=gone, talk__in=list(theirs))
        twice.update(ended_at=timezone.now(), ending=Ending.REPLACED)
        self.filter(speaker=gone).update(speaker=kept)

    def opened_by(self, token: str) -> "SpeakerRequest | None":
        """Return the one with this token, good or not, with the talk and its people."""
        found = self.filter(digest=digest_of(token)).select_related("speaker__photo").first()
        return found and found.with_talk()

    def good_of(self, talk: int, speaker: int) -> "SpeakerRequest | None":
        """Return the address of a person at a talk, by their keys, with the talk and its people."""
        found = self.good().filter(talk=talk, speaker=speaker).select_related("speaker__photo").first()
        return found and found.with_talk()

    def good(self) -> Self:
        """Keep those that nobody has ended."""
        return self.filter(ended_at=None)

    def of(self, talks: Collection[Talk]) -> Self:
        return self.filter(talk__in=talks)

    def to_remind(self, span: Span) -> Self:
        """Keep good addresses about talks of this span that go ahead or are drafts, in series that remind speakers."""
        there = {"talk__starts_at__gte": span.starts_at, "talk__starts_at__lt": span.ends_at}
        return self.good().filter(
            **there,
            talk__state__in=HOLDING,
            talk__series__reminds_speakers=True,
            talk__appearances__speaker=F("speaker"),
            talk__appearances__role=Role.SPEAKER,
        )


class SpeakerRequest(models.Model):
    """One private address for one person at one talk. It stores a seed and the digest of the token, not the token."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="+")
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="+")
    seed = models.CharField(max_length=32, default=new_seed)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)

    objects = SpeakerRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("address for a speaker")
        verbose_name_plural = _("addresses for speakers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "speaker"], condition=Q(ended_at=None), name="one_good_address_per_talk_and_speaker"
            )
        ]

    def __str__(self) -> str:
        return str(self.speaker)

    @classmethod
    def new(cls, talk: Talk, speaker: Speaker, by: User | None) -> Self:
        """Return a new, unsaved address."""
        seed = new_seed()
        return cls(talk=talk, speaker=speaker, made_by=by, seed=seed, digest=digest_of(token_of(seed)))

    def with_talk(self) -> Self:
        """Read the talk with its people."""
        people = models.Prefetch("appearances", Appearance.objects.in_order().select_related("speaker"))
        self.talk = Talk.objects.with_series_and_room().prefetch_related(people).get(pk=self.talk_id)
        return self

    @property
    def address(self) -> str:
        """The full address, secret part included; "" where it was made under another SECRET_KEY.

        The speaker's link still works then, but nobody can show it again.
        """
        token = token_of(self.seed)
        is_known = constant_time_compare(digest_of(token), self.digest)
        return absolute(reverse("speak", args=[token])) if is_known else ""

    @property
    def ends_at(self) -> datetime:
        """Until when it is good; it follows the talk."""
        return self.talk.ends_at + VALID_FOR

    @property
    def language(self) -> str:
        """The language to speak: the talk's if visitors may choose it, else "" for the department's."""
        asked = self.talk.language.partition("-")[0].lower()
        is_another = asked != Department.objects.language() and asked in settings.VISITOR_LANGUAGES
        return asked if is_another else ""

    @property
    def appearance(self) -> Appearance | None:
        """How the person appears at the talk as a speaker; None once the talk is somebody else's."""
        return next((row for row in self.talk.speakers if row.speaker_id == self.speaker_id), None)

    def why_over(self, now: datetime | None = None) -> str:
        """Return the `Ending` if the address no longer works, else ""."""
        if self.ending:
            return self.ending
        if self.ends_at <= (now or timezone.now()):
            return Ending.EXPIRED
        return Ending.GIVEN_AWAY if self.appearance is None else ""

    def present_values(self) -> Values:
        """Return what the site says now, by the names of `PROPOSED`; of the photo its digest."""
        appearance, speaker = self.appearance, self.speaker
        values = {name: getattr(self.talk, name) for name in OF_TALK}
        values |= {name: getattr(speaker, name) for name in OF_SPEAKER}
        return values | {"affiliation": appearance.affiliation if appearance else "", PHOTO: speaker.photo_id or ""}


class SpeakerAnswerQuerySet(AboutTalksQuerySet):
    """Answers."""

    def lead_on(self, gone: Speaker, kept: Speaker) -> None:
        """Hand those of one person on to another; of two about the same talk, keep the one that was saved last."""
        for one in self.filter(speaker=gone).only("talk", "saved_at"):
            older = Q(saved_at=None) | Q(saved_at__lt=one.saved_at) if one.saved_at else Q(pk=None)
            self.filter(older, talk=one.talk_id, speaker=kept).delete()
        theirs = self.filter(speaker=kept).values_list("talk", flat=True)
        self.filter(speaker=gone).exclude(talk__in=list(theirs)).update(speaker=kept)

    def to(self, request: SpeakerRequest) -> "SpeakerAnswer":
        """Return what this person answered about this talk, at this address or an earlier one."""
        return self.get(talk=request.talk_id, speaker=request.speaker_id)

    def begin(self, requests: Iterable[SpeakerRequest]) -> None:
        """Begin an answer to each of these, unless there is one."""
        rows = [SpeakerAnswer(talk_id=one.talk_id, speaker_id=one.speaker_id) for one in requests]
        self.bulk_create(rows, ignore_conflicts=True)

    def waiting(self, talks: TalkQuerySet) -> Self:
        """Keep those about these talks that were sent in and that no organiser has dealt with, the oldest first."""
        return self.filter(waits_since__isnull=False, talk__in=talks.order_by()).order_by("waits_since", "pk")

    def of_one(self, number: int, talks: TalkQuerySet) -> "SpeakerAnswer | None":
        """Return the one with this primary key, if it is about one of these talks."""
        return self.filter(pk=number, talk__in=talks.order_by()).select_related("talk", "speaker").first()

    def sent_in(self, talks: Collection[Talk]) -> set[tuple[int, int]]:
        """Return the keys of talk and person of each answer about these talks that was sent in."""
        rows = self.filter(talk__in=talks, sent_at__isnull=False)
        return set(rows.values_list("talk", "speaker"))

    def with_slides(self, talks: Collection[Talk]) -> set[tuple[int, int]]:
        """Return the keys of talk and person of each answer about these talks that proposes a link to slides."""
        rows = self.filter(talk__in=talks, proposed__has_key="slides_url")
        return set(rows.values_list("talk", "speaker"))

    def about(self, talks: Collection[Talk]) -> Self:
        """Keep those about these talks, without their pictures."""
        return self.filter(talk__in=talks).defer("photo", "small_photo")

    def for_lists(self) -> Self:
        """Read along the talk and the person, but no picture."""
        return self.select_related("talk__series", "speaker").defer("photo", "small_photo")

    def forget_private(self, then: datetime) -> int:
        """Forget the private details about talks that ended before then; return of how many."""
        return self.about_talks_before(then).exclude(private={}).update(private={})

    def write_if(self, answer: "SpeakerAnswer", version: int, **fields: Any) -> bool:
        """Write a further version unless another one was written since `version`; return whether it was written."""
        written = self.filter(pk=answer.pk, version=version).update(version=version + 1, **fields)
        if written:
            for name, value in ({"version": version + 1} | fields).items():
                setattr(answer, name, value)
        return bool(written)


class SpeakerAnswer(models.Model):
    """What one person typed about one talk: a draft, then what they propose, then what became of it.

    `draft` has what was typed, `seen` what the site said when it was typed, and `proposed` what waits for an organiser,
    each by the names of PROPOSED. `decided` says of each field "accepted", "edited" or "rejected". `photo` is the WebP
    of a proposed photo and `small_photo` its portrait; neither is at a public address.
    """

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="+")
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=0)
    draft = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    private = models.JSONField(default=dict)
    photo = models.BinaryField(default=b"")
    small_photo = models.BinaryField(default=b"")
    saved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    proposed = models.JSONField(default=dict)
    waits_since = models.DateTimeField(null=True)  # for an organiser
    decided = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    question = models.TextField(blank=True)  # which an organiser asked back
    asked_back_at = models.DateTimeField(null=True)

    objects = SpeakerAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of a speaker")
        verbose_name_plural = _("answers of speakers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["talk", "speaker"], name="one_answer_per_talk_and_speaker")]
        indexes = [
            models.Index(fields=["waits_since"], condition=Q(waits_since__isnull=False), name="answers_that_wait")
        ]

    def __str__(self) -> str:
        return str(self.speaker)

    @property
    def photo_digest(self) -> str:
        """The digest that the proposed photo will have as its key."""
        return sha256(bytes(self.photo)).hexdigest() if self.photo else ""

    @property
    def to_decide(self) -> Values:
        """What is proposed, without a photo that the speaker has replaced or taken back since, in a draft."""
        is_gone = self.proposed.get(PHOTO, "") not in {"", self.photo_digest}
        return {name: value for name, value in self.proposed.items() if not (is_gone and name == PHOTO)}

    def typed_over(self, present: Values) -> Values:
        """Return what the form shows: what was typed, and where nothing was typed, what the site says now."""
        typed = {name: value for name, value in self.draft.items() if value != self.seen.get(name)}
        return present | typed | self.private


class LetterReason(models.TextChoices):
    """Why a speaker gets a letter."""

    ASK = "ask", _("Request")
    ASK_BACK = "ask back", _("Question")
    REMIND = "reminder", _("Reminder")
    THANK = "thanks", _("Thanks and request for slides")


class SpeakerLetterQuerySet(AboutTalksQuerySet):
    """What was sent to speakers."""

    def lead_on(self, gone: Speaker, kept: Speaker) -> None:
        """Hand what was sent to one person on to another, each step of a talk once."""
        same = self.filter(speaker=kept, talk=OuterRef("talk"), step=OuterRef("step"))
        twice = self.filter(Exists(same), speaker=gone).values_list("pk", flat=True)
        self.filter(speaker=gone).exclude(pk__in=list(twice)).update(speaker=kept)

    def of(self, talks: Collection[Talk]) -> Self:
        """Keep what was sent about these talks, the latest first."""
        return self.filter(talk__in=talks).select_related("speaker", "by").order_by("-put_at", "-pk")

    def with_number(self, number: int) -> "SpeakerLetter | None":
        return self.filter(pk=number).select_related("speaker", "by").first()

    def note_sent(self, number: int) -> None:
        self.filter(pk=number).update(sent_at=timezone.now())


class SpeakerLetter(models.Model):
    """A letter to a speaker about one talk: to which address, who asked for it, and when it was sent."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="+")
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=LetterReason, default=LetterReason.ASK)
    to = models.EmailField()
    question = models.TextField(blank=True)
    step = models.SmallIntegerField(null=True)  # of a reminder: days before the talk, or after it if negative
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    put_at = models.DateTimeField(default=timezone.now)  # into the outbox
    sent_at = models.DateTimeField(null=True)

    objects = SpeakerLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter to a speaker")
        verbose_name_plural = _("letters to speakers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["talk", "speaker", "step"], name="one_reminder_for_each_step")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.to}"
