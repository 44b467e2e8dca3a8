"""What looks odd about a talk: nothing forbids it, but it may be a mistake."""

import re
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from seminars import text
from seminars.date_formats import day, time_of_day
from seminars.models.appearance import Appearance
from seminars.models.breaks import Break
from seminars.models.department import Department
from seminars.models.prepared_query import PreparedQuery
from seminars.models.talk import Talk
from seminars.models.talk_prefetches import fetch_further_series
from seminars.models.terms import Term
from seminars.times import Span, local

LONG = timedelta(hours=4)
A_YEAR = timedelta(days=365)
EARLY = time(7)
SATURDAY = 5

_RECORDING = re.compile(
    r"https?://(?:[^/]+\.)?(?:youtube\.com|youtu\.be|vimeo\.com|panopto\.\w+|mediaspace\.\w+)/"
    r"|https?://[^?#]*/(?:rec|recordings?)(?:/|$)",
    re.IGNORECASE,
)


def warnings_of(talk: Talk) -> list[str]:
    """Return a sentence for each thing to look at again, in at most three queries; none if the talk is called off."""
    if talk.is_called_off:
        return []
    return [*_odd_times(talk), *_on_a_break(talk), *_odd_link(talk), *_twice_in_a_year(talk)]


def _odd_times(talk: Talk) -> list[str]:
    start, length = local(talk.starts_at, talk.zone_info), talk.ends_at - talk.starts_at
    found = []
    if length > LONG:
        hours = round(length / timedelta(hours=1), 1)
        found.append(_("It takes %(hours)s hours. Is the end time right?") % {"hours": f"{hours:g}"})
    if start.time() < EARLY:
        found.append(_("It begins at %(clock)s. Should it be in the afternoon?") % {"clock": time_of_day(start.time())})
    if start.weekday() >= SATURDAY and talk.series.default_weekday != start.weekday():
        found.append(_("It is on a weekend: %(day)s. Is the date right?") % {"day": day(start)})
    return found


def _on_a_break(talk: Talk) -> list[str]:
    date = local(talk.starts_at, talk.zone_info).date()
    sentence = _("It is in a break: %(reason)s. Is the date right?")
    return [
        sentence % {"reason": text.without_stop(one.reason)}
        for one in Break.objects.of_series(talk.series).touching(date, date)
    ]


def _odd_link(talk: Talk) -> list[str]:
    if not _RECORDING.match(talk.join_url):
        return []
    return [_("The join link looks like a recording. That belongs under “Afterwards”: link to the recording.")]


def _twice_in_a_year(talk: Talk) -> list[str]:
    """Name the other talks of its speakers in its term or within a year, as far as its organisers may know of them."""
    speakers = [person.speaker for person in talk.speakers]
    if not speakers:
        return []
    term = Term.of(local(talk.starts_at).date(), Department.objects.current().year_begins_in)
    first, last = talk.starts_at - A_YEAR, talk.starts_at + A_YEAR
    given = _GIVEN_ELSEWHERE.instances(Appearance, [speaker.pk for speaker in speakers], first, last, talk.pk)
    others = [person.talk for person in given]
    fetch_further_series(others)
    return [
        _twice(person.speaker.name, other, talk, term)
        for person, other in zip(given, others, strict=True)
        if other.may_be_named_beside(talk) and other.starts_at > first
    ]


def _twice(name: str, other: Talk, talk: Talk, term: Term) -> str:
    words = {"name": name, "day": day(local(other.starts_at)), "series": other.series_label}
    if term.span.starts_at <= other.starts_at < term.span.ends_at:
        return _("%(name)s speaks twice in this term: also on %(day)s (%(series)s).") % words
    if other.starts_at < talk.starts_at:
        return _("%(name)s spoke less than a year before: on %(day)s (%(series)s).") % words
    return _("%(name)s speaks again within a year: on %(day)s (%(series)s).") % words


def _given_elsewhere(
    appearances: QuerySet[Appearance], speakers: list[int], starts_at: datetime, ends_at: datetime, talk: int
) -> QuerySet:
    """Return these people at the other talks that they give in a span."""
    given = appearances.given_by(speakers, Span(starts_at, ends_at)).exclude(talk=talk)
    return given.select_related("speaker", "talk__series")


_GIVEN_ELSEWHERE = PreparedQuery(_given_elsewhere)
