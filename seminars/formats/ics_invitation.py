"""One talk as a message to one reader's calendar (RFC 5546). The entry is the feed's, with its UID and SEQUENCE."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings

from seminars.formats import ics, ics_entry
from seminars.formats.ics_entry import ByMail
from seminars.formats.ics_facts import Facts, facts_of
from seminars.formats.ics_lines import Text, folded, line, one_line
from seminars.models import CalendarInvitation, Department, Talk
from seminars.models.subscriber import CalendarMethod
from seminars.models.talk_queries import Stamps
from seminars.times import local, zone_name

CANCEL = "CANCEL"
IN_ADDRESS = "@!$'*+-/=^_`{|}~"  # what may stand in a mailto address as it is (RFC 6068 §2)


class Organiser(NamedTuple):
    """Who invites: answers of calendar programs go there."""

    name: str
    email: str


def method_for(talk: Talk, invitation: CalendarInvitation) -> str:
    """Return what the calendar is to do: CANCEL takes out what PUBLISH and REQUEST put in (RFC 5546 §3.2.5)."""
    return invitation.method if talk.is_going_ahead else CANCEL


def organiser_of(talk: Talk) -> Organiser:
    """Return the contact of the talk's series, else the department's, else the sender of the site's mail."""
    department, series = Department.objects.current(), talk.shown_series[0]
    if series.contact_email:
        return Organiser(series.contact_name or series.name, series.contact_email)
    return Organiser(department.name, department.contact_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def render(talk: Talk, invitation: CalendarInvitation, stamped_at: datetime) -> bytes:
    """Return the calendar in the active language, for a talk that was fetched `for_entries`.

    Of a talk that was withdrawn it says only what the reader was sent before.
    """
    method, people = method_for(talk, invitation), tuple(_people(talk, invitation))
    stamps = Stamps.of(talk)
    if talk.is_public:
        facts = facts_of(talk)
        entry = _zone_of(facts) + ics_entry.render(facts, stamps, by_mail=ByMail(stamped_at, people))
    else:
        entry = folded(["BEGIN:VEVENT", *_withdrawn(stamps, invitation, stamped_at, people), "END:VEVENT"])
    return folded(ics.beginning(method=method)) + entry + ics.END


def _zone_of(facts: Facts) -> bytes:
    return ics.zone(facts.zone or zone_name(), local(facts.starts_at).year)


def _people(talk: Talk, invitation: CalendarInvitation) -> Iterator[str]:
    """Yield ORGANIZER and, unless the entry is only published (RFC 5546 §3.2.1), ATTENDEE."""
    name, email = organiser_of(talk)
    yield line("ORGANIZER", _mailto(email), CN=one_line(name).replace('"', "'"))
    if invitation.method == CalendarMethod.REQUEST:
        asked = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
        yield line("ATTENDEE", _mailto(invitation.email), **asked)


def _withdrawn(
    stamps: Stamps, invitation: CalendarInvitation, stamped_at: datetime, people: tuple[str, ...]
) -> Iterator[str]:
    yield from ics_entry.version(stamps, stamped_at)
    yield from people
    yield line("DTSTART", ics_entry.in_utc(invitation.sent_start))
    yield line("SUMMARY", Text(invitation.sent_summary))
    yield "STATUS:CANCELLED"


def _mailto(email: str) -> str:
    local_part, _at, host = email.rpartition("@")
    return f"mailto:{quote(local_part, safe=IN_ADDRESS)}@{host.encode('idna').decode()}"
