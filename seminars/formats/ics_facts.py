"""The facts that a calendar entry prints, and the digest by which a change of them is noticed."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from seminars.models import JoinAccess, Talk
from seminars.models.fetched import fetched_rows
from seminars.models.talk_address import TalkAddress

RARE = frozenset({"lacks_place", "host"})  # facts that came with a later release: a digest has them only where true


@dataclass(frozen=True)
class Facts:
    """All that the entry of one talk prints beside UID, SEQUENCE and stamps; no formatted text, no site address.

    Their digest must not depend on language, software release or SITE_URL: a fact belongs here if a subscriber should
    see the entry change when it does.
    """

    talk: int
    slug: str
    state: str
    starts_at: datetime
    ends_at: datetime
    wall_times: tuple[datetime, datetime]  # start and end on the clocks of its zone
    zone: str  # IANA name, "" for the department's
    series: tuple[str, ...]
    title: str
    people: tuple[tuple[str, str, str], ...]  # role, name, affiliation at the time
    location: str
    position: tuple[str, str] | None  # latitude and longitude in degrees
    notice: str
    programme: str
    abstract: str
    has_join: bool
    join_url: str  # only where everyone may see it
    passcode: str
    topics: tuple[str, ...]
    contact: tuple[str, str]  # name and email address of the series' office
    lacks_place: bool = False  # though it has a link
    address_key: str = ""  # while the talk is in no listed series
    host: str = ""  # one who is no known person; known ones are among `people`

    @property
    def digest(self) -> str:
        """The first 40 hexadecimal digits of SHA-256 over the facts, with wall times in place of moments.

        So it stays where only the rules of the zone change; `actions/zone_changes.py` counts these changes itself.
        """
        told = {name: value for name, value in vars(self).items() if name not in {"starts_at", "ends_at"}}
        return _digest({name: value for name, value in told.items() if name not in RARE or value})[:40]

    @property
    def digest_without_host(self) -> str:
        """The digest that releases kept whose entries did not say who hosts a talk."""
        return replace(self, host="").digest

    @property
    def address(self) -> TalkAddress:
        return TalkAddress(self.talk, self.address_key)

    def people_as(self, role: str) -> list[tuple[str, str]]:
        """Return name and affiliation of those in `role`."""
        return [(name, affiliation) for their_role, name, affiliation in self.people if their_role == role]


def facts_of(talk: Talk) -> Facts:
    """Read the facts from a talk that was fetched `for_pages()`.

    Without the spaces around what was typed: no entry prints them, and every form takes them away.
    """
    is_open = talk.join_access == JoinAccess.OPEN
    room, shown = talk.room, talk.shown_series
    office = shown[0]
    return Facts(
        talk=talk.pk,
        slug=talk.slug,
        state=talk.state,
        starts_at=talk.starts_at,
        ends_at=talk.ends_at,
        wall_times=(talk.wall_of("starts_at"), talk.wall_of("ends_at")),
        zone=talk.zone_name,
        series=tuple(series.short_name for series in shown),
        title=talk.title.strip(),
        people=tuple(
            (person.role, person.speaker.name.strip(), person.affiliation.strip())
            for person in fetched_rows(talk, "appearances")
        ),
        location=room.location if room else "",
        position=(f"{room.latitude:f}", f"{room.longitude:f}") if room and room.latitude is not None else None,
        notice=talk.notice.strip(),
        programme=talk.programme.strip(),
        abstract=talk.abstract.replace("\r\n", "\n").strip(),
        has_join=bool(talk.join_url),
        join_url=talk.join_url if is_open else "",
        passcode=talk.passcode if is_open and talk.join_url else "",
        topics=tuple(topic.name.strip() for topic in fetched_rows(talk, "topics")),
        contact=(office.contact_name.strip(), office.contact_email),
        lacks_place=bool(talk.join_url) and talk.mode is None,
        address_key=talk.address.key,
        host=talk.host.strip(),
    )


def former_digest(talk: Talk, facts: Facts) -> str:
    """Return the digest that earlier releases kept of the same facts: over moments in UTC, 64 digits."""
    told = {name: value for name, value in vars(facts).items() if name not in {"wall_times", "zone", *RARE}}
    told |= {name: talk.stored_moment(name).astimezone(UTC) for name in ("starts_at", "ends_at")}
    return _digest({name: value for name, value in told.items() if name != "address_key" or value})


def _digest(told: dict[str, Any]) -> str:
    return sha256(json.dumps(told, default=datetime.isoformat, sort_keys=True).encode()).hexdigest()
