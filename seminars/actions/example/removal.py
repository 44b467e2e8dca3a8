"""Removing the example: an empty site with its sign-ins."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from seminars.models import (
    Break,
    Change,
    Department,
    FormerAddress,
    Photo,
    Room,
    Series,
    Speaker,
    Talk,
    Topic,
    User,
    publishing,
)
from seminars.models.history import unrecorded

# Talks first: what they print is protected by them.
REMOVED: tuple[type[models.Model], ...] = (Talk, FormerAddress, Break, Series, Speaker, Room, Topic, Department, Photo)


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
        with unrecorded():
            for model in REMOVED:
                model.objects.all().delete()
        Change.objects.all().delete()
