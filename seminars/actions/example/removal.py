"""Removing the example: an empty site with its sign-ins."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from seminars.models import (
    Appearance,
    Break,
    Change,
    Department,
    FormerAddress,
    ImportedTalk,
    JointRequest,
    JointTalk,
    Photo,
    Room,
    Series,
    SeriesOrganiser,
    SeriesTopic,
    SharedChange,
    Speaker,
    SpeakerName,
    Talk,
    TalkTopic,
    Topic,
    User,
    publishing,
)

PARTS = (Appearance, JointTalk, TalkTopic)
# Before each model those whose rows refer to it, so that nothing need be read before it is deleted.
REMOVED: tuple[type[models.Model], ...] = (
    *(model.history.model for model in (*PARTS, Talk)), SharedChange, Change, FormerAddress, ImportedTalk, JointRequest,
    *PARTS, Talk, Break, SeriesOrganiser, SeriesTopic, Series, SpeakerName, Speaker, Room, Topic, Department, Photo,
)  # fmt: skip


def what_goes() -> dict[str, int]:
    """Count the rows that `start_empty` removes, by what they are called."""
    return {
        str(model._meta.verbose_name_plural): model.objects.count() for model in (Talk, Series, Speaker, Room, Topic)
    }


def start_empty(*, by: User | None) -> None:
    """Remove the example and everything that was added to it; the people who sign in stay.

    Raise ValidationError with a sentence where the department holds no example.
    """
    with publishing():
        if not Department.objects.current().is_example:
            raise ValidationError(_("There is no example here to remove."))
        for model in REMOVED:
            rows = model._base_manager.all()
            rows._raw_delete(rows.db)
