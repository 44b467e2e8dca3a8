"""Who looks after which series, in the forms of accounts and of series."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from seminars.admin.base import DeskFormSet, DeskInline
from seminars.models import SeriesOrganiser
from seminars.models.user import groups_that_decide


class OrganiserFormSet(DeskFormSet):
    """Rows that were given here can be changed; those of a group with a rule follow the group at each sign-in."""

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            if not form.instance.from_group or not (form in self.deleted_forms or form.has_changed()):
                continue
            if form.instance.from_group in groups_that_decide():
                sentence = _("This role comes from the group %(group)s of the university. Change the group instead.")
                raise ValidationError(sentence % {"group": form.instance.from_group})
            form.instance.from_group = ""


class OrganiserRows(DeskInline):
    """The organisers of a series, or the series of an organiser."""

    model = SeriesOrganiser
    formset = OrganiserFormSet
    readonly_fields = ["from_group"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        shown = super().get_fields(request, obj)
        return shown if settings.SINGLE_SIGN_ON else [name for name in shown if name != "from_group"]
