"""Who gets mail from this site: for administrators, who delete an address or hand it out when its owner asks for it."""

import csv
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.admin.base import DeskAdmin
from seminars.admin.rights import rights
from seminars.formats.csvfile import BYTE_ORDER_MARK, cell
from seminars.models import Subscriber


@admin.register(Subscriber)
class SubscriberAdmin(DeskAdmin):
    """Addresses to look at, to download and to delete; only their owners subscribe and choose."""

    list_display = ["email", "kinds", "about", "confirmed_at", "suspended_at"]
    list_filter = ["wants_digest", "wants_new_talks", "wants_changes"]
    search_fields = ["email"]
    actions = ["download"]
    fields = ["email", "kinds", "about", "confirmed_at", "suspended_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:
        return rights(request).is_administrator

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_lists()

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Keep no entry in the log of the desk, which would hold the address for two years more."""

    @admin.display(description=gettext_lazy("gets"))
    def kinds(self, row: Subscriber) -> str:
        named = {"wants_digest": _("The talks of the week"), "wants_new_talks": _("New talks")}
        named["wants_changes"] = _("Changes")
        return ", ".join(words for name, words in named.items() if getattr(row, name))

    @admin.display(description=gettext_lazy("about"))
    def about(self, row: Subscriber) -> str:
        return _("all talks") if row.is_for_all else row.names

    @admin.action(description=gettext_lazy("Download the selected addresses (CSV)"))
    def download(self, request: HttpRequest, rows: QuerySet) -> HttpResponse:
        """Return one line for each address (RFC 4180) with all that is stored about it, times in UTC."""
        headers = {
            "Content-Disposition": 'attachment; filename="subscribers.csv"',
            "Cache-Control": "private, no-store",
        }
        response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
        lines = csv.writer(response)
        lines.writerow(("email", "gets", "about", "language", "confirmed", "suspended"))
        lines.writerows(self._line(row) for row in rows)
        return response

    def _line(self, row: Subscriber) -> tuple[Any, ...]:
        suspended = row.suspended_at.isoformat() if row.suspended_at else ""
        words = (cell(text) for text in (row.email, self.kinds(row), self.about(row)))
        return *words, row.language, row.confirmed_at.isoformat(), suspended
