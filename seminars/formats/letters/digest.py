"""The digest: a listing as mail, with the talks of the week, what has changed since the last one, and what is ahead."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.mail import EmailMessage
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.formats import announcement
from seminars.formats.letters.mailing import Rendered, in_language_of, message_to, rendered_once
from seminars.models import Department, Edition, Subscriber, Talk
from seminars.models.letter import Letter
from seminars.times import Span, local

WEEK = timedelta(weeks=1)
AHEAD = timedelta(weeks=5)  # after the week
MOST_WHOLE = 25  # talks of a week that are told with their abstracts; of more, each gets a line
MOST_LINES = 60


class Parts(NamedTuple):
    """The talks of a digest."""

    week: list[Talk]
    changed: list[Talk]
    ahead: list[Talk]


def digest(letter: Letter) -> EmailMessage | None:
    """Return the digest of a subscriber, None if there is nothing to say or nobody wants it any more."""
    subscriber = Subscriber.objects.reachable().filter(pk=letter.about["subscriber"], wants_digest=True).first()
    if subscriber is None:
        return None
    since = datetime.fromisoformat(letter.about["since"])
    with in_language_of(subscriber):
        rendered = _rendering(subscriber, since)
        if rendered is None:
            return None
        why = _("You get this message because you subscribed to the talks of the week.")
        return message_to(subscriber.email, rendered, subscriber.address, why=why)


def _rendering(subscriber: Subscriber, since: datetime) -> Rendered | None:
    """Return what all get who chose the same: rendered once for each edition and hour."""
    now = timezone.now()
    series, topics = (sorted(_keys(rows.all())) for rows in (subscriber.series, subscriber.topics))
    hour = now.replace(minute=0, second=0, microsecond=0)
    same = (get_language(), subscriber.is_for_all, series, topics, since, hour, Edition.objects.number())
    return rendered_once("digest", same, lambda: _render(_parts(subscriber, since, now), now))


def _parts(subscriber: Subscriber, since: datetime, now: datetime) -> Parts:
    talks, end = subscriber.talks.upcoming(now), now + WEEK
    week = talks.during(Span(now, end)).soonest_first()[:MOST_LINES].for_pages()
    shown = {talk.pk for talk in week}
    changed = subscriber.talks.changed_since(since).soonest_first().exclude(pk__in=shown)[:MOST_LINES].for_pages()
    ahead = talks.ahead(now).starting_in(Span(end, end + AHEAD)).soonest_first()[:MOST_LINES].for_pages()
    return Parts(list(week), list(changed), list(ahead))


def _render(parts: Parts, now: datetime) -> Rendered | None:
    if not parts.week and not parts.changed:
        return None
    first = local(now).date()
    days = date_formats.dates(first, first + WEEK - timedelta(days=1))
    words = {"department": Department.objects.current().name, "days": days}
    subject = _("%(department)s: talks of %(days)s") % words
    whole = parts.week if len(parts.week) <= MOST_WHOLE else []
    context = {
        **parts._asdict(),
        "subject": subject,
        "week_as_text": announcement.as_text(whole),
        "week_as_html": announcement.as_html(whole) if whole else "",
    }
    text, html = (render_to_string(f"mail/digest.{form}", context).strip() for form in ("txt", "html"))
    return Rendered(subject, text, html)


def _keys(rows: Iterable[Model]) -> Iterable[int]:
    return (row.pk for row in rows)
