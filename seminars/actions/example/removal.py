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
    SharedChange,
    Speaker,
    SpeakerName,
    Talk,
    TalkTopic,
    Topic,
    User,
    publishing,
)

# Talks first: what they print is protected by them; and before each what names it.
PARTS = (Appearance, JointTalk, TalkTopic)
PAST = (*(model.history.model for model in (*PARTS, Talk)), SharedChange, Change)
REMOVED: tuple[type[models.Model], ...] = (
    *PAST, FormerAddress, ImportedTalk, JointRequest, *PARTS, Talk, Break, Series, SpeakerName, Speaker, Room, Topic,
    Department, Photo,
)  # fmt: skip
MANY = {
    *PAST,
    ImportedTalk,
    JointRequest,
    *PARTS,
    Talk,
    SpeakerName,
    Speaker,
    Room,
    Topic,
}  # of which all that names them is gone: nothing need be read first


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
            if model in MANY:
                rows._raw_delete(rows.db)
            else:
                rows.delete()
