"""The through rows of a talk: people who appear, series it is also in, topics."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from seminars.models.constraints import ChoicesConstraint
from seminars.models.edition import PublicModel
from seminars.models.fetched import fetched_rows
from seminars.models.history import History, RecordedQuerySet
from seminars.models.page_addresses import absolute
from seminars.models.speaker import talks_that_show
from seminars.models.states import CALLED_OFF, Role
from seminars.times import Span


class AppearanceQuerySet(RecordedQuerySet):
    """People at talks."""

    def in_order(self) -> Self:
        return self.order_by("order", "pk")

    def numbers_of_other_talks(self, people: Iterable[models.Model], talk: models.Model | None) -> dict[int, int]:
        """Return at how many talks beside this one each of these people is, by their keys."""
        elsewhere = self.filter(speaker__in=people).exclude(talk=talk) if talk else self.filter(speaker__in=people)
        number = models.Count("talk", distinct=True)
        return dict(elsewhere.order_by().values_list("speaker").annotate(number=number))

    def with_page(self) -> Self:
        """Tell of each, as `has_page`, whether visitors may see a page about the person."""
        return self.annotate(has_page=models.Exists(talks_that_show("speaker")))

    def given_by(self, people: Iterable[models.Model | int], span: Span) -> Self:
        """Keep these people as speakers of talks in a span that are not called off, the soonest first."""
        within = {"talk__starts_at__gte": span.starts_at, "talk__starts_at__lt": span.ends_at}
        given = self.filter(**within, role=Role.SPEAKER, speaker__in=people).exclude(talk__state__in=CALLED_OFF)
        return given.order_by("talk__starts_at", "talk", "order", "pk")


class Appearance(PublicModel):
    """A person at a talk, with the affiliation of that time: copied from the speaker when added, never read through."""

    talk = models.ForeignKey("Talk", models.CASCADE, related_name="appearances", verbose_name=_("talk"))
    speaker = models.ForeignKey("Speaker", models.PROTECT, related_name="appearances", verbose_name=_("person"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SPEAKER)
    affiliation = models.CharField(
        _("affiliation at the time"),
        max_length=200,
        blank=True,
        help_text=_("Leave blank to use the person’s current affiliation."),
    )
    is_external = models.BooleanField(_("from outside"), null=True, blank=True)

    objects = AppearanceQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("person at the talk")
        verbose_name_plural = _("people at the talk")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["talk", "speaker", "role"], name="talk_has_a_person_once_in_a_role"),
            ChoicesConstraint(name="appearance_role_is_known", condition=models.Q(role__in=list(Role))),
        ]

    def __str__(self) -> str:
        return f"{self.speaker.name} ({self.affiliation})" if self.affiliation else self.speaker.name

    @cached_property
    def has_page(self) -> bool:
        """Tell whether visitors may see a page about the person, who was read `with_page` or fetched with the talk.

        Those of a talk that visitors find have one; of another talk, one query asks about all people.
        """
        if self.talk.is_public and self.talk.is_listed:
            return True
        people = fetched_rows(self.talk, "appearances")
        rows = type(self).objects.filter(pk__in=[person.pk for person in people]).with_page().filter(has_page=True)
        known = set(rows.values_list("pk", flat=True))
        for person in people:
            person.has_page = person.pk in known
        return self.pk in known

    @property
    def public_page(self) -> str:
        """The full address of the person's page, "" where visitors may not see one."""
        return absolute(self.speaker.get_absolute_url()) if self.has_page else ""

    def save(self, *args: Any, **options: Any) -> None:
        if self._state.adding:
            self.affiliation = self.affiliation or self.speaker.affiliation
        super().save(*args, **options)


class JointTalk(PublicModel):
    """A further series that a talk is in, beside its home series."""

    talk = models.ForeignKey("Talk", models.CASCADE, related_name="joint_rows", verbose_name=_("talk"))
    series = models.ForeignKey("Series", models.PROTECT, related_name="joint_rows", verbose_name=_("series"))

    objects = RecordedQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("also in series")
        verbose_name_plural = _("also in series")
        constraints = [models.UniqueConstraint(fields=["talk", "series"], name="talk_is_in_a_series_once")]

    def __str__(self) -> str:
        return str(self.series)

    def clean(self) -> None:
        if self.series_id and self.series_id == self.talk.series_id:
            raise ValidationError(
                {"series": _("This is already the talk’s home series. Choose another one or leave it out.")}
            )


class TalkTopic(PublicModel):
    """A topic of a talk."""

    talk = models.ForeignKey("Talk", models.CASCADE, related_name="topic_rows", verbose_name=_("talk"))
    topic = models.ForeignKey("Topic", models.PROTECT, related_name="talk_rows", verbose_name=_("topic"))

    objects = RecordedQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("topic of the talk")
        verbose_name_plural = _("topics of the talk")
        constraints = [models.UniqueConstraint(fields=["talk", "topic"], name="talk_has_a_topic_once")]

    def __str__(self) -> str:
        return str(self.topic)
