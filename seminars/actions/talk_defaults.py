"""The initial values of a new talk of a series."""

from datetime import date, datetime, timedelta
from typing import Any

from seminars import times
from seminars.models import Appearance, Break, Role, Series, Speaker, Talk
from seminars.models.wall_times import zone_info
from seminars.times import Span

WEEKS_AHEAD = 60  # how far ahead to look for a free day
BESIDE_PLACE = ("join_access", "host", "language", "audience", "programme", "recording", "notes")
COPIED = ("series", "zone", "kind", "title", "language", "abstract", "room", "join_url", "passcode", "join_access",
          "host", "audience", "programme")  # fmt: skip
OF_THE_DAY = ("recording", "notes")  # which a copy has from its series


def defaults_of(series: Series, *, after: date | None = None) -> dict[str, Any]:
    """Return the fields that a new talk of `series` begins with, on its next free day after `after` (today)."""
    start = next_start(series, after=after or times.today())
    end = start and start + timedelta(minutes=series.default_minutes)
    return {"starts_at": start, "ends_at": end} | standing_defaults(series)


def standing_defaults(series: Series) -> dict[str, Any]:
    """Return the fields that are the same for every new talk of `series`, whenever it is."""
    return defaults_beside_place(series) | {
        "series": series,
        "room": series.default_room,
        "join_url": series.default_join_url,
        "passcode": series.default_passcode,
    }


def usual_people(series: Series) -> list[Appearance]:
    """Return the people whom a new talk of `series` begins with, unsaved: its moderator."""
    person = series.default_moderator
    return [] if person is None else [moderator_row(person)]


def moderator_row(person: Speaker, *, order: int = 1) -> Appearance:
    """Return the row of a moderator, unsaved, with their present affiliation."""
    return Appearance(speaker=person, role=Role.MODERATOR, affiliation=person.affiliation, order=order)


def defaults_beside_place(series: Series) -> dict[str, Any]:
    """Return those of them that say nothing of where it is: a talk from elsewhere without a place has none here."""
    return {name: getattr(series, f"default_{name}") for name in BESIDE_PLACE}


def next_start(series: Series, *, after: date) -> datetime | None:
    """Return the next free slot of a series after the day `after`; None without a usual weekday and time.

    A day is free if it is no break and the series has no talk on it.
    """
    if series.default_weekday is None or series.default_start is None:
        return None
    first = after + timedelta(days=1 + (series.default_weekday - after.weekday() - 1) % 7)
    free = _free_day(series, first)
    return free and times.at(free, series.default_start)


def _free_day(series: Series, first: date) -> date | None:
    """Return the first free day among `first` and the same weekday of the following weeks; None if none is free."""
    return next(iter(free_days(series, first)), None)


def free_days(series: Series, first: date) -> list[date]:
    """Return the free days among `first` and the same weekday of the following weeks: two queries."""
    candidates = [first + timedelta(weeks=week) for week in range(WEEKS_AHEAD)]
    span = Span(times.start_of(first), times.start_of(candidates[-1] + timedelta(days=1)))
    starts = Talk.objects.in_series(series).starting_in(span).values_list("starts_at", flat=True)
    zone = zone_info(Talk(series=series).zone_in(series.default_room))
    taken = {times.local(start, zone).date() for start in starts}
    breaks = list(Break.objects.of_series(series).touching(first, candidates[-1]))
    return [day for day in candidates if day not in taken and not any(day in one for one in breaks)]


def defaults_after(talk: Talk) -> dict[str, Any]:
    """Return the fields of a new talk of the same series in the next free slot."""
    return standing_defaults(talk.series) | _slot_after(talk)


def copy_of(talk: Talk) -> dict[str, Any]:
    """Return the fields of a talk in the next free slot of its series; those about its own day are as is usual."""
    usual = {name: getattr(talk.series, f"default_{name}") for name in OF_THE_DAY}
    return {name: getattr(talk, name) for name in COPIED} | usual | _slot_after(talk)


def _slot_after(talk: Talk) -> dict[str, datetime]:
    """Return start and end of the series' next free slot: the usual one, else a week later or more, as long."""
    local_start = times.local(talk.starts_at, talk.zone_info)
    if start := next_start(talk.series, after=local_start.date()):
        return {"starts_at": start, "ends_at": start + timedelta(minutes=talk.series.default_minutes)}
    next_week = local_start.date() + timedelta(weeks=1)
    start = times.at(_free_day(talk.series, next_week) or next_week, local_start.time())
    return {"starts_at": start, "ends_at": start + (talk.ends_at - talk.starts_at)}
