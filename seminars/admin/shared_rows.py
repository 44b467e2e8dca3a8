"""What rooms, speakers, series and topics share on the desk: saving one tells every calendar that prints it."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminars.actions import shared_rows
from seminars.admin.base import DeskAdmin
from seminars.admin.history import HistoryEntry, HistoryMixin, recorded
from seminars.admin.shared_history import history_of_shared
from seminars.forms.desk import DeskForm


class SharedRowAdmin(DeskAdmin):
    """The pages of a kind of row that talks show."""

    def save_model(self, request: HttpRequest, obj: Model, form: DeskForm, change: bool) -> None:
        if form.has_changed():
            shared_rows.save(obj, checked=True)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[Any, dict[str, Any]]]:
        """Fold the address away: it is proposed, and rarely changed."""
        address = (_("Address of the page"), {"classes": ["collapse"], "fields": ["slug"]})
        return [*super().get_fieldsets(request, obj), address]


class SharedRowWithHistoryAdmin(HistoryMixin, SharedRowAdmin):
    """The pages of a kind of row that all series share: organisers see each change and can undo it."""

    def history_of(self, request: HttpRequest, obj: Model) -> list[HistoryEntry]:
        return history_of_shared(request, obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet | list[Model]) -> None:
        with recorded(request):
            shared_rows.delete(queryset)
