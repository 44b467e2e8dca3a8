"""What rooms, speakers, series and topics share: saving one tells every calendar that prints it."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminars.actions import related_objects
from seminars.admin.base import DeskAdmin
from seminars.forms.desk import DeskForm


class RelatedObjectAdmin(DeskAdmin):
    """The pages of a kind of row that talks print."""

    def save_model(self, request: HttpRequest, obj: Model, form: DeskForm, change: bool) -> None:
        if form.has_changed():
            related_objects.save(obj, checked=True)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[Any, dict[str, Any]]]:
        """Fold the address away: it is proposed, and rarely changed."""
        address = (_("Address of the page"), {"classes": ["collapse"], "fields": ["slug"]})
        return [*super().get_fieldsets(request, obj), address]
