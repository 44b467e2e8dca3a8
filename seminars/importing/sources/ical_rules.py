"""Read the rules by which an event repeats; refuse those that no talk needs (RFC 5545 §3.3.10)."""

import re
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from seminars.importing.sources.ical_properties import Properties, Property, Unreadable
from seminars.importing.sources.ical_times import Moment
from seminars.importing.sources.ical_zones import CANNOT_BE_READ
from seminars.times import YEARS

_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}  # at least, from one step to the next
# Of each part the values that a seminar may need. Other rules could step to the year 9999 without finding a date.
_NUMBERS = r"[+-]?\d{1,3}(?:,[+-]?\d{1,3}){0,30}"
_WEEKDAY = r"[+-]?[1-5]?(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": re.compile("|".join(_DAYS)),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "COUNT": re.compile(r"[1-9]\d{0,5}"),
    "UNTIL": re.compile(r"\d{8}(?:T\d{6}Z?)?"),
    "WKST": re.compile(r"MO|TU|WE|TH|FR|SA|SU"),
    "BYDAY": re.compile(rf"{_WEEKDAY}(?:,{_WEEKDAY}){{0,20}}"),
    "BYMONTH": re.compile(r"(?:0?[1-9]|1[0-2])(?:,(?:0?[1-9]|1[0-2])){0,11}"),
    "BYMONTHDAY": re.compile(_NUMBERS),
    "BYSETPOS": re.compile(r"-?[1-5](?:,-?[1-5]){0,4}"),
    "BYHOUR": re.compile(r"\d{1,2}"),
    "BYMINUTE": re.compile(r"\d{1,2}"),
    "BYSECOND": re.compile(r"\d{1,2}"),
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of the months


def read_rule(found: Property, start: Moment, properties: Properties) -> dict[str, str]:
    """Return the parts of a rule, UNTIL in the form that the start requires."""
    pairs = [part.partition("=")[::2] for part in "".join(found.raw.upper().split()).strip(";").split(";")]
    rule = dict(pairs)
    if "UNTIL" in rule and not _PARTS["COUNT"].fullmatch(rule.get("COUNT", "1")):
        del rule["COUNT"]  # "COUNT=-1": there is no bound but UNTIL
    if rule.get("FREQ") in {"SECONDLY", "MINUTELY", "HOURLY"}:
        reason = _("The event repeats several times a day, which no talk does. Enter its dates one by one.")
        raise Unreadable(found.line, reason)
    if "FREQ" not in rule or not all(name in _PARTS and _PARTS[name].fullmatch(rule[name]) for name in rule):
        raise Unreadable(found.line, too_unusual(found))
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        _take_out_the_time(name, rule, start, found)
    if _never_comes(rule, start):
        raise Unreadable(found.line, too_unusual(found))
    if until := rule.get("UNTIL"):
        rule["UNTIL"] = _until(until, start, found, properties)
    return rule


def _take_out_the_time(name: str, rule: dict[str, str], start: Moment, found: Property) -> None:
    """Drop BYHOUR and its like where they only repeat what the start says."""
    value = rule.pop(name, None)
    if value is not None and (start.is_day or int(value) != getattr(start.value, name[2:].lower())):
        raise Unreadable(found.line, too_unusual(found))


def _never_comes(rule: dict[str, str], start: Moment) -> bool:
    """Tell whether a rule may have no date, or none in centuries, which the library would look for until 9999."""
    interval = int(rule.get("INTERVAL", "1"))
    months = [int(month) for month in rule.get("BYMONTH", "").split(",") if month]
    days = [abs(int(day)) for day in rule.get("BYMONTHDAY", "").split(",") if day]
    longest = max((_MOST_DAYS[month - 1] for month in months), default=31)
    if days and not any(0 < day <= longest for day in days):
        return True
    if rule["FREQ"] == "DAILY":
        return bool(days or rule.get("BYSETPOS") or ("BYDAY" in rule and interval % 7 == 0))
    if rule["FREQ"] == "WEEKLY":
        return bool(days or rule.get("BYSETPOS"))
    is_every_month = interval % 12 or not months or start.value.month in months
    return rule["FREQ"] == "MONTHLY" and not is_every_month


def _until(written: str, start: Moment, found: Property, properties: Properties) -> str:
    """Return UNTIL as a day for days, else in UTC; a day is its end, and local time is that of the start."""
    try:
        day = date(min(int(written[:4]), YEARS.stop - 1), int(written[4:6]), int(written[6:8]))
        clock = time(int(written[9:11]), int(written[11:13]), int(written[13:15])) if written[8:] else time(23, 59, 59)
        zone = UTC if start.is_day or written.endswith("Z") else start.value.tzinfo
        moment = datetime.combine(day, clock, zone).astimezone(UTC)
    except CANNOT_BE_READ as error:
        raise Unreadable(found.line, too_unusual(found)) from error
    if day.year not in YEARS:
        raise Unreadable(found.line, too_unusual(found))
    if start.is_day:
        return f"{day:%Y%m%d}"
    if len(written) == 8:
        properties.remark(_("UNTIL=%(until)s was read as the end of that day") % {"until": written})
    elif not written.endswith("Z"):
        properties.remark(_("UNTIL=%(until)s was read in the time zone of the start") % {"until": written})
    return f"{moment:%Y%m%dT%H%M%SZ}"


def too_unusual(found: Property) -> str:
    reason = _("The rule by which the event repeats (%(rule)s) is too unusual for a talk. Enter its dates one by one.")
    return reason % {"rule": found.raw.strip()[:80]}


def is_on(rule: dict[str, str], start: Moment) -> bool:
    """Tell whether the start is one of the rule's dates, as far as its weekday, day and month tell."""
    day = start.value
    weekdays = {part[-2:] for part in rule.get("BYDAY", "").split(",") if part}
    month_days = {int(part) for part in rule.get("BYMONTHDAY", "").split(",") if part}
    months = {int(part) for part in rule.get("BYMONTH", "").split(",") if part}
    return (
        (not weekdays or _WEEKDAYS[day.weekday()] in weekdays)
        and (not months or day.month in months)
        and (not month_days or day.day in month_days or any(number < 0 for number in month_days))
    )


def steps(rule: dict[str, str], start: datetime, stop: datetime) -> float:
    """Return how many steps a rule takes until `stop`, at most."""
    if until := rule.get("UNTIL"):
        ends = datetime.strptime(until[:8], "%Y%m%d").replace(tzinfo=UTC) + timedelta(days=2)
        stop = min(stop, ends)
    each = _DAYS[rule["FREQ"]] * int(rule.get("INTERVAL", "1"))
    steps = max((stop - start).days, 0) / each + 1
    return min(steps, int(rule["COUNT"])) if "COUNT" in rule else steps
