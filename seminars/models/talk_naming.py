"""How a message names a talk, and what it may tell the organisers of another talk about it."""

from django.db.models import Model
from django.utils.translation import gettext as _

from seminars.date_formats import hours_there
from seminars.models.series import Series


def speaker_and_title(talk: Model) -> str:
    """Return "Ada Lovelace – On engines", or what of it is known."""
    names = talk.speaker_names if talk.pk else ""  # a talk that is not saved yet has no people to ask for
    known = " – ".join(part for part in (names, talk.title) if part)
    return known or _("To be announced")


def may_be_named(talk: Model, *, beside: Model) -> bool:
    """Tell whether a message about the talk `beside` may name this one; what is new in the same import may be named."""
    return talk.pk is None or talk.may_be_named_beside(beside)


def reserved_by(series: Series) -> str:
    """Return the little that other people may learn of a draft, or of an unlisted talk: whose it is and whom to ask."""
    if not series.is_listed:
        return _("reserved by another series")
    contact = series.contact_email or series.contact_name
    if contact:
        return _("reserved by the %(series)s (contact %(contact)s)") % {"series": series.full_name, "contact": contact}
    return _("reserved by the %(series)s") % {"series": series.full_name}


def taken_by(other: Model, *, beside: Model, named: str) -> str:
    """Say in a few words who has a room: `named`, with the talk's name for %(talk)s, or whose reservation it is.

    `beside` is the talk whose organisers read it; see `Talk.may_be_named_beside`.
    """
    if may_be_named(other, beside=beside):
        return named % {"talk": speaker_and_title(other), "series": other.series.short_name}
    return reserved_by(other.series)


def clash_sentence(talk: Model, other: Model) -> str:
    """Say who has the room and what to do, by the clocks where `talk` takes place."""
    words = {"room": talk.room.name, "hours": hours_there(other.span, talk.zone_name)}
    words["whom"] = taken_by(other, beside=talk, named=_("taken by “%(talk)s”"))
    return _("%(room)s is %(whom)s, %(hours)s. Choose another room or time.") % words
