"""An invitation to one talk, its corrections and its withdrawal, for the calendar of one reader (RFC 6047)."""

from functools import partial

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import phrases, text
from seminars.formats import announcement, ics_entry, ics_invitation
from seminars.formats.ics_facts import facts_of
from seminars.formats.letters.mailing import LetterText, in_language_of, message_to
from seminars.models import CalendarInvitation, Talk
from seminars.models.calendar_invitation import SentEntry
from seminars.models.edition import one_state
from seminars.models.letter import Letter

FILE = "invite.ics"


def invitation(letter: Letter) -> EmailMessage | None:
    """Return the talk as it is now, None if the reader has this version, has ended it, or the talk is over.

    Gmail and Outlook read the calendar beside the texts, other programs the attached file.
    """
    now = timezone.now()
    with one_state():
        row = CalendarInvitation.objects.outdated(now).with_number(letter.about["invitation"])
        if row is None:
            return None
        talk = Talk.objects.with_keys([row.talk_id]).for_entries().get()
    sent = _entry_sent(talk, row)
    calendar = ics_invitation.render(talk, row, sent.stamped_at)
    with in_language_of(row):
        why = _("You asked for an invitation to this talk.")
        message = message_to(row.email, _rendered(talk, row), row.address, why=why)
    method = ics_invitation.method_for(talk, row)
    message.attach_alternative(calendar.decode(), f"text/calendar; method={method}")
    message.attach(FILE, calendar, "application/ics")
    message.when_sent = partial(CalendarInvitation.objects.note_sent, row.pk, sent)
    return message


def _entry_sent(talk: Talk, row: CalendarInvitation) -> SentEntry:
    stamped_at = row.next_stamp(timezone.now())
    if not talk.is_public:
        return SentEntry(talk.sequence, stamped_at, row.sent_summary, row.sent_start, is_in_calendar=False)
    summary = ics_entry.summary(facts_of(talk))
    return SentEntry(talk.sequence, stamped_at, summary, talk.starts_at, talk.is_going_ahead)


def _rendered(talk: Talk, row: CalendarInvitation) -> LetterText:
    """Return the texts in the active language. A draft is not read: of a withdrawn talk they say what was sent."""
    organiser = ics_invitation.organiser_of(talk)
    is_change = row.is_in_calendar and row.sent_sequence is not None
    words = {"row": row, "organiser": organiser, "is_change": is_change, "talk": None}
    told = ""
    if talk.is_public:
        words |= {"talk": talk, "line": phrases.dated_line(talk), "whole": announcement.as_html([talk])}
        told = announcement.as_text([talk])
    words["opening"] = render_to_string("mail/calendar_opening.txt", words).strip()
    return LetterText(
        subject=text.line(render_to_string("mail/calendar_subject.txt", words)),
        text="\n\n".join(filter(None, [words["opening"], told])),
        html=render_to_string("mail/calendar.html", words),
        reply_to=organiser.email,
    )
