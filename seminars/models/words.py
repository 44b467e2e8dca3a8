"""Sentences about rows that more than one room of the house says."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from seminars.times import local

if TYPE_CHECKING:
    from seminars.models.series import Series
    from seminars.models.talk import Talk


def speaker_and_title(talk: "Talk") -> str:
    """Return "Ada Lovelace – On engines", or what of it is known."""
    known = " – ".join(part for part in (talk.speaker_names, talk.title) if part)
    return known or _("To be announced")


def clock(moment: datetime) -> str:
    """Return the department's time of day as the desk's fields take it: "13:15"."""
    return f"{local(moment):%H:%M}"


def day(moment: datetime) -> str:
    """Return the department's date in the locale's form."""
    return date_format(local(moment), "DATE_FORMAT")


def reserved_by(series: "Series") -> str:
    """Return the little that other people may learn of a draft: whose it is and whom to ask."""
    contact = series.contact_email or series.contact_name
    if contact:
        return _("reserved by the %(series)s (contact %(contact)s)") % {"series": series.full_name, "contact": contact}
    return _("reserved by the %(series)s") % {"series": series.full_name}


def clash_sentence(talk: "Talk", other: "Talk") -> str:
    """Say who has the room and what to do; another series' draft is named only by its series."""
    words = {"room": talk.room.name, "start": clock(other.starts_at), "end": clock(other.ends_at)}
    if other.is_public or other.series_id == talk.series_id:
        words["talk"] = speaker_and_title(other)
        return _("%(room)s is taken by '%(talk)s' from %(start)s to %(end)s. Choose another room or time.") % words
    words["whom"] = reserved_by(other.series)
    return _("%(room)s is %(whom)s from %(start)s to %(end)s. Choose another room or time.") % words
