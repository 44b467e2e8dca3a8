"""What templates say to machines, walls and other sites: structured data, calendars, posters, screens, embeds."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from seminars import date_formats, languages, phrases, text, times
from seminars.formats import card, ics_calendars, jsonld, qr, sharing
from seminars.listings import Listing
from seminars.models import Break, Series, Speaker, Talk, page_addresses
from seminars.templatetags import agenda
from seminars.times import local, today

register = template.Library()
register.filter("gist", phrases.gist)
register.simple_tag(ics_calendars.feed_address)
register.simple_tag(ics_calendars.ways_to_follow)
register.simple_tag(ics_calendars.ways_to_add)
register.simple_tag(sharing.ways_to_share)
register.simple_tag(card.card_link)


@register.simple_tag
def structured(listing: Listing, shown: card.CardLink | None = None) -> SafeString | str:
    """Return the one talk of a listing, and its card, as a block of JSON-LD.

    It is read, never run, so the policy lets it be.
    """
    return _block(jsonld.render(listing, page_addresses.absolute(shown.path) if shown else ""))


@register.simple_tag
def structured_list(listing: Listing, talks: Iterable[Talk]) -> SafeString | str:
    """Return talks of a listing as a block of JSON-LD that leads to each."""
    return _block(jsonld.render_list(listing, talks))


@register.simple_tag
def structured_person(speaker: Speaker) -> SafeString | str:
    """Return a speaker as a block of JSON-LD."""
    return _block(jsonld.render_person(speaker))


def _block(told: bytes) -> SafeString | str:
    thing = mark_safe(told.decode())  # noqa: S308  the format leaves no <, > or & in it
    return format_html('<script type="{}">{}</script>', jsonld.CONTENT_TYPE, thing) if thing else ""


@register.filter
def entry_line(talk: Talk) -> str:
    """Return the line that stands for a talk in calendars and shared links: "ASSET: Ada Lovelace – On engines"."""
    series = [series.short_name for series in talk.shown_series]
    return phrases.entry_line(series, talk.speaker_names, text.line(talk.title), talk.state)


# --- posters ---


@register.simple_tag(name="qr")
def code(thing: Model) -> SafeString:
    """Return the QR code of the page of a talk or series, in its shortest form that lasts: without a language."""
    path = languages.address_in(thing.lasting_path if isinstance(thing, Talk) else thing.get_absolute_url())
    picture = mark_safe(qr.render(page_addresses.absolute(path)).decode())  # noqa: S308  drawn from the address alone
    return format_html('<div role="img" aria-label="{}">{}</div>', _("QR code that leads to the page"), picture)


@register.filter
def loudness(talk: Talk) -> str:
    """Return the class of a poster whose words, few or many, fill the sheet and no more."""
    told_first = 20 if talk.is_called_off or talk.is_online_only or talk.is_newly_moved() else 0
    letters = len(text.line(talk.headline)) + 50 * max(len(talk.speakers) - 1, 0) + len(talk.notice) // 2 + told_first
    letters += 30 * len(phrases.other_lines(talk))
    steps = {30: "is-loud", 95: "is-plain", 165: "is-low", 330: "is-lowest"}
    return next((name for most, name in steps.items() if letters <= most), "is-lowest is-least")


@register.filter
def beginning_of_abstract(talk: Talk) -> SafeString:
    """Return as many blocks and sentences of an abstract as a poster has room for."""
    letters = {"is-loud": 520, "is-plain": 440, "is-low": 400}
    return text.beginning(talk.abstract, letters.get(loudness(talk), 260))


@register.filter
def crowd(entries: Sequence) -> str:
    """Return the class of a programme, by how many talks the sheet has to hold."""
    steps = {4: "is-airy", 6: "is-busy"}
    return next((name for most, name in steps.items() if len(entries) <= most), "is-crowded")


@register.filter
def months(entries: Sequence[Talk | Break]) -> str:
    """Return the months from the first talk or break to the last: "November 2025 to January 2026"."""
    first, last = (date_formats.month(agenda.day_of(entry)) for entry in (entries[0], entries[-1]))
    return first if first == last else _("%(start)s to %(end)s") % {"start": first, "end": last}


# --- screens ---

MOST_AT_ONCE = 3  # large cards that a screen has room for
COMING_DAYS = 7

register.simple_tag(timezone.now, name="this_moment")
register.simple_tag(times.zone_name, name="zone_name")


@register.simple_tag
def screen_parts(talks: Iterable[Talk]) -> dict[str, list[Talk] | Talk | None]:
    """Put upcoming talks where a screen shows them: now, or next; then (after now); also today; the coming days; later.

    The coming days are the seven after today.
    """
    shown = list(talks)
    happening = [talk for talk in shown if talk.is_happening()]
    now = happening[:MOST_AT_ONCE]
    first = next((talk for talk in shown if talk.is_going_ahead and talk not in happening), None)
    rest = [talk for talk in shown if talk not in now and talk != first]
    ahead = {talk.pk: (local(talk.starts_at).date() - today()).days for talk in rest}
    return {
        "now": now,
        "next": None if now else first,
        "then": first if now else None,
        "today": [talk for talk in rest if ahead[talk.pk] <= 0],
        "coming": [talk for talk in rest if 0 < ahead[talk.pk] <= COMING_DAYS],
        "later": [talk for talk in rest if ahead[talk.pk] > COMING_DAYS],
    }


# --- other sites ---


@register.simple_tag
def element_snippet(series: Series | None, limit: int, level: int, theme: str) -> SafeString:
    """Return what to paste for the custom element, escaped once more, so that a page shows it as it is."""
    page = series.get_absolute_url() if series else reverse("front")
    asked = {"series": series.slug if series else "", "limit": limit, "heading-level": level, "theme": theme}
    attributes = format_html_join("", ' {}="{}"', ((name, value) for name, value in asked.items() if value))
    snippet = '<script src="{}" async></script>\n<seminar-list{}>\n  <a href="{}">{}</a>\n</seminar-list>'
    script = page_addresses.absolute(reverse("embed-script"))
    return escape(format_html(snippet, script, attributes, page_addresses.absolute(page), _("Talks")))


@register.simple_tag
def frame_snippet(listing: Listing, limit: int, theme: str) -> SafeString:
    """Return what to paste for a frame, which is light or dark: it cannot take its colours from the page around."""
    address = f"{page_addresses.absolute(listing.address_of('embed/'))}?{urlencode({'limit': limit, 'theme': theme})}"
    snippet = '<iframe src="{}" title="{}"\n  width="100%" height="480" loading="lazy" frameborder="0"></iframe>'
    return escape(format_html(snippet, address, listing.title))
