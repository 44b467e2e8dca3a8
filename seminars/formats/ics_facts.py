"""The facts that a calendar entry prints, and the digest by which a change of them is noticed."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from seminars.models import JoinAccess, Talk
from seminars.models.talk_address import TalkAddress


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
    contact: tuple[str, str]  # name and e-mail address of the series' office
    address_key: str = ""  # while the talk is in no listed series

    @property
    def digest(self) -> str:
        """SHA-256 over the facts, in hexadecimal.

        Without the key of a talk that needs none: such talks have the digests that they had before there were keys.
        """
        told = {name: value for name, value in vars(self).items() if name != "address_key" or value}
        return sha256(json.dumps(told, default=_in_utc, sort_keys=True).encode()).hexdigest()

    @property
    def address(self) -> TalkAddress:
        return TalkAddress(self.talk, self.address_key)

    def people_as(self, role: str) -> list[tuple[str, str]]:
        """Return name and affiliation of those in `role`."""
        return [(name, affiliation) for their_role, name, affiliation in self.people if their_role == role]


def facts_of(talk: Talk) -> Facts:
    """Read the facts from a talk that was fetched `with_all_that_is_printed()`.

    Without the spaces around what was typed: no entry prints them, and every form takes them away.
    """
    is_open = talk.join_access == JoinAccess.OPEN
    room, office = talk.room, talk.shown_series[0]
    return Facts(
        talk=talk.pk,
        slug=talk.slug,
        state=talk.state,
        starts_at=talk.starts_at,
        ends_at=talk.ends_at,
        series=tuple(series.short_name for series in talk.shown_series),
        title=talk.title.strip(),
        people=tuple(
            (person.role, person.speaker.name.strip(), person.affiliation.strip()) for person in talk.appearances.all()
        ),
        location=room.location if room else "",
        position=(f"{room.latitude:f}", f"{room.longitude:f}") if room and room.latitude is not None else None,
        notice=talk.notice.strip(),
        programme=talk.programme.strip(),
        abstract=talk.abstract.replace("\r\n", "\n").strip(),
        has_join=bool(talk.join_url),
        join_url=talk.join_url if is_open else "",
        passcode=talk.passcode if is_open and talk.join_url else "",
        topics=tuple(topic.name.strip() for topic in talk.topics.all()),
        contact=(office.contact_name.strip(), office.contact_email),
        address_key=talk.address.key,
    )


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
