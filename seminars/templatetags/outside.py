"""What templates say to machines, walls and other sites: structured data, posters, screens, embeds."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from seminars import text
from seminars.formats import jsonld
from seminars.listings import Listing
from seminars.models import Talk, words

register = template.Library()
register.filter("gist", words.gist)


@register.simple_tag
def structured(listing: Listing) -> SafeString | str:
    """Return the one talk of a listing as a block of JSON-LD; it is read, never run, so the policy lets it be."""
    event = mark_safe(jsonld.render(listing).decode())  # noqa: S308  the format leaves no <, > or & in it
    return format_html('<script type="{}">{}</script>', jsonld.CONTENT_TYPE, event) if event else ""


@register.filter
def entry_line(talk: Talk) -> str:
    """Return the line by which calendars and whoever shares a talk know it: "ASSET: Ada Lovelace – On engines"."""
    series = [series.short_name for series in talk.all_series]
    return words.entry_line(series, talk.speaker_names, text.line(talk.title), talk.state)


@register.filter
def face(talk: Talk) -> str | None:
    """Return the key of the first photo of a speaker."""
    return next((person.speaker.photo_id for person in talk.speakers if person.speaker.photo_id), None)
