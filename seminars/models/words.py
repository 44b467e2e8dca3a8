"""Sentences about rows that more than one room of the house says."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import text
from seminars.models import moments
from seminars.models.states import Role, State
from seminars.times import local

if TYPE_CHECKING:
    from seminars.models.series import Series
    from seminars.models.talk import Talk


LENGTH_OF_GIST = 280  # characters of the abstract


def speaker_and_title(talk: "Talk") -> str:
    """Return "Ada Lovelace – On engines", or what of it is known."""
    known = " – ".join(part for part in (talk.speaker_names, talk.title) if part)
    return known or _("To be announced")


def entry_line(series: Iterable[str], names: str, title: str, state: str) -> str:
    """Return "ASSET + PRiML: Ada Lovelace – On engines"; what is missing and what is called off is said in words."""
    whole = f"{' + '.join(series)}: {_names_and_title(names, title)}"
    if state == State.POSTPONED:
        return _("POSTPONED: %(talk)s") % {"talk": whole}
    return _("CANCELLED: %(talk)s") % {"talk": whole} if state == State.CANCELLED else whole


def _names_and_title(names: str, title: str) -> str:
    if title and names:
        return f"{names} – {title}"
    if names:
        return _("%(names)s (title to be announced)") % {"names": names}
    return _("%(title)s (speaker to be announced)") % {"title": title} if title else _("to be announced")


def dated_line(talk: "Talk") -> str:
    """Return the line of a calendar entry after its day: feeds sort by when a talk was announced, so the title says
    when it takes place."""
    series = [series.short_name for series in talk.shown_series]
    words = {"day": moments.day(local(talk.starts_at), with_year=True)}
    words["talk"] = entry_line(series, talk.speaker_names, text.line(talk.title), talk.state)
    return _("%(day)s: %(talk)s") % words


def people_line(role: str, people: list[str]) -> str:
    """Return "Speakers: Ada Lovelace (London), Grace Hopper"."""
    if role == Role.SPEAKER:
        line = ngettext("Speaker: %(names)s", "Speakers: %(names)s", len(people))
    elif role == Role.MODERATOR:
        line = ngettext("Moderator: %(names)s", "Moderators: %(names)s", len(people))
    else:
        line = _("Committee: %(names)s")
    return line % {"names": ", ".join(people)}


def people_lines(talk: "Talk") -> list[str]:
    """Return a line for each role that somebody has, speakers first."""
    people = {role: [str(person) for person in talk.people_as(role)] for role in Role}
    return [people_line(role, named) for role, named in people.items() if named]


def place(location: str, *, has_link: bool) -> str:
    """Return the room with its address, "Online" for a talk that has only a link."""
    return location or (_("Online") if has_link else _("To be announced"))


def whereabouts(talk: "Talk") -> str:
    """Return where a talk takes place, on one line."""
    return place(talk.room.location if talk.room else "", has_link=bool(talk.join_url))


def gist(talk: "Talk") -> str:
    """Return what is new, when and where, and how the abstract begins, as plain text: what readers of feeds, search
    engines and messengers show in a list."""
    is_settled = talk.state in (State.CONFIRMED, State.DRAFT)
    news = ": ".join(filter(None, ("" if is_settled else talk.get_state_display(), text.line(talk.notice))))
    told = f"{moments.when(talk.span)} · {whereabouts(talk)}"
    beginning = text.excerpt(talk.abstract, LENGTH_OF_GIST)
    return " — ".join(part for part in (news, told, beginning) if part)


def clock(moment: datetime) -> str:
    """Return the department's time of day as the desk's fields take it: "13:15"."""
    return f"{local(moment):%H:%M}"


def day(moment: datetime) -> str:
    """Return the department's date in the locale's form."""
    return date_format(local(moment), "DATE_FORMAT")


def reserved_by(series: "Series") -> str:
    """Return the little that other people may learn of a draft, or of an unlisted talk: whose it is and whom to ask."""
    if not series.is_listed:
        return _("reserved by another series")
    contact = series.contact_email or series.contact_name
    if contact:
        return _("reserved by the %(series)s (contact %(contact)s)") % {"series": series.full_name, "contact": contact}
    return _("reserved by the %(series)s") % {"series": series.full_name}


def clash_sentence(talk: "Talk", other: "Talk") -> str:
    """Say who has the room and what to do; see `Talk.may_be_named_beside`."""
    words = {"room": talk.room.name, "start": clock(other.starts_at), "end": clock(other.ends_at)}
    if other.may_be_named_beside(talk):
        words["talk"] = speaker_and_title(other)
        return _("%(room)s is taken by '%(talk)s' from %(start)s to %(end)s. Choose another room or time.") % words
    words["whom"] = reserved_by(other.series)
    return _("%(room)s is %(whom)s from %(start)s to %(end)s. Choose another room or time.") % words
