"""What the templates of the desk may say beyond those of the site."""

from datetime import UTC

from django import template
from django.contrib.messages.storage.base import Message
from django.urls import reverse

from seminars import date_formats
from seminars.models import SharedChange
from seminars.models.talk_naming import speaker_and_title
from seminars.phrases import shared_changes

register = template.Library()

register.filter("speaker_and_title", speaker_and_title)
register.filter("moment_in_utc", lambda moment: date_formats.moment(moment, UTC))
register.filter("deed", shared_changes.deed)


@register.filter
def history_address(note: SharedChange) -> str:
    """Return the address of the history of a speaker, room or topic."""
    return reverse(f"admin:seminars_{note.kind}_history", args=[note.key])


@register.filter
def undo_offered(message: Message) -> str:
    """Return the key of the change that a message offers to undo, "" where it offers nothing."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix("undo-") for tag in tags if tag.startswith("undo-")), "")
