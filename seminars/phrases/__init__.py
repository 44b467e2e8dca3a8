"""The phrases that pages, feeds and the desk share about talks."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import date_formats, text
from seminars.models.appearance import Appearance
from seminars.models.states import Role, State
from seminars.models.talk import Talk
from seminars.times import local

LENGTH_OF_GIST = 280  # characters of the abstract
SEVERAL = {
    Role.PANELIST: gettext_lazy("Panelists"),
    Role.MODERATOR: gettext_lazy("Moderators"),
    Role.CHAIR: gettext_lazy("Chairs"),
    Role.SUPERVISOR: gettext_lazy("Supervisors"),
    Role.HOST: gettext_lazy("Hosts"),
}


def entry_line(series: Iterable[str], names: str, title: str, state: str) -> str:
    """Return "ASSET + PRiML: Ada Lovelace – On engines"; what is missing and what is called off is said in words."""
    whole = f"{' + '.join(series)}: {_names_and_title(names, title)}"
    if state == State.POSTPONED:
        return _("POSTPONED: %(talk)s") % {"talk": whole}
    return _("CANCELLED: %(talk)s") % {"talk": whole} if state == State.CANCELLED else whole


def _names_and_title(names: str, title: str) -> str:
    if title and names:
        return f"{names} – {title}"
    if names:
        return _("%(names)s (title to be announced)") % {"names": names}
    return _("%(title)s (speaker to be announced)") % {"title": title} if title else _("to be announced")


def dated_line(talk: Talk) -> str:
    """Return the line of a calendar entry after its day: feeds sort by when a talk was announced, so the title says
    when it takes place."""
    words = {"day": date_formats.day(local(talk.starts_at), with_year=True), "talk": talk_line(talk)}
    return _("%(day)s: %(talk)s") % words


def talk_line(talk: Talk) -> str:
    """Return the line of a calendar entry."""
    series = [series.short_name for series in talk.shown_series]
    return entry_line(series, talk.speaker_names, text.line(talk.title), talk.state)


def people_line(role: str, people: list[str]) -> str:
    """Return "Speakers: Ada Lovelace (London), Grace Hopper"."""
    number = len(people)
    lines = {
        Role.SPEAKER: lambda: ngettext("Speaker: %(names)s", "Speakers: %(names)s", number),
        Role.PANELIST: lambda: ngettext("Panelist: %(names)s", "Panelists: %(names)s", number),
        Role.MODERATOR: lambda: ngettext("Moderator: %(names)s", "Moderators: %(names)s", number),
        Role.CHAIR: lambda: ngettext("Chair: %(names)s", "Chairs: %(names)s", number),
        Role.COMMITTEE: lambda: _("Committee: %(names)s"),
        Role.SUPERVISOR: lambda: ngettext("Supervisor: %(names)s", "Supervisors: %(names)s", number),
        Role.HOST: lambda: ngettext("Host: %(names)s", "Hosts: %(names)s", number),
    }
    return lines[Role(role)]() % {"names": ", ".join(people)}


def role_name(role: Role, number: int) -> str:
    """Return what stands before the names of so many people in a role on pages: "Panelists"."""
    return str(SEVERAL.get(role, role.label) if number > 1 else role.label)


def others_by_role(talk: Talk) -> Iterator[tuple[str, list[Appearance], str]]:
    """Yield the people who do not speak, with the name of their role before them, and a host who is no known person."""
    for role in Role:
        people, other = talk.people_as(role), _other_host(talk, role)
        if role != Role.SPEAKER and (people or other):
            yield role_name(role, len(people) + bool(other)), people, other


def people_lines(talk: Talk) -> list[str]:
    """Return a line for each role that somebody has, speakers first."""
    return list(filter(None, (_line_of(talk, role) for role in Role)))


def other_lines(talk: Talk) -> list[str]:
    """Return the lines of those who do not speak."""
    return list(filter(None, (_line_of(talk, role) for role in Role if role != Role.SPEAKER)))


def _line_of(talk: Talk, role: Role) -> str:
    people = list(filter(None, [*map(str, talk.people_as(role)), _other_host(talk, role)]))
    return people_line(role, people) if people else ""


def _other_host(talk: Talk, role: Role) -> str:
    return talk.host.strip() if role == Role.HOST else ""


def place(location: str, *, is_online: bool) -> str:
    """Return the room with its address, "Online" for a talk that is online alone."""
    return location or (_("Online") if is_online else _("To be announced"))


def whereabouts(talk: Talk) -> str:
    """Return where a talk takes place, on one line."""
    return place(talk.room.location if talk.room else "", is_online=talk.is_online)


def joining_lines(address: str, link: str, passcode: str) -> Iterator[str]:
    """Yield how to join online, nothing where no `address` of ours leads there.

    Ours comes first: it leads to the link of the day however slowly a calendar refreshes.
    """
    if not address:
        return
    yield _("Join online: %(address)s") % {"address": address}
    if link:
        yield _("Link: %(address)s") % {"address": link}
    if passcode:
        yield _("Passcode: %(passcode)s") % {"passcode": passcode}


def gist(talk: Talk) -> str:
    """Return what is new, when and where, and how the abstract begins, as plain text: what readers of feeds, search
    engines and messengers show in a list."""
    is_settled = talk.state in (State.CONFIRMED, State.DRAFT)
    news = ": ".join(filter(None, ("" if is_settled else talk.get_state_display(), text.line(talk.notice))))
    told = f"{date_formats.when(talk.span, talk.zone_name)} · {whereabouts(talk)}"
    beginning = text.excerpt(talk.abstract, LENGTH_OF_GIST)
    return " — ".join(part for part in (news, told, beginning) if part)
