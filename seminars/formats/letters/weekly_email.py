"""The weekly email: a listing as mail, with the talks of the week, what has changed, and what is ahead."""

import re
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seminars import date_formats, text
from seminars.formats import announcement
from seminars.formats.letters.mailing import (
    LONGEST_HTML,
    LetterText,
    in_language_of,
    message_to,
    more_talks,
    rendered_once,
)
from seminars.models import Department, Edition, Subscriber, Talk
from seminars.models.letter import Letter
from seminars.selectors.weekly_talks import WEEK, WeeklyTalks, weekly_talks
from seminars.times import local

BLANK_LINES = re.compile(r"\n{3,}")
MOST_WHOLE = 25  # talks of a week that are told with their abstracts; of more, each gets a line
LONGEST_WHOLE = LONGEST_HTML * 3 // 5  # bytes of these; changes and what is ahead need room too


def weekly_email(letter: Letter) -> EmailMessage | None:
    """Return the weekly email of a subscriber, None if there is nothing to say or nobody wants it any more."""
    subscriber = letter.subscriber
    if subscriber is None or not subscriber.wants_digest or not subscriber.is_reachable:
        return None
    since = datetime.fromisoformat(letter.about["since"])
    with in_language_of(subscriber):
        rendered = _rendering(subscriber, since)
        if rendered is None:
            return None
        why = _("You get this message because you subscribed to the talks of the week.")
        return message_to(subscriber.email, rendered, subscriber.address, why=why)


def _rendering(subscriber: Subscriber, since: datetime) -> LetterText | None:
    """Return what all get who chose the same: rendered once for each edition and hour."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    same = (get_language(), subscriber.chosen, since, hour, Edition.objects.number())
    return rendered_once("weekly email", same, lambda: _render(weekly_talks(subscriber.talks, since, now), now))


def _render(told: WeeklyTalks, now: datetime) -> LetterText | None:
    if not told.week and not told.changed:
        return None
    first = local(now).date()
    days = date_formats.dates(first, first + WEEK - timedelta(days=1))
    words = {"department": Department.objects.current().name, "days": days}
    subject = text.line(_("%(department)s: talks of %(days)s") % words)
    as_text, as_html = _whole(told.week)
    context = {
        **told._asdict(),
        "subject": subject,
        "more": more_talks(told.left_out),
        "week_as_text": as_text,
        "week_as_html": as_html,
    }
    plain, html = (render_to_string(f"mail/weekly_email.{form}", context).strip() for form in ("txt", "html"))
    return LetterText(subject, BLANK_LINES.sub("\n\n", plain), html)


def _whole(week: list[Talk]) -> tuple[str, str]:
    """Return the talks with their abstracts, as text and as HTML; "" twice if that is too long for a message."""
    if not 0 < len(week) <= MOST_WHOLE:
        return "", ""
    both = announcement.as_text(week), announcement.as_html(week)
    return both if max(len(whole.encode()) for whole in both) <= LONGEST_WHOLE else ("", "")
