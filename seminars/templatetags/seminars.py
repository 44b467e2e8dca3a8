"""What every template may say beyond Django's own tags."""

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from seminars import access, date_formats, mail, phrases, text, times
from seminars.formats import colours
from seminars.listings import LABELS, Listing
from seminars.models import Attendance, Break, Department, Speaker, Talk, page_addresses
from seminars.models.fetched import fetched_rows
from seminars.models.initials import initials_of
from seminars.selectors.directory import letter_of
from seminars.selectors.filter_choices import Choices
from seminars.static_files import BUNDLE, STYLE_SHEETS, BundledStorage
from seminars.templatetags import agenda
from seminars.templatetags.languages import typed_language
from seminars.times import local, today

register = template.Library()

# --- typed text, through its only door ---


@register.filter
def markdown(source: str, language: str = "") -> SafeString:
    """Typeset Markdown with TeX; `language` is the talk's where it is not the department's."""
    return text.html(source, lang=language or typed_language() or None)


@register.filter
def markdown_for_feeds(source: str, language: str = "") -> SafeString:
    """Typeset Markdown with TeX for feed readers, which often do not support MathML."""
    return text.for_feeds(source, lang=language or None)


register.filter("inline", text.inline)
register.filter("line", text.line)
register.filter("plain", text.plain)
register.filter("excerpt", text.excerpt)


@register.tag
def styled_formulas(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Wrap a whole page: its head gets the style sheet of formulas, with their font, if there is one on the page."""
    content = parser.parse(("endstyled_formulas",))
    parser.delete_first_token()
    return PageWithFormulas(content)


class PageWithFormulas(template.Node):
    """A page whose head depends on whether its body has a formula."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        page = self.nodelist.render(context)
        if "<math" not in page:
            return page
        links = format_html(
            '<link rel="stylesheet" href="{}">\n<script type="module" src="{}"></script>\n</head>',
            static("css/math.css"),
            static("js/shown.js"),
        )
        return mark_safe(page.replace("</head>", links, 1))  # noqa: S308  a rendered page


# --- moments, in the department's time and the language's words ---

# In "12 noon", "5 November 2025" and "5. November" no line may end.
NUMBER_AND_WORD = re.compile(r"(?:(?<=\d)|(?<=\d\.)) (?=[^\W\d])|(?<=[^\W\d]) (?=\d{4}\b)")
SPACE = "\N{NO-BREAK SPACE}"
ONE_LINE = 22  # characters, that even a narrow card has room for


def together(said: str) -> str:
    return NUMBER_AND_WORD.sub(SPACE, said)


register.filter("iso", lambda moment: SafeString(local(moment).isoformat()))  # for machines (RFC 3339)
register.filter("local", local)
register.filter("month", date_formats.month)
register.filter("moment_in_mail", date_formats.moment)  # and feeds: text that people search and copy has plain spaces


register.filter("when_in_mail", lambda talk: date_formats.when(talk.span, talk.zone_name))
register.filter("clock", lambda moment: together(date_formats.clock(moment)))
register.filter("time_of_day", date_formats.time_of_day)
register.filter("near_day", lambda moment: together(date_formats.near_day(moment)))
register.filter("moment", lambda moment: together(date_formats.moment(moment)))
register.simple_tag(date_formats.zone, name="zone")
register.simple_tag(times.zone_name, name="zone_name")
register.simple_tag(mail.is_set_up, name="mail_is_set_up")
register.simple_tag(lambda: settings.SINGLE_SIGN_ON, name="single_sign_on")


@register.filter
def when(talk: Talk) -> SafeString:
    """Say "Wednesday, 5 November 2025, 12–1:15 pm, New York time"."""
    said = date_formats.when(talk.span, talk.zone_name)
    for zone in (date_formats.zone(), date_formats.zone(talk.zone_name)):
        said = said.replace(zone, zone.replace(" ", SPACE))
    day, _hours, rest = said.partition(date_formats.hours(talk.span))
    return format_html("{}{}{}", together(day), hours(talk), together(rest))


@register.filter
def elsewhere(talk: Talk) -> str:
    """Say "9–10:15 am, Vancouver time" of a talk whose own clocks show another time, and nothing of others."""
    return together(date_formats.elsewhere(talk.span, talk.zone_name))


@register.filter
def hours(talk: Talk) -> SafeString | str:
    """Say "12–1:15 pm", on one line if it is short: browsers end lines after a dash."""
    said = date_formats.hours(talk.span)
    is_short = len(said) <= ONE_LINE
    return format_html('<span class="unbroken">{}</span>', said) if is_short else together(said)


@register.filter
def until(talk: Talk) -> str:
    """Say "until 1 am" of a talk that began before today and is still on, and nothing of others."""
    began_before = local(talk.starts_at).date() < today()
    return together(date_formats.until(talk.span)) if began_before and talk.is_happening() else ""


@register.filter
def day(moment: datetime | date) -> str:
    """Say "Wednesday, 5 November", and the year if it is not the present one."""
    return together(date_formats.day(local(moment) if isinstance(moment, datetime) else moment))


@register.filter
def full_day(moment: datetime) -> str:
    """Say "Wednesday, 5 November 2025"."""
    return together(date_formats.day(local(moment), with_year=True))


@register.simple_tag
def date_parts(talk: Talk) -> SafeString:
    """Return the day of a talk as words to be heard, and its parts to be seen: "Wed", "5", "Nov" and maybe "2025"."""
    on = local(talk.starts_at).date()
    return _date_parts(on, get_language(), has_year=talk.is_over() or on.year != today().year)


@lru_cache(maxsize=1024)
def _date_parts(on: date, language: str | None, *, has_year: bool) -> SafeString:
    """Return the parts in the active language, which is `language`; a list says the same days often."""
    seen = [("weekday", "D"), ("day", "j"), ("month", "M"), *([("year", "Y")] if has_year else [])]
    words = ((name, date_formats.written(on, form)) for name, form in seen)
    parts = format_html_join("", '<span class="date-{}" aria-hidden="true">{}</span>', words)
    return format_html('<span class="unseen">{}</span> {}', together(date_formats.day(on, with_year=True)), parts)


@register.filter
def soon(moment: datetime) -> str:
    """Say "Today" or "Tomorrow", and nothing of other days."""
    return together(date_formats.near_day(moment)) if (local(moment).date() - today()).days in (0, 1) else ""


@register.filter
def days(pause: Break) -> str:
    """Say on which days there is a break."""
    return together(date_formats.days(pause.first_on, pause.last_on))


# --- lists ---


register.simple_tag(agenda.sections)
register.simple_tag(agenda.entries)
register.simple_tag(agenda.by_academic_year)
register.filter("is_break", lambda entry: isinstance(entry, Break))


@register.simple_tag
def first_ahead(talks: Iterable[Talk]) -> Talk | None:
    """Return the next talk: the first of these upcoming ones that goes ahead."""
    return next((talk for talk in talks if talk.is_going_ahead), None)


@register.simple_tag
def passwords() -> str:
    """Return whose passwords open this site: "all", "some", or "" if nobody's."""
    return "all" if settings.LOCAL_SIGN_IN is None else "some" if settings.LOCAL_SIGN_IN else ""


# --- what stands around a page ---


@register.simple_tag(takes_context=True)
def department(context: Context) -> Department:
    """Return the row that the view or the page's listing has fetched, or fetch it where there is none."""
    listing = context.get("listing")
    return context.get("department") or (listing.department if listing else Department.objects.current())


@register.simple_tag(takes_context=True)
def current(context: Context, name: str) -> str:
    """Mark the link to the address `name` if it is the page that is shown, or leads to a part with that page in it."""
    here, there = context["request"].path, reverse(name)
    if here == there:
        return format_html(' aria-current="{}"', "page")
    is_within = here.startswith(there) and name != "front"
    return format_html(' aria-current="{}"', "true") if is_within else ""


@register.simple_tag
def style_sheets() -> tuple[str, ...]:
    """Return the names of the style sheets of a page: one file where static files were collected."""
    return (BUNDLE,) if isinstance(staticfiles_storage, BundledStorage) else STYLE_SHEETS


register.filter("logo_on", Department.logo_on)
register.filter("solid_colour", colours.solid)
register.filter("address_of", Listing.address_of)
register.filter("absolute", page_addresses.absolute)
register.filter("has_desk", access.is_organiser)


# --- filters and indexes ---


@register.simple_tag
def fields(listing: Listing, choices: Choices) -> list[dict[str, Any]]:
    """Return the filters as a form shows them: a name, a label and options (value, words, whether chosen)."""
    offered = choices | {"mode": {way.value: way.label for way in Attendance}}
    chosen = listing.chosen
    names = [name for name in LABELS if name in offered or name in chosen]
    return [_field(name, str(LABELS[name]), offered.get(name, {}), chosen.get(name, [])) for name in names]


def _field(name: str, label: str, offered: dict[str, str], chosen: list) -> dict[str, Any]:
    # A former speaker's or an unlisted series' page may lead here, though no upcoming talk offers it.
    wanted = {str(getattr(one, "slug", one)): str(getattr(one, "label", one)) for one in chosen}
    options = [(value, words, value in wanted) for value, words in (wanted | offered).items()]
    return {"name": name, "label": label, "options": options, "is_several": len(chosen) > 1}


@register.filter
def folds(field: dict) -> bool:
    """Tell whether a group of choices is folded away: it is not the series, and nothing in it is chosen."""
    return field["name"] != "series" and not any(is_chosen for _value, _words, is_chosen in field["options"])


@register.filter
def label(chosen: Any) -> str:
    """Return the words for a value of a filter."""
    return str(getattr(chosen, "label", chosen))


@register.filter
def by_letter(people: Iterable[Speaker]) -> list[tuple[str, list[Speaker]]]:
    """Put people, who are in order, under the letter that their sort name begins with; "#" is no letter."""
    return [(letter, list(those)) for letter, those in groupby(people, key=lambda person: letter_of(person.sort_name))]


# --- one talk ---

MOST_FACES = 3  # beside the names of a talk in a list
SMALL, MIDDLE = 40, 144  # CSS pixels: the sides of faces for which thumbnail and portrait are large enough


register.filter("people", lambda talk: fetched_rows(talk, "appearances"))
register.filter("topics", lambda talk: fetched_rows(talk, "topics"))
register.filter("others_by_role", phrases.others_by_role)
register.filter("people_lines", phrases.people_lines)
register.filter("other_lines", phrases.other_lines)
register.filter("talk_line", phrases.talk_line)
register.filter("whereabouts", phrases.whereabouts)


@register.filter
def face(talk: Talk) -> str | None:
    """Return the key of the first photo of a speaker."""
    return next((person.speaker.photo_id for person in talk.speakers if person.speaker.photo_id), None)


@register.filter
def small_faces(talk: Talk) -> SafeString | str:
    """Return the faces of up to three speakers for a list: their photos, or initials where there is none."""
    speakers = talk.speakers
    shown = speakers if len(speakers) <= MOST_FACES else []
    faces = SafeString().join(face_of(person.speaker, SMALL) for person in shown)
    return format_html('<span class="faces">{}</span>', SafeString(faces)) if faces else ""


@register.filter
def face_of(speaker: Speaker, side: int) -> SafeString:
    """Return a photo in `side` × `side` CSS pixels, or the initials in its place; decoration beside the name."""
    if not speaker.photo_id:
        initials = initials_of(speaker.name)
        monogram = '<span class="face is-monogram" aria-hidden="true" data-initials="{}"></span>'
        return format_html(monogram, initials) if initials else SafeString()
    size = "thumbnail" if side <= SMALL else "portrait"
    address = reverse(size, args=[speaker.photo_id])
    sources = SafeString()
    if side > MIDDLE:
        large = reverse("photo", args=[speaker.photo_id])
        sources = format_html(' srcset="{0} 192w, {1} 512w" sizes="{2}px"', address, large, side)
    loading = SafeString(' loading="lazy"' if side <= SMALL else "")
    picture = '<img class="face" src="{0}"{1} width="{2}" height="{2}"{3} alt="">'
    return format_html(picture, address, sources, side, loading)


@register.filter
def as_picture(content: bytes) -> str:
    """Return WebP bytes as the address of a picture (RFC 2397), for one that is at no address yet."""
    return f"data:image/webp;base64,{b64encode(bytes(content)).decode()}"


@register.filter
def shown_address(url: str) -> str:
    """Return a link's address as people read it: without the scheme and what follows a question mark."""
    return url.partition("://")[2].partition("?")[0].rstrip("/")
