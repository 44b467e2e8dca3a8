"""One talk as a calendar entry, told from its facts and stamps (RFC 5545 §3.6.1)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar.prop import vDatetime, vGeo

from seminars import date_formats, phrases, text, times
from seminars.formats.ics_facts import Facts, facts_of
from seminars.formats.ics_lines import Text, Texts, folded, line, one_line
from seminars.formats.new_rules import new_release
from seminars.kept_entries import Form
from seminars.models import Role, State, Talk
from seminars.models.page_addresses import absolute
from seminars.models.states import CALLED_OFF
from seminars.models.talk_address import talk_path
from seminars.models.talk_prefetches import fetch_for_entries
from seminars.models.talk_queries import Stamps
from seminars.times import local, occurs_twice, today

LONGEST_SUMMARY = 255  # characters; some calendars keep no more
STATUS = {State.CONFIRMED: "CONFIRMED"} | dict.fromkeys(CALLED_OFF, "CANCELLED")


class ByMail(NamedTuple):
    """What an entry says beside the feed's when it is sent by mail: DTSTAMP, and who is invited by whom."""

    stamped_at: datetime
    lines: tuple[str, ...]


def render(facts: Facts, stamps: Stamps, *, for_organisers: bool = False, by_mail: ByMail | None = None) -> bytes:
    """Return the VEVENT in the active language, folded; organisers' own says in SUMMARY what is not settled yet."""
    page, join = page_address(facts), join_address(facts)
    title = summary_for_organisers(facts) if for_organisers else summary(facts)
    what = _what(facts, title, _description(facts, page, join))
    stamped_at, lines = by_mail or ByMail(last_change(stamps), ())
    lines = [*_identity(stamps, stamped_at), *lines, *_when(facts), *what, *_around(facts, page, join)]
    return folded(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def _render(talk: Talk) -> bytes:
    return render(facts_of(talk), Stamps.of(talk))


def _is_stamped(talk: Talk) -> bool:
    """Tell whether its stamps tell the truth: not before the first stamp, nor after raw updates."""
    return facts_of(talk).digest == talk.entry_digest


FORM = Form("ics", fetch_for_entries, _render, _is_stamped)


def last_change(stamps: Stamps) -> datetime:
    return stamps.changed_at or stamps.created_at


def _identity(stamps: Stamps, stamped_at: datetime) -> Iterator[str]:
    changed_at = last_change(stamps)
    yield from version(stamps, stamped_at)
    yield line("LAST-MODIFIED", in_utc(changed_at))
    yield line("CREATED", in_utc(min(stamps.created_at, changed_at)))


def version(stamps: Stamps, stamped_at: datetime) -> Iterator[str]:
    """Yield what tells a calendar which entry it is, and which version of it."""
    yield line("UID", Text(stamps.uid))
    yield line("SEQUENCE", stamps.sequence)
    yield line("DTSTAMP", in_utc(stamped_at))


def in_utc(moment: datetime) -> vDatetime:
    return vDatetime(moment.astimezone(UTC))


def _when(facts: Facts) -> Iterator[str]:
    zone = facts.zone or times.zone_name()
    yield _moment("DTSTART", facts.starts_at, zone)
    yield _moment("DTEND", facts.ends_at, zone)


def _moment(name: str, moment: datetime, zone: str) -> str:
    """Return a line in the wall time of a zone; in UTC where that is the zone or the wall time occurs twice.

    Of a wall time that occurs twice RFC 5545 §3.3.5 means the first, but half of all calendar programs show the second
    (docs/feeds.md).
    """
    wall = local(moment, ZoneInfo(zone))
    if occurs_twice(wall) or zone == "UTC":
        return line(name, in_utc(moment))
    return line(name, vDatetime(wall.replace(tzinfo=None)), TZID=zone)


def _what(facts: Facts, title: str, told: str) -> Iterator[str]:
    yield line("SUMMARY", Text(title))
    yield line("STATUS", STATUS.get(State(facts.state), "TENTATIVE"))
    yield line("LOCATION", Text(place(facts)))
    yield line("DESCRIPTION", Text(told))


def _around(facts: Facts, page: str, join: str) -> Iterator[str]:
    yield line("URL", page)
    yield "TRANSP:TRANSPARENT"  # a talk does not mark anyone as busy
    if facts.position:
        yield line("GEO", vGeo(tuple(map(float, facts.position))))
    if facts.topics:
        yield line("CATEGORIES", Texts(map(one_line, facts.topics)))
    for name, told in (("X-SEMINARS-NOTICE", facts.notice), ("X-SEMINARS-PROGRAMME", facts.programme)):
        if told:  # another installation reads them: DESCRIPTION does not say which of its lines they are
            yield line(name, Text(one_line(told)))
    if any(facts.contact):
        yield line("CONTACT", Text(one_line(", ".join(filter(None, facts.contact)))))
    if join:
        label = one_line(_("Join online"))
        yield line("CONFERENCE", join, VALUE="URI", FEATURE=("AUDIO", "VIDEO"), LABEL=label)


def summary(facts: Facts) -> str:
    """Return "ASSET: Ada Lovelace – On engines" on one line, cut at a word after 255 characters."""
    names = ", ".join(name for name, _at in facts.people_as(Role.SPEAKER))
    return _cut(one_line(phrases.entry_line(facts.series, names, text.line(facts.title), facts.state)))


def summary_for_organisers(facts: Facts) -> str:
    """Return the summary, marked where visitors do not see the talk or it may still change."""
    marks = {State.DRAFT: _("DRAFT: %(talk)s"), State.TENTATIVE: _("PROVISIONAL: %(talk)s")}
    return _cut(marks.get(State(facts.state), "%(talk)s") % {"talk": summary(facts)})


def _cut(whole: str) -> str:
    if len(whole) <= LONGEST_SUMMARY:
        return whole
    cut = whole[: LONGEST_SUMMARY - 1]
    at_word = cut if whole[len(cut)] == " " else cut.rpartition(" ")[0]
    # A script without spaces is cut where it stands.
    return (at_word if len(at_word) > LONGEST_SUMMARY // 2 else cut).rstrip(" ,;:.–—-") + "…"


def place(facts: Facts) -> str:
    """Return where it takes place, on one line."""
    return one_line(phrases.place(facts.location, is_online=facts.has_join and not facts.lacks_place))


def description(facts: Facts) -> str:
    """Return plain text in paragraphs: what is new, who, programme, abstract, how to join, where to read on."""
    return _description(facts, page_address(facts), join_address(facts))


def _description(facts: Facts, page: str, join: str) -> str:
    paragraphs = [
        _time(facts),
        "\n".join(filter(None, _news(facts))),
        "\n".join(_people(facts)),
        one_line(text.line(facts.programme)),
        text.plain(facts.abstract),
        "\n".join(phrases.joining_lines(join, one_line(facts.join_url), one_line(facts.passcode))),
        _("Details: %(address)s") % {"address": page},
    ]
    return "\n\n".join(filter(None, paragraphs))


def _time(facts: Facts) -> str:
    """Return "Time: 12 noon, UTC−5" where the rules of the zone are new: programs with older data show another time."""
    zone = facts.zone or times.zone_name()
    if not settings.TIMES_IN_WORDS or not new_release(zone, today()):
        return ""
    there = ZoneInfo(zone)
    words = {"clock": date_formats.clock(facts.starts_at, there), "offset": date_formats.offset(facts.starts_at, there)}
    return _("Time: %(clock)s, %(offset)s") % words


def _news(facts: Facts) -> Iterator[str]:
    yield one_line(text.line(facts.notice))
    if facts.state == State.TENTATIVE:  # many calendars do not show STATUS
        yield _("Provisional: time and place may still change.")


def _people(facts: Facts) -> Iterator[str]:
    for role in Role:
        people = [one_line(f"{name} ({at})" if at else name) for name, at in facts.people_as(role)]
        people += [one_line(facts.host)] if role == Role.HOST and facts.host else []
        if people:
            yield phrases.people_line(role, people)


def join_address(facts: Facts) -> str:
    """Return the stable address, or "" where there is nothing to join."""
    may_be_joined = facts.has_join and facts.state not in CALLED_OFF
    return absolute(facts.address.path("join/")) if may_be_joined else ""


def page_address(facts: Facts) -> str:
    return absolute(talk_path(facts.address, facts.slug))
