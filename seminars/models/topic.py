"""Topics: what visitors filter by."""

from django.apps import apps
from django.db import models
from django.db.models.functions import Coalesce
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
        """Count the talks that visitors find under each, as `talk_count`: all but the hidden ones, which are few."""
        hidden = apps.get_model("seminars", "Talk").objects.hidden().order_by().values("pk")
        rows = apps.get_model("seminars", "TalkTopic").objects.filter(topic=models.OuterRef("pk")).order_by()
        counted = (_number_of(rows), _number_of(rows.filter(talk__in=hidden)))
        return self.annotate(talk_count=counted[0] - counted[1])


def _number_of(rows: models.QuerySet) -> Coalesce:
    return Coalesce(rows.values("topic").annotate(number=models.Count("pk")).values("number"), 0)


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
