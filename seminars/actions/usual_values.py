"""The usual values of a series that its coming talks may be given too, after somebody has changed them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from seminars import times
from seminars.models import Role, Series, SeriesTopic, Talk, TalkQuerySet
from seminars.models.fetched import fetched_rows

Raw = dict[str, Any]  # by the names that `several_talks.prospects` reads, in values that JSON has
OF_THE_LINK = {"passcode", "join_access"}


def usual_values_of(series: Series) -> Raw:
    """Return what is usual for talks of a series: rows by their keys, the start as "12:00"."""
    start = series.default_start
    return {
        "room": series.default_room_id,
        "start": f"{start:%H:%M}" if start else None,
        "minutes": series.default_minutes,
        "join_url": series.default_join_url,
        "passcode": series.default_passcode,
        "join_access": series.default_join_access,
        "moderator": series.default_moderator_id,
        "host": series.default_host,
        "language": series.default_language,
        "topics": sorted(SeriesTopic.objects.filter(series=series).values_list("topic", flat=True)),
    }


def changed_since(was: Raw, series: Series) -> Raw:
    """Return the usual values that are others than before; a start that is no longer usual changes no talk."""
    now = usual_values_of(series)
    return {name: now[name] for name in was if now[name] != was[name] and (name, now[name]) != ("start", None)}


def coming_talks(series: Series, among: TalkQuerySet, now: datetime | None = None) -> TalkQuerySet:
    """Keep the talks at home in a series that are still to start and not called off, drafts too; soonest first."""
    now = now or timezone.now()
    return among.filter(series=series).ahead(now).since(now).soonest_first()


def has_values(talk: Talk, usual: Raw) -> bool:
    return _values_of(talk, usual) == usual


def names_of_other_values(talk: Talk, was: Raw, usual: Raw) -> list[str]:
    """Return which values a talk has of its own: neither those that were usual nor those that are now.

    A passcode and who sees the link belong to the link, so a talk that would get them needs one of the usual links.
    """
    own = _values_of(talk, usual)
    names = [name for name in usual if own[name] not in (was[name], usual[name])]
    link = talk.series.default_join_url
    is_of_the_link = any(own[name] != usual[name] for name in OF_THE_LINK & usual.keys())
    if is_of_the_link and talk.join_url not in (link, was.get("join_url", link)):
        names = list(dict.fromkeys(["join_url", *names]))
    return names


def _values_of(talk: Talk, names: Iterable[str]) -> Raw:
    asked = {
        "room": lambda: talk.room_id,
        "start": lambda: f"{times.local(talk.starts_at, talk.zone_info):%H:%M}",
        "minutes": lambda: (talk.ends_at - talk.starts_at).total_seconds() / 60,
        "topics": lambda: sorted(topic.pk for topic in fetched_rows(talk, "topics")),
        "moderator": lambda: _moderator_of(talk),
        "host": lambda: talk.hosted_by,
    }
    return {name: asked[name]() if name in asked else getattr(talk, name) for name in names}


def _moderator_of(talk: Talk) -> int | list[int] | None:
    """Return the key of the moderator, None without one; of several all keys, which no series has as usual."""
    keys = [one.speaker_id for one in talk.people_as(Role.MODERATOR)]
    return keys if len(keys) > 1 else next(iter(keys), None)
