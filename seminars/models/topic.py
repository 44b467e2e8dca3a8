"""Topics: what visitors filter by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.addresses import AddressedModel, AddressedQuerySet


class TopicQuerySet(AddressedQuerySet):
    """Topics of talks."""

    def in_order(self) -> "TopicQuerySet":
        return self.order_by("name", "pk")


class Topic(AddressedModel):
    """A subject; CATEGORIES in the feed."""

    NOUN = "topics"
    ADDRESS_FIELD = "topic"

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["name"], name="topic_names_differ")]
