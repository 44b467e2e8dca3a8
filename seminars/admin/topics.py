"""Topics on the desk."""

from django.contrib import admin

from seminars.admin.shared import SharedAdmin
from seminars.models import Topic


@admin.register(Topic)
class TopicAdmin(SharedAdmin):
    """What visitors filter by."""

    search_fields = ["name"]
    fieldsets = [(None, {"fields": ["name"]})]
