"""A time zone told as an RFC 5545 VTIMEZONE, derived from the zone database that `zoneinfo` reads.

The database gives moments when clocks change. Changes that fall on the same weekday of the same week every year make
one span, and a span is one observance with an RRULE; changes that no such rule describes become RDATEs.
"""

import re
import struct
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from seminars import zone_data
from seminars.zone_data import ZoneData

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING = datetime(2, 1, 1, tzinfo=UTC)
EARLIEST_YEAR, LATEST_YEAR = 1000, 9998
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = 0  # as the first day of a week: the last seven days of the month, however long it is
WEEK_NUMBERS = {LAST: "-1", 1: "1", 8: "2", 15: "3", 22: "4"}
FOOTER_YEARS = 40  # years come in 14 kinds (weekday of 1 January, leap or not); what holds for 40 of them holds for all
NAME = r"<[^>]+>|[A-Za-z]+"
POSIX_TZ = re.compile(rf"({NAME})([-+\d:]+)(?:({NAME})([-+\d:]*),([^,]+),([^,]+))?")
TZIF_HEADER = struct.Struct(">20x6l")


@dataclass(frozen=True)
class Clock:
    """What the clocks of a zone show for a while; `offset` is east of UTC."""

    offset: timedelta
    is_dst: bool
    name: str


@dataclass(frozen=True)
class ClockChange:
    """The moment (UTC) when the clocks of a zone go from one `Clock` to another."""

    at: datetime
    before: Clock
    after: Clock

    @property
    def onset(self) -> datetime:
        """The wall time that the clocks still showed at that moment, without a zone: DTSTART, RFC 5545 §3.6.5."""
        return self.at.replace(tzinfo=None) + self.before.offset

    @property
    def observance(self) -> str:
        """DAYLIGHT for daylight saving time; where the database calls the earlier clock "daylight saving" (Irish
        winter time, Ramadan in Morocco), the later one all the same, because calendar programs expect it ahead."""
        moved = self.after.offset - self.before.offset
        flagged = self.after.is_dst != self.before.is_dst
        is_ahead = moved > timedelta(0) if flagged and moved else self.after.is_dst
        return "DAYLIGHT" if is_ahead else "STANDARD"

    @property
    def kind(self) -> tuple[str, timedelta, timedelta, str]:
        """What an observance says besides when."""
        return self.observance, self.before.offset, self.after.offset, self.after.name


@dataclass(frozen=True, order=True)
class WeekOfYear:
    """Seven days of every year: `month` and the first of them; they may reach into the next month."""

    month: int
    first_day: int

    @property
    def crosses_months(self) -> bool:
        return self.first_day != LAST and self.first_day + 6 > monthrange(2001, self.month)[1]

    def day(self, weekday: int, year: int) -> date:
        """The one day of the week with that weekday (Monday is 0)."""
        first = date(year, self.month, self.first_day or monthrange(year, self.month)[1] - 6)
        return first + timedelta((weekday - first.weekday()) % 7)

    def within(self, month: int, weekday: int) -> str:
        """The part of the week that lies in `month`, as an RRULE."""
        rule = f"FREQ=YEARLY;BYMONTH={month}"
        if self.first_day in WEEK_NUMBERS:
            return f"{rule};BYDAY={WEEK_NUMBERS[self.first_day]}{WEEKDAYS[weekday]}"
        seven = [date(2001, self.month, self.first_day) + timedelta(days) for days in range(7)]
        days = ",".join(str(day.day) for day in seven if day.month == month)
        return f"{rule};BYMONTHDAY={days};BYDAY={WEEKDAYS[weekday]}"


@dataclass(frozen=True)
class YearRange:
    """Changes of one kind in consecutive years and the weeks that hold all of them, the plainest first."""

    changes: tuple[ClockChange, ...]
    weeks: tuple[WeekOfYear, ...]
    is_open: bool = False

    @property
    def recurs(self) -> bool:
        return len(self.changes) > 1

    @property
    def a_year_earlier(self) -> ClockChange:
        """The change by the same rule in the year before the first."""
        first = self.changes[0]
        day = self.weeks[0].day(first.onset.weekday(), first.onset.year - 1)
        return ClockChange(first.at + (day - first.onset.date()), first.before, first.after)

    def extended(self, change: ClockChange) -> "YearRange | None":
        """The span and one change more, unless that skips a year or no week holds them all."""
        around = weeks_around(change.onset.date())
        weeks = tuple(week for week in self.weeks if week in around)
        follows = change.onset.year == self.changes[-1].onset.year + 1
        return YearRange((*self.changes, change), weeks) if weeks and follows else None


def render(zone: str, first_year: int) -> tuple[str, ...]:
    """The content lines, unfolded, of a VTIMEZONE that is right from the first day of `first_year` on.

    `zone` is an IANA name; an unknown one raises what `ZoneInfo(zone)` raises.
    """
    return _rendered(zone_data.current(), zone, first_year)


@lru_cache(maxsize=256)
def _rendered(data: ZoneData, zone: str, first_year: int) -> tuple[str, ...]:
    first_year = min(max(first_year, EARLIEST_YEAR), LATEST_YEAR)
    start = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=1)  # so that it is before 1 January everywhere
    spans = spans_since(start, *changes_of(data.read(zone), first_year))
    observances = sorted([*recurring(spans), *single(spans)])
    lines = (line for _, lines in observances for line in lines)
    return "BEGIN:VTIMEZONE", f"TZID:{zone}", *lines, "END:VTIMEZONE"


def recurring(spans: Iterable[YearRange]) -> Iterator[tuple[datetime, list[str]]]:
    """First onset and lines of an observance for each rule; of two where its week crosses months: in Cairo the Friday
    after the last Thursday in October can be 1 November."""
    for span in filter(attrgetter("recurs"), spans):
        for month, part in groupby(sorted(span.changes, key=attrgetter("onset.month")), attrgetter("onset.month")):
            changes = list(part)
            rule = span.weeks[0].within(month, changes[0].onset.weekday())
            until = "" if span.is_open else f";UNTIL={changes[-1].at:%Y%m%dT%H%M%SZ}"  # in UTC: RFC 5545 §3.3.10
            yield changes[0].onset, observance(changes[0], [f"RRULE:{rule}{until}"])


def single(spans: Iterable[YearRange]) -> Iterator[tuple[datetime, list[str]]]:
    """First onset and lines of an observance for each kind of change that follows no rule."""
    alone = [span.changes[0] for span in spans if not span.recurs]
    for _, part in groupby(sorted(alone, key=attrgetter("kind", "at")), attrgetter("kind")):
        first, *others = part
        dates = ",".join(f"{change.onset:%Y%m%dT%H%M%S}" for change in others)
        yield first.onset, observance(first, [f"RDATE:{dates}"] if dates else [])


def observance(first: ClockChange, recurrence: list[str]) -> list[str]:
    return [
        f"BEGIN:{first.observance}",
        f"DTSTART:{first.onset:%Y%m%dT%H%M%S}",
        *recurrence,
        f"TZOFFSETFROM:{utc_offset(first.before.offset)}",
        f"TZOFFSETTO:{utc_offset(first.after.offset)}",
        f"TZNAME:{first.after.name}",
        f"END:{first.observance}",
    ]


def utc_offset(offset: timedelta) -> str:
    """+HHMM, or +HHMMSS where there are seconds (RFC 5545 §3.3.14)."""
    minutes, seconds = divmod(abs(offset).seconds, 60)
    sign = "-" if offset < timedelta(0) else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")


def spans_since(start: datetime, changes: Sequence[ClockChange], last_year: int) -> list[YearRange]:
    """The spans that matter from `start` on, one of them saying which clock `start` finds."""
    spans = [span for span in spans_of(changes, last_year) if span.changes[-1].at >= start]
    *earlier, covering = [change for change in changes if change.at < start]
    if any(covering in span.changes for span in spans):
        return spans
    for place, span in enumerate(spans):
        told = span.a_year_earlier if span.recurs else None
        if told and told.kind == covering.kind and (not earlier or earlier[-1].at < told.at) and told.at < start:
            # Nothing is asked about the time before `start`, so a rule may begin a year early instead.
            spans[place] = YearRange((told, *span.changes), span.weeks, span.is_open)
            return spans
    since_1970 = min(EPOCH, start) - covering.after.offset
    if not spans or covering.at < since_1970:
        # Without a change of offset, for every program understands that, and a local mean time before it, with
        # seconds in its offset, only some do.
        covering = ClockChange(since_1970, covering.after, covering.after)
    return [YearRange((covering,), weeks_around(covering.onset.date())), *spans]


def spans_of(changes: Iterable[ClockChange], last_year: int) -> list[YearRange]:
    """Every change in exactly one span; those that reach `last_year` go on for ever."""
    spans: list[YearRange] = []
    latest: dict[tuple[object, ...], int] = {}
    for change in changes:
        key = (change.kind, change.onset.time(), change.onset.weekday())
        longer = spans[latest[key]].extended(change) if key in latest else None
        if longer:
            spans[latest[key]] = longer
        else:
            latest[key] = len(spans)
            spans.append(YearRange((change,), weeks_around(change.onset.date())))
    return [YearRange(span.changes, span.weeks, span.changes[-1].onset.year >= last_year) for span in spans]


@lru_cache(maxsize=1024)
def weeks_around(day: date) -> tuple[WeekOfYear, ...]:
    """Every week that holds `day`: numbered ones first, those in two months last, and none across the end of
    February, which leap years move, or of the year."""
    weeks = {WeekOfYear(first.month, first.day) for first in (day - timedelta(back) for back in range(7))}
    weeks -= {week for week in weeks if week.crosses_months and week.month in (2, 12)}
    if (day + timedelta(7)).month != day.month:
        weeks.add(WeekOfYear(day.month, LAST))
    return tuple(sorted(weeks, key=lambda week: (week.crosses_months, week.first_day not in WEEK_NUMBERS, week)))


def changes_of(tzif: bytes, first_year: int) -> tuple[list[ClockChange], int]:
    """All changes that the file records and those by its rule for years ahead, and the last year of these."""
    first, recorded, footer = parse_tzif(tzif)
    recorded_until = recorded[-1][0] if recorded else BEGINNING
    begin = recorded_until.year if recorded else min(EPOCH.year, first_year - 2)
    last_year = min(max(begin, first_year) + FOOTER_YEARS, LATEST_YEAR)
    by_rule = onsets_by_rule(footer, range(begin, last_year + 2))
    ahead = (onset for onset in by_rule if onset[0] > recorded_until and onset[0].year <= last_year)
    changes = [ClockChange(BEGINNING, first, first)]
    for at, clock in (*recorded, *ahead):
        if clock != changes[-1].after:
            changes.append(ClockChange(at, changes[-1].after, clock))
    return changes, last_year


def parse_tzif(tzif: bytes) -> tuple[Clock, list[tuple[datetime, Clock]], str]:
    """The clock before all changes, the changes, and the POSIX TZ rule for afterwards (RFC 9636 §3, version 2 on)."""
    second = TZIF_HEADER.size + block_size(TZIF_HEADER.unpack_from(tzif), time_size=4)
    counts = TZIF_HEADER.unpack_from(tzif, second)
    _, _, _, times, types, _ = counts
    moments_at = second + TZIF_HEADER.size
    indices_at, clocks_at, names_at = (moments_at + size for size in (8 * times, 9 * times, 9 * times + 6 * types))
    clocks = [
        Clock(timedelta(seconds=offset), bool(is_dst), tzif[names_at + name : tzif.index(0, names_at + name)].decode())
        for offset, is_dst, name in struct.iter_unpack(">l?B", tzif[clocks_at:names_at])
    ]
    moments = (EPOCH + timedelta(seconds=at) for at in struct.unpack_from(f">{times}q", tzif, moments_at))
    changes = list(zip(moments, (clocks[index] for index in tzif[indices_at:clocks_at]), strict=True))
    return clocks[0], changes, tzif[moments_at + block_size(counts, time_size=8) :].decode().strip("\n")


def block_size(counts: tuple[int, ...], time_size: int) -> int:
    universal, standard, leaps, times, types, letters = counts
    return times * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) + standard + universal


def onsets_by_rule(footer: str, years: Iterable[int]) -> Iterator[tuple[datetime, Clock]]:
    """When which clock begins in those years by a POSIX TZ rule (RFC 9636 §3.3), in order; nothing without DST."""
    rule = POSIX_TZ.fullmatch(footer)
    if not rule or not rule[3]:
        return
    name, offset, saving_name, saving_offset, start, end = rule.groups()
    standard = Clock(-hours(offset), is_dst=False, name=name.strip("<>"))
    saved = -hours(saving_offset) if saving_offset else standard.offset + timedelta(hours=1)
    saving = Clock(saved, is_dst=True, name=saving_name.strip("<>"))
    onsets = [(local_moment(start, year) - standard.offset, saving) for year in years]
    onsets += [(local_moment(end, year) - saving.offset, standard) for year in years]
    # Of two at one moment daylight saving time stays: that is how a rule says that it lasts all year.
    yield from dict(sorted(onsets, key=lambda onset: (onset[0], onset[1].is_dst))).items()


def local_moment(rule: str, year: int) -> datetime:
    """The wall time, marked as UTC, of Mm.w.d, Jn or n and a time that may lie up to a week before or after."""
    text, _, time = rule.partition("/")
    if text.startswith("M"):
        month, number, weekday = map(int, text[1:].split("."))
        day = WeekOfYear(month, LAST if number == 5 else 7 * number - 6).day((weekday - 1) % 7, year)
    elif text.startswith("J"):
        day = (date(2001, 1, 1) + timedelta(int(text[1:]) - 1)).replace(year=year)
    else:
        day = date(year, 1, 1) + timedelta(int(text))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + hours(time or "2")


def hours(text: str) -> timedelta:
    """Of [+-]h[h[h]][:mm[:ss]]."""
    number, minutes, seconds = (int(part) for part in f"{text.lstrip('+-')}:0:0".split(":")[:3])
    length = timedelta(hours=number, minutes=minutes, seconds=seconds)
    return -length if text.startswith("-") else length
