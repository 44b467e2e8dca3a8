"""Announcements of a talk or a week: to the mailing list of a series, to its subscribers, and a test to oneself."""

from datetime import date

from django.core.mail import EmailMessage
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seminars import access
from seminars.formats import announcement as texts
from seminars.formats.letters.mailing import (
    LetterText,
    in_language_of,
    message_from_desk,
    message_to,
    rendered_once,
)
from seminars.models import Announcement, Edition, Series, Talk, User
from seminars.models.letter import Letter


def announcement(letter: Letter) -> EmailMessage | None:
    """Return an announcement for one address.

    None if it was withdrawn, its talks are drafts again or over, or the subscriber wants it no more.
    """
    if "person" in letter.about:
        return _test(letter)
    row = Announcement.objects.to_render(letter.about["announcement"])
    if row is None:
        return None
    if "subscriber" not in letter.about:
        rendered = _rendering(row)
        return message_from_desk(letter.to, rendered) if rendered else None
    reader = row.choosers.in_bulk([letter.about["subscriber"]]).get(letter.about["subscriber"])
    if reader is None:
        return None
    with in_language_of(reader):
        rendered = _rendering(row)
        why = _("You get this message because you subscribed to these talks.")
        return message_to(reader.email, rendered, reader.address, why=why) if rendered else None


def _test(letter: Letter) -> EmailMessage | None:
    """Return the announcement to somebody who looks after the series, before it is sent to anybody else."""
    about = letter.about
    person = User.objects.in_bulk([about["person"]]).get(about["person"])
    series = Series.objects.in_bulk([about["series"]]).get(about["series"])
    talk = Talk.objects.in_bulk([about["talk"]]).get(about["talk"])
    week = date.fromisoformat(about["week"]) if about["week"] else None
    if person is None or series is None or not (talk or week):
        return None
    if not access.may_change_series(access.away(person), series):
        return None
    rendered = _rendering(Announcement(series=series, talk=talk, week=week))
    if rendered is None:
        return None
    subject = _("Test: %(subject)s") % {"subject": rendered.subject}
    return message_from_desk(person.email, rendered._replace(subject=subject))


def _rendering(row: Announcement) -> LetterText | None:
    """Return what all get in one language, None if there is nothing to say: rendered once for each edition."""
    same = (get_language(), row.series_id, row.talk_id, row.week, Edition.objects.number())
    return rendered_once("announcement", same, lambda: _render(row))


def _render(row: Announcement) -> LetterText | None:
    listing = texts.still_to_come(texts.listing_of(row))
    talks = list(listing.talks.soonest_first().for_pages())
    if not talks:
        return None
    subject = texts.as_subject(listing, talks)
    return LetterText(subject, texts.as_text(talks), texts.as_html(talks), row.series.contact_email)
