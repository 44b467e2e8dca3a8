"""News for subscribers: what they were last told about each talk, and the new and changed talks that letters tell of.

Private, so none of it makes an edition.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from seminars.models.states import PUBLIC, State
from seminars.models.subscriber import Subscriber, SubscriberQuerySet
from seminars.models.talk import Talk


class NewsKind(models.TextChoices):
    """What happened to a talk; subscribers choose which of these they get."""

    NEW = "new"
    CHANGED = "changed"


def readers(kind: str, talks: Iterable[Talk]) -> SubscriberQuerySet:
    """Return who gets a letter about a talk that is new or has changed, each once; talks are read `for_entries`."""
    wanted = {"wants_new_talks": True} if kind == NewsKind.NEW else {"wants_changes": True}
    return Subscriber.objects.reachable().about(*talks).filter(**wanted)


class ToldTalkQuerySet(models.QuerySet):
    """What was told."""

    def pending(self) -> Self:
        """Keep talks that changed since, in the order in which they are locked."""
        return self.exclude(pending_since=None).order_by("pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")

    def add(self, rows: Iterable["ToldTalk"]) -> None:
        """Add rows; a talk that has one keeps it."""
        self.bulk_create(rows, batch_size=500, ignore_conflicts=True)


class ToldTalk(models.Model):
    """What subscribers know of a talk. `facts` are those of phrases/talk_news.py, {} while nothing was told."""

    talk = models.OneToOneField(Talk, models.CASCADE, primary_key=True, related_name="told")
    facts = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(default=0)  # of the calendar entry when the talk was last compared
    pending_since = models.DateTimeField(null=True)  # when it was noticed that the talk has changed

    objects = ToldTalkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["pending_since"], condition=Q(pending_since__isnull=False), name="news_that_waits")
        ]

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.facts}"


def unnoticed(now: datetime) -> models.QuerySet:
    """Return the public talks still to come whose entry has changed since they were compared, or that are new."""
    has_changed = Q(told__pending_since=None) & ~Q(told__sequence=F("sequence"))
    coming = Talk.objects.public().ending_after(now)
    return coming.filter(Q(told=None) | has_changed).order_by("pk")


def to_begin_with(now: datetime) -> models.QuerySet:
    """Return the talks that subscribers of a site know already: public ones to come, and postponed ones."""
    return Talk.objects.public().filter(Q(ends_at__gt=now) | Q(state=State.POSTPONED), told=None).order_by("pk")


def is_to_be_told(state: str, ends_at: datetime, now: datetime) -> bool:
    """Tell whether there is anything to say about a talk: never about a draft, and never after it."""
    return state in PUBLIC and ends_at > now


class TalkNewsQuerySet(models.QuerySet):
    """News."""

    def unprepared(self) -> Self:
        """Keep news whose letters are not all in the outbox."""
        return self.filter(prepared_at=None)

    def with_keys(self, keys: Iterable[int]) -> Self:
        return self.filter(pk__in=keys).order_by("pk")

    def of_same_talks(self, keys: Iterable[int]) -> Self:
        """Keep all news about the talks of these, the oldest first."""
        return self.filter(talk__in=self.filter(pk__in=keys).values("talk")).order_by("pk")

    def are_changing(self) -> bool:
        """Tell whether a talk has changed again, and it is not settled yet what readers are told of that."""
        is_compared = Q(talk__told__pending_since=None, talk__told__sequence=F("talk__sequence"))
        return self.exclude(is_compared).exists()

    def for_reader(self, reader: Subscriber, now: datetime) -> list[int]:
        """Return the keys of those that a reader still wants, about talks that are public and not over."""
        wanted = {NewsKind.NEW: reader.wants_new_talks, NewsKind.CHANGED: reader.wants_changes}
        kinds = [kind for kind, is_wanted in wanted.items() if is_wanted]
        news = dict(self.filter(kind__in=kinds).values_list("pk", "talk"))
        theirs = set(reader.talks.ending_after(now).with_keys(news.values()).primary_keys())
        return [key for key, talk in news.items() if talk in theirs]

    def made_before(self, then: datetime) -> Self:
        return self.filter(made_at__lt=then)


class TalkNews(models.Model):
    """One talk that is new or changed. All news of a batch are in one letter to each reader."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=NewsKind)
    batch = models.CharField(max_length=32)
    before = models.JSONField(default=dict)  # the facts that readers knew; {} of a new talk, unless it joined a series
    made_at = models.DateTimeField(default=timezone.now)
    prepared_at = models.DateTimeField(null=True)  # None until its letters are in the outbox

    objects = TalkNewsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["batch"], condition=Q(prepared_at__isnull=True), name="news_to_prepare"),
            models.Index(fields=["made_at"], name="news_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.talk_id}"

    def readers(self, talk: Talk) -> SubscriberQuerySet:
        """Return who gets a letter about it; of a talk that joined a series, those to whom it is new."""
        everybody = readers(self.kind, [talk])
        return everybody.not_about(talk, self.former_series) if self.former_series else everybody

    @property
    def former_series(self) -> list[int]:
        """The keys of the series that a talk was in before it joined another; none if this does not tell of that."""
        return self.before.get("series", []) if self.kind == NewsKind.NEW else []


def letter_key(batch: str, subscriber: int) -> str:
    """Return the key of the letter with which a subscriber gets the news of a batch."""
    return f"news:{batch}:{subscriber}"
