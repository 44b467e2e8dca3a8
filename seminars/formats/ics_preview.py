"""A calendar entry as a person sees it, and what a change will do to it, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from seminars import times
from seminars.date_formats import clock, moment, when
from seminars.formats.ics_entry import description, place, summary
from seminars.formats.ics_facts import Facts
from seminars.models import State
from seminars.models.states import CALLED_OFF, PUBLIC
from seminars.times import Span


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar shows of one talk."""

    summary: str
    when: str
    where: str
    description: str


def entry(facts: Facts) -> CalendarEntry:
    """Return what subscribers see; of a draft, what they will see once it is announced."""
    return CalendarEntry(summary(facts), _when(facts), place(facts), description(facts))


def changes(before: Facts, after: Facts) -> list[str]:
    """Say what subscribers will see change, in the order of its weight; [] if nothing does."""
    if before.state not in PUBLIC and after.state not in PUBLIC:
        return []
    if (before.state in PUBLIC) != (after.state in PUBLIC):
        return [_appears_or_goes(after)]
    parts = (_state, _time, _zone, _place, _title, _people, _series, _lines, _joining, _details)
    return [sentence for part in parts for sentence in part(before, after)]


def _appears_or_goes(after: Facts) -> str:
    if after.state not in PUBLIC:
        return _("Subscribers’ calendars will drop it without saying why.")
    words = {"when": _when(after)}
    return _("Subscribers’ calendars will show it for the first time: %(when)s.") % words


def _when(facts: Facts) -> str:
    return when(Span(facts.starts_at, facts.ends_at), facts.zone)


def _state(before: Facts, after: Facts) -> Iterator[str]:
    if before.state == after.state:
        return
    if after.state == State.CANCELLED:
        yield _("Subscribers’ calendars will say that it is cancelled.")
    elif after.state == State.POSTPONED:
        yield _("Subscribers’ calendars will say that it is postponed.")
    elif before.state in CALLED_OFF:
        yield _("Subscribers’ calendars will say that it goes ahead after all.")
    elif after.state == State.TENTATIVE:
        yield _("Subscribers’ calendars will say that it is provisional.")
    else:
        yield _("Subscribers’ calendars will no longer say that it is provisional.")


def _time(before: Facts, after: Facts) -> Iterator[str]:
    if before.starts_at != after.starts_at:
        words = {"old": moment(before.starts_at), "new": moment(after.starts_at)}
        yield _("Subscribers’ calendars will move it from %(old)s to %(new)s.") % words
        if after.ends_at - after.starts_at == before.ends_at - before.starts_at:
            return
    if before.ends_at != after.ends_at:
        words = {"old": clock(before.ends_at), "new": clock(after.ends_at)}
        yield _("Subscribers’ calendars will end it at %(new)s instead of %(old)s.") % words


def _zone(before: Facts, after: Facts) -> Iterator[str]:
    if before.zone != after.zone:
        yield _("Its time zone is now %(zone)s.") % {"zone": after.zone or times.zone_name()}


def _place(before: Facts, after: Facts) -> Iterator[str]:
    if place(before) != place(after):
        words = {"old": place(before), "new": place(after)}
        yield _("The place changes from “%(old)s” to “%(new)s”.") % words
    elif before.position != after.position:
        yield _("The place moves on the map.")


def _title(before: Facts, after: Facts) -> Iterator[str]:
    if before.title == after.title:
        return
    words = {"old": before.title, "new": after.title}
    if not before.title:
        yield _("The title is announced: “%(new)s”.") % words
    elif not after.title:
        yield _("The title “%(old)s” is removed. It is to be announced again.") % words
    else:
        yield _("The title changes from “%(old)s” to “%(new)s”.") % words


def _people(before: Facts, after: Facts) -> Iterator[str]:
    if before.people == after.people:
        return
    old, new = ({(role, name): at for role, name, at in facts.people} for facts in (before, after))
    for _role, name in [person for person in new if person not in old]:
        yield _("%(name)s is added.") % {"name": name}
    for _role, name in [person for person in old if person not in new]:
        yield _("%(name)s is removed.") % {"name": name}
    for person in [person for person in new if person in old and new[person] != old[person]]:
        yield _("%(name)s is now shown with “%(place)s”.") % {"name": person[1], "place": new[person] or "–"}
    if old == new:
        yield _("The order of the people changes.")


def _series(before: Facts, after: Facts) -> Iterator[str]:
    if before.series != after.series:
        words = {"old": " + ".join(before.series), "new": " + ".join(after.series)}
        yield _("The entry begins with “%(new)s” instead of “%(old)s”.") % words


def _lines(before: Facts, after: Facts) -> Iterator[str]:
    if before.notice != after.notice:
        yield (
            _("The notice will be “%(new)s”.") % {"new": after.notice} if after.notice else _("The notice is removed.")
        )
    if before.host != after.host:
        yield _("The host will be %(new)s.") % {"new": after.host} if after.host else _("The host is removed.")
    if before.programme != after.programme:
        new = {"new": after.programme}
        yield _("The programme will be “%(new)s”.") % new if after.programme else _("The programme is removed.")
    if before.abstract != after.abstract:
        if before.abstract and after.abstract:
            yield _("The abstract changes.")
        else:
            yield _("The abstract is added.") if after.abstract else _("The abstract is removed.")


def _joining(before: Facts, after: Facts) -> Iterator[str]:
    if before.lacks_place != after.lacks_place:
        yield _("Place to be announced") if after.lacks_place else after.location or _("Online")
    if before.has_join != after.has_join:
        yield _("People can join online.") if after.has_join else _("People can no longer join online.")
    elif before.join_url != after.join_url:
        told = (
            _("The link for joining online changes.") if before.join_url else _("The link for joining online is shown.")
        )
        yield told if after.join_url else _("The link itself is no longer shown, only the address that leads to it.")
    if before.passcode != after.passcode:
        yield _("The passcode changes.") if after.passcode else _("The passcode is no longer shown.")


def _details(before: Facts, after: Facts) -> Iterator[str]:
    if before.topics != after.topics:
        new = {"new": ", ".join(after.topics)}
        yield _("The topics will be: %(new)s.") % new if after.topics else _("The topics are removed.")
    if before.contact != after.contact:
        yield _("The contact will be: %(new)s.") % {"new": ", ".join(filter(None, after.contact)) or "–"}
    if before.slug != after.slug and (before.title, before.people) == (after.title, after.people):
        yield _("The address of its page changes. The old one leads to the new one.")
    if before.address_key and not after.address_key:
        yield _("Its page gets a short address. The old one leads there.")
    elif after.address_key and not before.address_key:
        yield _("Its page gets an address that nobody can guess. The old one no longer works.")
