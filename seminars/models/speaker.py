"""Speakers: the people who appear at talks."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from django.apps import apps
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars.models import name_matching
from seminars.models.name_order import NameOrder
from seminars.models.searching import words_of
from seminars.models.shared_changes import SharedModel, SharedQuerySet, Values
from seminars.models.speaker_names import SpeakerName, known_as, whole_names
from seminars.models.states import CALLED_OFF, Role
from seminars.text import fold

MOST_RESEMBLING = 5  # people; of more, nobody is meant
MOST_LOOKED_FOR = 500  # of people whose names are nearly what was typed

PARTICLES = {"af", "al", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "la", "le", "ten", "ter", "van",
             "von", "zu", "zum", "zur"}  # fmt: skip


def batched_names(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield the names in lists that a query can hold."""
    left = iter(names)
    while some := list(islice(left, MOST_LOOKED_FOR)):
        yield some


def proposed_sort_name(name: str) -> str:
    """Return "Neumann, John von" style order for a name: last word first, with particles left before it.

    "Ada Lovelace" becomes "Lovelace, Ada", "Ludwig van Beethoven" becomes "van Beethoven, Ludwig".
    """
    words = name.split()
    if len(words) < 2 or "," in name:
        return name.strip()
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in PARTICLES:
        first -= 1
    return f"{' '.join(words[first:])}, {' '.join(words[:first])}"


def talks_that_show(speaker: str) -> models.QuerySet:
    """Return, for a subquery, the talks for which visitors see a page about a person: the outer row's `speaker`."""
    talks = apps.get_model("seminars", "Talk").objects.public().listed()
    return talks.filter(appearances__speaker=models.OuterRef(speaker))


class SpeakerQuerySet(SharedQuerySet):
    """Speakers."""

    def in_order(self) -> "SpeakerQuerySet":
        return self.order_by(NameOrder("sort_name"), "pk")

    def called(self, name: str) -> "list[Speaker]":
        """Return those who bear this name, accents and case aside, also as sort name or among their other names."""
        found = self.filter(pk__in=SpeakerName.objects.whole(name).values("speaker")).order_by("pk")
        return [one for one in found if fold(name) in known_as(one.name, one.sort_name, one.other_names)]

    def called_any(self, names: Collection[str]) -> "dict[str, list[Speaker]]":
        """Return those who are `called` so, by folded name, for many names at once: a query for each five hundred."""
        found: dict[str, list[Speaker]] = {fold(name): [] for name in names}
        for some in batched_names(found):
            for one in self.filter(pk__in=SpeakerName.objects.wholes(some).values("speaker")).order_by("pk"):
                for name in known_as(one.name, one.sort_name, one.other_names) & found.keys():
                    if one not in found[name]:
                        found[name].append(one)
        return found

    def with_words(self, words: Sequence[str]) -> "SpeakerQuerySet":
        """Keep those of whose names a word begins with each of these folded words."""
        conditions = (models.Q(pk__in=SpeakerName.objects.beginning(word).values("speaker")) for word in words)
        return self.filter(*conditions)

    def resembling(self, name: str) -> "list[Speaker]":
        """Return those whose name is nearly this one, the nearest first: a typo, an initial, another order of words."""
        return self.resembling_any([name])[name]

    def resembling_any(self, names: Collection[str]) -> "dict[str, list[Speaker]]":
        """Return by name those whose name is nearly it. No index finds these, so all names are read: two queries."""
        if not names:
            return {}
        rows = self.values_list("pk", "name", "other_names")
        known = {key: [name, *whole_names(others)] for key, name, others in rows}
        near = name_matching.nearest_of_each(names, known)
        found = self.in_bulk({key for keys in near.values() for key in keys[:MOST_RESEMBLING]})
        return {name: [found[key] for key in keys[:MOST_RESEMBLING]] for name, keys in near.items()}

    def looked_for(self, typed: str) -> "SpeakerQuerySet":
        """Keep those whose names have words that begin like what was typed; where none has, words nearly like it."""
        words = words_of(typed)
        found = self.with_words(words)
        if not words or found.exists():
            return found
        is_meant = name_matching.Mistyped(words)
        rows = self.values_list("pk", "name", "other_names")
        near = (key for key, name, others in rows if is_meant(words_of(f"{name} {others}")))
        return self.filter(pk__in=list(islice(near, MOST_LOOKED_FOR)))

    def with_talks_given(self, known: models.QuerySet, now: datetime | None = None) -> "SpeakerQuerySet":
        """Add `number_given` and `last_given_at`: the past talks of each among those that are known.

        A join, because a subquery for each person would read the known talks again for each.
        """
        past = models.Q(appearances__role=Role.SPEAKER, appearances__talk__starts_at__lt=now or timezone.now())
        past &= models.Q(appearances__talk__in=known.order_by().values("pk"))
        given = past & ~models.Q(appearances__talk__state__in=CALLED_OFF)
        last = models.Max("appearances__talk__starts_at", filter=given)
        return self.annotate(
            number_given=models.Count("appearances", filter=given),
            last_given_at=Coalesce(last, datetime.min.replace(tzinfo=UTC)),
        )

    def moderators(self) -> "SpeakerQuerySet":
        """Keep those who moderate a talk, or usually moderate a series."""
        moderating = apps.get_model("seminars", "Appearance").objects.filter(role=Role.MODERATOR)
        usual = apps.get_model("seminars", "Series").objects.filter(default_moderator__isnull=False)
        keys = moderating.order_by().values("speaker").union(usual.order_by().values("default_moderator"))
        return self.filter(pk__in=keys)

    def public(self) -> "SpeakerQuerySet":
        """Keep those who appear at a public talk of a listed series: a draft's speaker is nobody's business."""
        return self.filter(models.Exists(talks_that_show("pk")))


class Speaker(SharedModel):
    """A person who speaks, moderates or examines; the email address is never public."""

    NOUN = "speakers"
    ADDRESS_FIELD = "speaker"

    sort_name = models.CharField(
        _("sort name"), max_length=200, blank=True, help_text=_("If you leave it blank, we suggest one: Lovelace, Ada.")
    )
    other_names = models.CharField(
        _("other names"), max_length=500, blank=True, help_text=_("Only used for search. Never shown.")
    )
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    homepage = models.URLField(_("homepage"), max_length=500, blank=True)
    orcid = models.CharField(
        _("ORCID"), max_length=19, blank=True,
        validators=[RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$", _("Enter the ORCID like 0000-0002-1825-0097."))],
    )  # fmt: skip
    biography = models.TextField(_("biography"), blank=True, help_text=_("Markdown."))
    photo = models.ForeignKey(
        "Photo", models.PROTECT, null=True, blank=True, related_name="speakers", verbose_name=_("photo")
    )
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True, help_text=_("For organisers only. Never shown to visitors."))

    NOT_IN_HISTORY = frozenset({"email"})  # an address that was removed is to be gone

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["sort_name", "pk"]
        indexes = [models.Index(fields=["sort_name", "id"], name="speaker_by_sort_name")]

    @classmethod
    def written(cls, before: dict[int, Values], after: dict[int, Values]) -> None:
        SpeakerName.objects.renew(before, after)

    def save(self, *args: object, **options: object) -> None:
        self.sort_name = self.sort_name or proposed_sort_name(self.name)
        super().save(*args, **options)
