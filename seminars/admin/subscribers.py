"""Who gets mail from this site: for administrators, who delete an address or hand it out when its owner asks for it."""

import csv
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.actions import calendar_invitations, subscriptions
from seminars.admin.base import DeskAdmin
from seminars.admin.rights import rights
from seminars.formats.csvfile import BYTE_ORDER_MARK, cell
from seminars.models import CalendarInvitation, Subscriber

KINDS = {name: Subscriber._meta.get_field(name).verbose_name for name in
         ("wants_digest", "wants_new_talks", "wants_changes")}  # fmt: skip


class AddressAdmin(DeskAdmin):
    """Rows with an address: only administrators see them, and only their owners change them."""

    search_fields = ["email"]
    actions = ["download"]
    end: Callable[[Any], None]  # what deletes a row, with the letters to it

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return rights(request).is_administrator

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Keep no entry in the log of the desk, which would hold the address for two years more."""

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.end(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for row in queryset:
            self.end(row)

    @admin.action(description=gettext_lazy("Download the selected addresses (CSV)"))
    def download(self, request: HttpRequest, rows: QuerySet) -> HttpResponse:
        """Return one line for each address (RFC 4180) with what is stored about it, times in UTC."""
        headers = {"Content-Disposition": f'attachment; filename="{self.opts.model_name}.csv"'}
        headers["Cache-Control"] = "private, no-store"
        response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
        lines = csv.writer(response)
        lines.writerow(self.columns)
        lines.writerows(self.line(row) for row in rows)
        return response


class KindFilter(admin.SimpleListFilter):
    """Those who get one kind of email."""

    title = gettext_lazy("kind of email")
    parameter_name = "gets"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(**{self.value(): True}) if self.value() in KINDS else None


@admin.register(Subscriber)
class SubscriberAdmin(AddressAdmin):
    """Who gets mail about which talks."""

    end = staticmethod(subscriptions.end)
    list_display = ["email", "kinds", "about", "confirmed_at", "suspended_at"]
    list_filter = [KindFilter]
    columns = ("email", "gets", "digest", "about", "language", "confirmed", "suspended")
    fields = ["email", "kinds", "about", "confirmed_at", "suspended_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_lists()

    @admin.display(description=gettext_lazy("gets"))
    def kinds(self, row: Subscriber) -> str:
        return ", ".join(str(words) for name, words in KINDS.items() if getattr(row, name))

    @admin.display(description=gettext_lazy("about"))
    def about(self, row: Subscriber) -> str:
        return _("all talks") if row.is_for_all else row.names

    def line(self, row: Subscriber) -> tuple[Any, ...]:
        suspended = row.suspended_at.isoformat() if row.suspended_at else ""
        digest = f"{row.get_digest_day_display()} {row.digest_clock:%H:%M}" if row.wants_digest else ""
        words = (cell(text) for text in (row.email, self.kinds(row), digest, self.about(row)))
        return *words, row.language, row.confirmed_at.isoformat(), suspended


@admin.register(CalendarInvitation)
class CalendarInvitationAdmin(AddressAdmin):
    """Who has one talk in their calendar by mail."""

    end = staticmethod(calendar_invitations.end)
    list_display = ["email", "talk", "asked_at"]
    fields = ["email", "talk", "language", "asked_at", "sent_at"]
    columns = ("email", "talk", "language", "asked", "sent")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_lists()

    def line(self, row: CalendarInvitation) -> tuple[Any, ...]:
        sent = row.sent_at.isoformat() if row.sent_at else ""
        return cell(row.email), cell(row.talk.headline), row.language, row.asked_at.isoformat(), sent
