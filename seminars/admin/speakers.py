"""Speakers on the desk."""

from django.contrib import admin
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from seminars.admin.photos import PictureAdmin
from seminars.admin.printed import PrintedAdmin
from seminars.forms.photos import SpeakerForm
from seminars.models import Speaker


@admin.register(Speaker)
class SpeakerAdmin(PictureAdmin, PrintedAdmin):
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
