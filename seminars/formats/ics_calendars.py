"""How people's calendars are asked to follow a feed or to take in one talk: their address forms, in one table."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from urllib.parse import quote, urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars import times
from seminars.formats.ics_entry import description, place, summary
from seminars.formats.ics_facts import Facts, facts_of
from seminars.listings import Listing
from seminars.models import Talk
from seminars.models.page_addresses import absolute
from seminars.times import in_utc

LONGEST_ADDRESS = 255  # characters; some calendars take no longer one


@dataclass(frozen=True)
class Calendar:
    """One kind of calendar: how it follows a feed, how slowly, and how it takes in a single talk."""

    key: str
    name: str | Promise
    following: Callable[[str, str], str]  # from the feed's full address and its title
    pace: Promise  # when a change arrives there
    adding: Callable[[Facts], str]


@dataclass(frozen=True)
class CalendarLink:
    """A calendar with the address that leads there."""

    key: str
    name: str | Promise
    address: str
    pace: Promise


def webcal(address: str) -> str:
    """Return the address under the scheme that opens a calendar program; `webcals` is known to hardly any."""
    return f"webcal://{address.partition('://')[2]}"


def _google_follows(address: str, title: str) -> str:
    # Under https Google takes the address for that of one of its own calendars.
    return _asked("https://calendar.google.com/calendar/r", cid=webcal(address))


def _google_adds(facts: Facts) -> str:
    dates = "/".join(f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" for moment in (facts.starts_at, facts.ends_at))
    words = {"text": summary(facts), "dates": dates, "details": description(facts), "location": place(facts)}
    words |= {"ctz": facts.zone or times.zone_name(), "trp": "false"}  # a talk does not mark anyone as busy
    return _asked("https://calendar.google.com/calendar/render", action="TEMPLATE", **words)


def _outlook_follows(host: str) -> Callable[[str, str], str]:
    return lambda address, title: _asked(f"https://{host}/calendar/0/addfromweb", url=address, name=title)


def _outlook_adds(host: str) -> Callable[[Facts], str]:
    def address(facts: Facts) -> str:
        words = {"subject": summary(facts), "body": description(facts), "location": place(facts)}
        span = {"startdt": in_utc(facts.starts_at), "enddt": in_utc(facts.ends_at)}
        fixed = {"path": "/calendar/action/compose", "rru": "addevent"}
        return _asked(f"https://{host}/calendar/0/deeplink/compose", **fixed, **span, **words, freebusy="free")

    return address


def _asked(address: str, **parameters: str) -> str:
    """Return the address with its parameters; Outlook shows a plus sign where a space was meant, so it is %20."""
    return f"{address}?{urlencode(parameters, quote_via=quote, safe='')}"


OUTLOOK, MICROSOFT_365 = "outlook.live.com", "outlook.office.com"
HOURS = _("Usually updates every few hours.")
CALENDARS = [
    Calendar(
        "google", _("Google Calendar"), _google_follows,
        _("Updates about once a day. To subscribe, use a computer; the calendar then appears in the app."),
        _google_adds,
    ),
    Calendar("outlook", "Outlook.com", _outlook_follows(OUTLOOK), HOURS, _outlook_adds(OUTLOOK)),
    Calendar(
        "microsoft-365", "Microsoft 365", _outlook_follows(MICROSOFT_365), HOURS, _outlook_adds(MICROSOFT_365)
    ),
    Calendar(
        "apple", _("Apple Calendar"), lambda address, title: webcal(address),
        _("Updates as often as you choose: on a Mac when you subscribe, on an iPhone under Settings, Calendar, "
          "Accounts."),
        lambda facts: absolute(facts.address.path("calendar.ics")),
    ),
]  # fmt: skip


def feed_address(listing: Listing) -> str:
    """Return the full address of a listing's feed, "" where it is longer than some calendars take."""
    address = absolute(listing.address_of("calendar.ics"))
    return address if len(address) <= LONGEST_ADDRESS else ""


def ways_to_follow(address: str, title: str) -> list[CalendarLink]:
    """Return how each calendar follows the feed at this full address."""
    return [CalendarLink(one.key, one.name, one.following(address, title), one.pace) for one in CALENDARS]


def ways_to_add(talk: Talk) -> list[CalendarLink]:
    """Return how calendars take in one talk; none for a draft and a talk that is called off or over.

    Those on the web copy it. The copy will never change, so it carries no link but the stable ones, and of the abstract
    only where to read it. Apple's opens the talk's own file; `webcal` would subscribe to it instead.
    """
    if not talk.is_going_ahead or talk.is_over():
        return []
    facts = replace(facts_of(talk), abstract="", join_url="", passcode="")
    return [CalendarLink(one.key, one.name, one.adding(facts), one.pace) for one in CALENDARS]
