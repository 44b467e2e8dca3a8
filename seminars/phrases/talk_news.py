"""What subscribers are told about a talk by mail, and what is different from what they knew, in words."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from seminars import text
from seminars.date_formats import when
from seminars.models.series import JoinAccess
from seminars.models.states import CALLED_OFF, GOING_AHEAD, State
from seminars.models.talk import Talk
from seminars.models.wall_times import zone_info
from seminars.phrases import place
from seminars.phrases.talk_differences import Difference
from seminars.times import Span

CLOSED = "closed"  # in place of a link that not everybody may see
WALL_TIMES = ("starts", "ends")


def facts_of(talk: Talk) -> dict[str, Any]:
    """Return what readers must know of a talk that was read `for_entries`, as JSON.

    Room and people have their keys, so that a corrected name is no news. A link is kept as its SHA-256.
    """
    return {
        "state": talk.state,
        "starts": talk.wall_of("starts_at").isoformat(),
        "ends": talk.wall_of("ends_at").isoformat(),
        "zone": talk.zone_info.key,
        "room": [talk.room_id, str(talk.room)] if talk.room else None,
        "is_online": talk.is_online,
        "link": _link(talk),
        "title": talk.title.strip(),
        "speakers": [[person.speaker_id, person.speaker.name] for person in talk.speakers],
        "series": sorted(series.pk for series in talk.all_series),
    }


def _link(talk: Talk) -> str:
    if not talk.join_url or talk.join_access != JoinAccess.OPEN:
        return CLOSED if talk.join_url else ""
    return sha256(f"{talk.join_url}\n{talk.passcode}".encode()).hexdigest()


def known_after(known: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what readers know who were told the differences: of a talk that is called off, only that it is."""
    return {**known, "state": now["state"]} if now["state"] in CALLED_OFF else dict(now)


def has_joined(known: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether a talk is in a further series, whose readers it is new to."""
    return now["state"] in GOING_AHEAD and not set(now["series"]) <= set(known.get("series", now["series"]))


def differences(known: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Return what is different, in the order of its weight; a difference without a value says all in its label.

    Where and when a talk would be that is called off is no news until it goes ahead after all.
    """
    parts = (_state,) if now["state"] in CALLED_OFF else (_state, _time, _place, _joining, _title, _speakers)
    return [difference for part in parts for difference in part(known, now)]


def _state(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Tell whether it goes ahead. That it is provisional stands with the talk and is no news of its own."""
    if known["state"] == now["state"]:
        return
    if now["state"] == State.CANCELLED:
        yield Difference(_("Cancelled"), "", "")
    elif now["state"] == State.POSTPONED:
        yield Difference(_("Postponed"), "", "")
    elif known["state"] in CALLED_OFF:
        yield Difference(_("The talk goes ahead after all"), "", "")


def _time(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    old, new = _span(known), _span(now)
    if old != new:
        yield Difference(_("Time"), when(old, known["zone"]), when(new, now["zone"]))


def _span(facts: Mapping[str, Any]) -> Span:
    zone = zone_info(facts["zone"])
    return Span(*(datetime.fromisoformat(facts[name]).replace(tzinfo=zone).astimezone(UTC) for name in WALL_TIMES))


def _place(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    old, new = (facts["room"] or (None, "") for facts in (known, now))
    is_other_room = old[0] != new[0] and old[1] != new[1]  # the same room has another key after a merge
    if is_other_room or known["is_online"] != now["is_online"]:
        named = ((old[1], known["is_online"]), (new[1], now["is_online"]))
        words = (text.line(place(name, is_online=is_online)) for name, is_online in named)
        yield Difference(_("Room") if old[0] and new[0] else _("Place"), *words)


def _joining(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Tell of another link only where everybody could see it: our own address leads to a closed one."""
    old, new = known["link"], now["link"]
    if bool(old) != bool(new):
        yield Difference(_("People can join online") if new else _("People can no longer join online"), "", "")
    elif old != new and CLOSED not in (old, new):
        yield Difference(_("The link for joining online has changed"), "", "")


def _title(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    if known["title"] != now["title"]:
        yield Difference(_("Title"), *(text.line(facts["title"]) or _("To be announced") for facts in (known, now)))


def _speakers(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Tell of other people, not of another order or another spelling."""
    old, new = (dict(facts["speakers"]) for facts in (known, now))
    if old.keys() != new.keys() and set(old.values()) != set(new.values()):
        names = (text.line(", ".join(people.values())) for people in (old, new))
        yield Difference(_("Speakers"), *(one or _("To be announced") for one in names))
