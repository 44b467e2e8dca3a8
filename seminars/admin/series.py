"""Series on the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.actions.usual_values import usual_values_of
from seminars.admin import carrying_on
from seminars.admin.base import DeskInline
from seminars.admin.organiser_rows import OrganiserRows
from seminars.admin.rights import rights
from seminars.admin.shared_rows import SharedRowAdmin
from seminars.forms.series import SeriesForm
from seminars.models import Series, SeriesTopic


class OrganiserInline(OrganiserRows):
    """Who looks after the series: all of them see it, administrators change it."""

    autocomplete_fields = ["user"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return rights(request).is_administrator

    has_change_permission = has_delete_permission = has_add_permission


class SeriesTopicInline(DeskInline):
    """What new talks begin with."""

    model = SeriesTopic
    autocomplete_fields = ["topic"]


@admin.register(Series)
class SeriesAdmin(SharedRowAdmin):
    """What a department runs and people subscribe to."""

    form = SeriesForm
    list_display = ["name", "short_name", "kind", "contact_name", "is_listed"]
    search_fields = ["name", "short_name"]
    inlines = [SeriesTopicInline, OrganiserInline]
    autocomplete_fields = ["default_room", "default_moderator"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "kind", "tagline", "about", "colour", "is_listed"]}),
        (_("Contact"), {"fields": ["contact_name", "contact_email", "mailing_list", "announce_days"]}),
        (
            _("Asking speakers"),
            {
                "fields": [
                    ("answers_go_live", "reminds_speakers"),
                    "ask_subject",
                    "ask_text",
                    "remind_text",
                    "thanks_text",
                ],
                "classes": ["collapse"],
            },
        ),
        (
            _("Defaults for new talks"),
            {
                "fields": [
                    ("default_weekday", "default_start", "default_minutes"),
                    "zone",
                    "default_room",
                    ("default_join_url", "default_passcode"),
                    "default_join_access",
                    ("default_host", "default_language"),
                    "default_moderator",
                    "default_audience",
                    "default_programme",
                    "default_recording",
                    "default_abstract",
                    "default_notes",
                ]
            },
        ),
    ]

    # --- saving ---

    def save_model(self, request: HttpRequest, obj: Series, form: SeriesForm, change: bool) -> None:
        """Keep the usual values that it had, which its coming talks still have."""
        request.editor.usual_before = usual_values_of(Series.objects.get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)

    def response_change(self, request: HttpRequest, obj: Series) -> HttpResponse:
        """Save, then ask whether coming talks shall have the new usual values too."""
        response = super().response_change(request, obj)
        if IS_POPUP_VAR in request.POST:
            return response
        return carrying_on.offer(request, obj, request.editor.usual_before, then=response.url) or response

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[Any, bool]:
        """A talk may be joint with any series that the organiser knows of, not only with those that they look after."""
        if request.GET.get("model_name") == "jointtalk" and "field_name" in request.GET:
            queryset = access.series_visible_to(request.user)
        return super().get_search_results(request, queryset, search_term)
