"""What the picture of a shared link shows: the facts of a card, its address and its alternative text."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from seminars import date_formats, text
from seminars.formats import colours
from seminars.formats.card_facts import HEIGHT, WIDTH, Card
from seminars.formats.card_process import drawer
from seminars.models import Department, Series, State, Talk
from seminars.models.department_language import in_department_language
from seminars.models.initials import initials_of
from seminars.phrases import dated_line

CONTENT_TYPE = "image/png"


@dataclass(frozen=True)
class CardLink:
    """The path of a card and what it shows in words."""

    path: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


def card_of(thing: Talk | Series | Department, department: Department) -> Card | None:
    """Return the card in the department's language, None for what visitors cannot find: drafts and unlisted series.

    A talk comes with series, room and people.
    """
    with in_department_language():
        if isinstance(thing, Talk):
            return _of_talk(thing, department) if thing.is_public and thing.is_listed else None
        if isinstance(thing, Series):
            return _of_series(thing, department) if thing.is_listed else None
        return _card(department, title=text.line(str(department.name)), people=text.line(department.tagline))


def card_link(thing: Talk | Series | Department, department: Department) -> CardLink | None:
    """Return what a page says about its card, None where there is none; the same on pages in every language."""
    card = card_of(thing, department)
    if card is None:
        return None
    with in_department_language():
        if isinstance(thing, Talk):
            return CardLink(thing.address.path(f"card-{card.digest}.png"), dated_line(thing))
        if isinstance(thing, Series):
            return CardLink(reverse("series-card", args=[thing.slug, card.digest]), _said(card))
        return CardLink(reverse("card", args=[card.digest]), _said(card))


def render(card: Card, pictures: Mapping[str, bytes]) -> bytes:
    """Return the card as PNG; `pictures` are the bytes of its photos by digest, those that are still stored."""
    return drawer.draw(card, pictures)


def _said(card: Card) -> str:
    return " – ".join(filter(None, (card.title, card.people)))


def _of_series(series: Series, department: Department) -> Card:
    words = {"label": text.line(series.full_name), "title": text.line(series.name), "people": text.line(series.tagline)}
    return _card(department, accent=colours.solid(series.colour), **words)


def _of_talk(talk: Talk, department: Department) -> Card:
    alone = talk.speakers[0].speaker if len(talk.speakers) == 1 else None
    return _card(
        department,
        accent=colours.solid(talk.shown_series[0].colour),
        label=text.line(talk.home_label),
        title=text.line(talk.headline),
        people=_people(talk),
        lines=(date_formats.when(talk.span, talk.zone_name), _place(talk)),
        state="" if talk.state == State.CONFIRMED else talk.get_state_display(),
        is_off=talk.is_called_off,
        face=(alone and alone.photo_id) or "",
        initials=initials_of(alone.name) if alone and not alone.photo_id else "",
    )


def _people(talk: Talk) -> str:
    if not talk.speakers:
        return _("Speaker to be announced")
    return text.line(", ".join(map(str, talk.speakers))) if talk.title else _("Title to be announced")


def _place(talk: Talk) -> str:
    if talk.room is None:
        return _("Online") if talk.is_online else _("Place to be announced")
    room = text.line(str(talk.room))
    return f"{room} {_('and online')}" if talk.join_url else room


def _card(department: Department, **shown: str | bool | tuple[str, ...]) -> Card:
    logo = department.logo_on("light")
    usual = {"label": "", "people": "", "lines": (), "state": "", "is_off": False, "face": "", "initials": ""}
    of_department = {
        "department": text.line(str(department.name)),
        "typeface": str(department.typeface),
        "accent": colours.solid(department.accent),
        "logo": logo.photo.pk if logo else "",
        "logo_has_plate": bool(logo and logo.has_plate),
    }
    return Card(**usual | of_department | shown)
