"""Speakers on the desk."""

import json
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from seminars.admin.merging import merge_page
from seminars.admin.photos import PictureAdmin
from seminars.admin.rights import rights
from seminars.admin.shared_rows import SharedRowWithHistoryAdmin
from seminars.forms import parameters
from seminars.forms.speakers import SpeakerForm
from seminars.models import Speaker


@admin.register(Speaker)
class SpeakerAdmin(PictureAdmin, SharedRowWithHistoryAdmin):
    """The people who appear at talks, shared by all series."""

    form = SpeakerForm
    list_display = ["name", "affiliation", "has_biography", "has_photo"]
    search_fields = ["name", "sort_name", "other_names", "affiliation", "email"]
    fieldsets = [
        (None, {"fields": ["name", "affiliation", "pronouns", "homepage", "orcid", "email"]}),
        (None, {"fields": ["biography"]}),
        (_("Photo"), {"fields": ["present_picture", "upload", "is_without_picture"]}),
        (_("Sorting and searching"), {"classes": ["collapse"], "fields": ["sort_name", "other_names"]}),
    ]

    @admin.display(description=_("biography"), boolean=True)
    def has_biography(self, speaker: Speaker) -> bool:
        return bool(speaker.biography)

    @admin.display(description=_("photo"), boolean=True)
    def has_photo(self, speaker: Speaker) -> bool:
        return speaker.photo_id is not None

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        """Only those who appear at a public talk have a page."""
        return super().get_view_on_site_url(obj) if obj and Speaker.objects.public().contains(obj) else None

    # --- one row for each person ---

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Speaker], search_term: str
    ) -> tuple[QuerySet[Speaker], bool]:
        """Find people despite accents and typos, in the list and as somebody types a name in a talk's form."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        alike = Speaker.objects.looked_for(search_term)
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=alike.values("pk"))), False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """Hand the person who was there already to the form behind a popup that asked "Did you mean …?"."""
        known = Speaker.objects.all() if self.has_add_permission(request) else Speaker.objects.none()
        existing = parameters.row(request.GET, "_existing", known)
        if existing is None:
            return super().add_view(request, form_url, extra_context)
        chosen = json.dumps({"value": str(existing.pk), "obj": str(existing)})
        return TemplateResponse(request, "admin/popup_response.html", {"popup_response_data": chosen})

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **options: Any) -> HttpResponse:
        is_popup = context["is_popup"]
        context["may_merge"] = context["original"] and rights(request).is_administrator and not is_popup
        return super().render_change_form(request, context, *args, **options)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(merge_page, self))
        return [path("<int:object_id>/merge/", page, name="seminars_speaker_merge"), *super().get_urls()]
