"""Removing the example: an empty site with its sign-ins."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.models import Department, Edition, Room, Series, Speaker, Talk, Throttle, Topic, User, publishing

KEPT = {Edition, Throttle, User}


def what_goes() -> dict[str, int]:
    """Count the rows that `start_empty` removes, by what they are called."""
    return {
        str(model._meta.verbose_name_plural): model.objects.count() for model in (Talk, Series, Speaker, Room, Topic)
    }


def start_empty() -> None:
    """Remove the example and everything that was added to it; the people who sign in stay.

    Raise ValidationError with a sentence where the department holds no example.
    """
    with publishing():
        if not Department.objects.current().is_example:
            raise ValidationError(_("There is no example data to remove."))
        for model in apps.get_app_config("seminars").get_models():
            if model not in KEPT:
                rows = model._base_manager.all()
                # No row is read first: the database looks for what still refers to one only when all are gone.
                rows._raw_delete(rows.db)
