"""Topics on the desk."""

from django.contrib import admin

from seminars.admin.shared_rows import SharedRowWithHistoryAdmin
from seminars.models import Topic


@admin.register(Topic)
class TopicAdmin(SharedRowWithHistoryAdmin):
    """What visitors filter by."""

    search_fields = ["name"]
    fieldsets = [(None, {"fields": ["name"]})]
