"""Sources on the desk: the addresses that series take their talks from, and what waits there."""

from importlib import import_module
from types import ModuleType
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars.admin.base import DeskAdmin
from seminars.admin.talk_initial import chosen_series
from seminars.admin.talk_list import SeriesFilter
from seminars.models import Source

MOST_AT_ONCE = 3  # each may take half a minute


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    """Organisers follow the calendar that is still kept elsewhere, until they leave it."""

    list_display = ["shortened", "series", "is_active", "checked_at", "outcome"]
    list_display_links = ["shortened"]
    list_select_related = ["series"]
    list_filter = [SeriesFilter]
    search_fields = ["url"]
    ordering = ["series__name", "pk"]
    fieldsets = [(None, {"fields": ["series", "url", "applies", "draft", "is_active"]})]
    actions = ["look"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"series": chosen_series(request)}

    @admin.display(description=gettext_lazy("address"), ordering="url")
    def shortened(self, source: Source) -> str:
        return Truncator(source.url).chars(80)

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, source: Source) -> str | SafeString:
        if source.problem:
            return source.problem
        if not source.waiting:
            return "" if source.checked_at is None else _("Nothing new")
        words = ngettext("%(count)d change is waiting", "%(count)d changes are waiting", source.waiting) % {
            "count": source.waiting
        }
        return format_html('<a href="{}?source={}">{}</a>', reverse("admin:import"), source.pk, words)

    @admin.action(description=gettext_lazy("Check the selected addresses now"), permissions=["change"])
    def look(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Look at the first few; the timer looks at all of them."""
        following = _following()
        for source in queryset.order_by("pk")[:MOST_AT_ONCE]:
            found = following.follow(source)
            is_failed = found is following.Found.FAILED
            sentence = _("%(found)s: %(url)s") % {
                "url": Truncator(source.url).chars(80), "found": source.problem if is_failed else found.value
            }  # fmt: skip
            messages.add_message(request, messages.ERROR if is_failed else messages.SUCCESS, sentence)
        if (more := queryset.count() - MOST_AT_ONCE) > 0:
            messages.warning(request, _("%(count)d more were not checked. Select fewer.") % {"count": more})

    def save_model(self, request: HttpRequest, obj: Source, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        _following().remember_address(obj)


def _following() -> ModuleType:
    """Import the importer when it is needed: it takes several MB, which workers that only serve visitors do without."""
    return import_module("seminars.importing.following")
