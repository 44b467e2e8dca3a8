"""Topics on the desk."""

from django.contrib import admin

from seminars.admin.printed import PrintedAdmin
from seminars.models import Topic


@admin.register(Topic)
class TopicAdmin(PrintedAdmin):
    """What visitors filter by."""

    search_fields = ["name"]
    fieldsets = [(None, {"fields": ["name"]})]
