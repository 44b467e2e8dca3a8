"""Topics: what visitors filter by."""

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.name_order import NameOrder
from seminars.models.shared_changes import SharedModel, SharedQuerySet


class TopicQuerySet(SharedQuerySet):
    """Topics of talks."""

    def in_order(self) -> "TopicQuerySet":
        return self.order_by(NameOrder("name"), "pk")

    def in_order_of_entries(self) -> "TopicQuerySet":
        """Order the topics of a talk as its calendar entry has them: another order would count as a change of it."""
        return self.order_by("name", "pk")

    def with_talks_counted(self) -> "TopicQuerySet":
        """Count the talks that visitors find under each, as `talk_count`."""
        seen = apps.get_model("seminars", "Talk").objects.public().listed().order_by().values("pk")
        return self.annotate(talk_count=models.Count("talk_rows", filter=models.Q(talk_rows__talk__in=seen)))


class Topic(SharedModel):
    """A subject; CATEGORIES in the feed."""

    NOUN = "topics"
    ADDRESS_FIELD = "topic"

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["name"], name="topic_names_differ")]
