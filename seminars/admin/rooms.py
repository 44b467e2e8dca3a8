"""Rooms on the desk."""

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.admin.shared_rows import SharedRowWithHistoryAdmin
from seminars.forms.desk import DeskForm
from seminars.models import Room


@admin.register(Room)
class RoomAdmin(SharedRowWithHistoryAdmin):
    """Where talks take place."""

    list_display = ["name", "building", "city", "capacity", "is_exclusive"]
    list_display_links = ["name"]
    search_fields = ["name", "building", "formerly", "street"]
    fieldsets = [
        (None, {"fields": ["name", "building", "capacity", "is_exclusive"]}),
        (_("Address"), {"fields": ["street", "city", "region", "postal_code", "country", "zone"]}),
        (_("Getting there"), {"fields": ["map_url", ("latitude", "longitude"), "getting_there", "access_notes"]}),
        (_("Former name"), {"fields": ["formerly", "formerly_until"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Room, form: DeskForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data and "formerly" not in form.changed_data and obj.formerly_until:
            words = {"old": obj.formerly, "until": date_format(obj.formerly_until)}
            sentence = gettext(
                "Visitors see “formerly %(old)s” until %(until)s. Change or clear it under “Former name”."
            )
            self.message_user(request, sentence % words, messages.INFO)
