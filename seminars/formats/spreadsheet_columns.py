"""The columns of exported talks: their headers, what each cell says, and how an edited cell is told from another."""

import base64
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars import text, times
from seminars.models import JoinAccess, Series, State, Talk
from seminars.models.page_addresses import absolute
from seminars.models.states import Recording, Role
from seminars.times import local

Cell = str | date | time
Row = dict[str, Cell]  # by the name of its column

BETWEEN = "\n"  # several people, topics or series in one cell; none of their names has a line end
YES, NO = "yes", "no"
LONGEST = 32_767  # characters that fit into a cell of Excel, which cuts what is longer
TOO_LONG = "(too long for a cell: edit it on the desk)"  # the same in every language, so that an import knows it
CHECK = "check"


@dataclass(frozen=True)
class Column:
    """A column of exported talks; `choices` are the values that its cells can have, if they are few."""

    name: str
    header: Promise
    width: int  # in characters
    help: Promise
    choices: type[TextChoices] | None = None


COLUMNS = (
    Column("date", _("Date"), 12, _("The day on which the talk starts.")),
    Column("start", _("Start"), 8, _("The time of day in the time zone beside it.")),
    Column("end", _("End"), 8, _("The time of day at which the talk ends.")),
    Column("end_date", _("End date"), 12, _("Only if the talk ends on another day.")),
    Column("zone", _("Time zone"), 18, _("For example Europe/Berlin. Blank: the department’s.")),
    Column("series", _("Series"), 14, _("The short name of the home series.")),
    Column("also_in", _("Also in"), 14, _("Short names of further series, one on each line.")),
    Column("kind", _("Kind"), 14, _("Blank: the kind of the series.")),
    Column("title", _("Title"), 40, _("Blank: to be announced.")),
    Column("speakers", _("Speakers"), 26, _("One name on each line.")),
    Column("affiliations", _("Affiliations"), 26, _("One for each speaker, on the same line as the speaker’s name.")),
    Column("panelists", _("Panelists"), 20, _("One name on each line.")),
    Column("moderators", _("Moderators"), 20, _("One name on each line.")),
    Column("chairs", _("Chair of the committee"), 20, _("One name on each line.")),
    Column("committee", _("Committee"), 20, _("One name on each line.")),
    Column("supervisors", _("Supervisors"), 20, _("One name on each line.")),
    Column("room", _("Room"), 26, _("The building and the room: Gutmann Hall, Room 414.")),
    Column("state", _("State"), 11, _("Visitors cannot see drafts."), State),
    Column("notice", _("Notice"), 30, _("One public line.")),
    Column("abstract", _("Abstract"), 50, _("Markdown, with TeX between dollar signs.")),
    Column("topics", _("Topics"), 20, _("One on each line.")),
    Column("language", _("Language"), 10, _("A language tag such as en or de-CH.")),
    Column("host", _("Host"), 20, _("Who invited the speaker.")),
    Column("audience", _("Audience"), 20, _("Who the talk is for.")),
    Column("programme", _("Programme"), 30, _("One public line, for example “Coffee 15:30”.")),
    Column("join_url", _("Join link"), 30, _("The link to the online meeting.")),
    Column("passcode", _("Passcode"), 12, _("The passcode of the online meeting.")),
    Column("join_access", _("Who sees the link"), 16, _("Who sees the join link, and when."), JoinAccess),
    Column("shares_room", _("Shares the room"), 14, _("“yes” if another talk may use the room at the same time.")),
    Column("recording", _("Recording"), 12, _("Whether the talk will be recorded."), Recording),
    Column("recording_url", _("Link to the recording"), 24, _("A web address.")),
    Column("slides_url", _("Slides"), 24, _("A web address.")),
    Column("paper_url", _("Paper"), 24, _("A web address.")),
    Column("code_url", _("Code"), 24, _("A web address.")),
    Column("notes", _("Private notes"), 30, _("For organisers only.")),
    Column("page", _("Page of the talk"), 30, _("Its address on this site. Changes in this column are ignored.")),
    Column(CHECK, _("Check"), 10, _("Shows which cells you edited. Do not change it. Leave it blank for a new talk.")),
    Column("uid", _("UID"), 14, _("Identifies the talk. Leave it blank for a new talk.")),
)  # fmt: skip
OTHER_ROLES = {role.plural: role for role in Role if role not in (Role.SPEAKER, Role.HOST)}  # by column
NAMES = tuple(column.name for column in COLUMNS)
WITHOUT_CHECK = {"page", "uid", CHECK}  # an edit of these is none
CHOICES = {column.name: column.choices for column in COLUMNS if column.choices}
# Copied as they are, both ways.
COPIED = (
    "kind", "title", "notice", "abstract", "language", "audience", "programme", "join_url", "passcode",
    "recording_url", "slides_url", "paper_url", "code_url", "notes", "uid",
)  # fmt: skip


def rows_of(talks: Iterable[Talk], hidden: Callable[[Talk], Collection[str]] = lambda talk: ()) -> Iterator[Row]:
    """Yield one row for each talk, which was read with all that is printed; cells named by `hidden` are blank."""
    for talk in talks:
        without = hidden(talk)
        row = {name: "" if name in without else _fitting(cell) for name, cell in cells_of(talk).items()}
        yield row | {CHECK: check_of(row)}


def cells_of(talk: Talk) -> Row:
    """Return what each cell says of a talk; days and times are those of the clocks in its own zone."""
    start, end = (local(moment, talk.zone_info) for moment in (talk.starts_at, talk.ends_at))
    return {name: getattr(talk, name) for name in COPIED} | {
        "date": start.date(),
        "start": start.time().replace(second=0, microsecond=0),
        "end": end.time().replace(second=0, microsecond=0),
        "end_date": end.date() if end.date() != start.date() else "",
        "zone": talk.zone_name or times.zone_name(),
        "series": talk.series.short_name,
        "also_in": BETWEEN.join(series.short_name for series in talk.all_series[1:]),
        "speakers": BETWEEN.join(one.speaker.name for one in talk.speakers),
        "affiliations": BETWEEN.join(one.affiliation for one in talk.speakers),
        **{name: BETWEEN.join(one.speaker.name for one in talk.people_as(role)) for name, role in OTHER_ROLES.items()},
        "host": talk.hosted_by,
        "room": str(talk.room or ""),
        "state": talk.state,
        "topics": BETWEEN.join(sorted(topic.name for topic in talk.topics.all())),
        "join_access": talk.join_access,
        "shares_room": YES if talk.shares_room else NO,
        "recording": talk.recording,
        "page": absolute(talk.get_absolute_url()),
    }


def empty_rows(series: Series | None, count: int) -> Iterator[Row]:
    """Yield rows for new talks, with the usual values of a series; an import leaves out those that stay without a day,
    a title and a speaker."""
    row: Row = {} if series is None else {
        "start": series.default_start or "",
        "zone": series.zone or times.zone_name(),
        "series": series.short_name,
        "room": str(series.default_room or ""),
        "join_url": series.default_join_url,
        "passcode": series.default_passcode,
        "join_access": series.default_join_access,
        "moderators": series.default_moderator.name if series.default_moderator else "",
        "topics": BETWEEN.join(topic.name for topic in series.default_topics.all()),
        "host": series.default_host,
        "language": series.default_language,
        "audience": series.default_audience,
        "programme": series.default_programme,
        "recording": series.default_recording,
        "notes": series.default_notes,
    }  # fmt: skip
    for _number in range(count):
        yield row | {"state": State.DRAFT}


def as_text(cell: Cell) -> str:
    """Return a cell as text: 2026-11-05, 15:30, and text as it is."""
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return cell.isoformat() if isinstance(cell, date) else cell


def check_of(row: Row) -> str:
    """Return a short digest of each cell that is not blank, by which an import tells those that were edited since."""
    cells = ((name, as_text(cell)) for name, cell in row.items() if cell != "" and name not in WITHOUT_CHECK)
    return " ".join(f"{name}:{_digest(told)}" for name, told in cells)


def edited(row: dict[str, str], check: str) -> set[str]:
    """Return the names of those cells of a row that are not as the export wrote them."""
    written = dict(part.partition(":")[::2] for part in check.split())
    known = {name: told for name, told in row.items() if name not in WITHOUT_CHECK}
    return {name for name, told in known.items() if written.get(name, _BLANK) != _digest(told)}


def _digest(told: str) -> str:
    """Return 24 bits of a digest: enough to tell an edit, short enough for a cell."""
    if not told:
        return _BLANK
    same = text.printable(told).strip()
    return _digest_of(same)


def _digest_of(same: str) -> str:
    return base64.urlsafe_b64encode(sha256(same.encode()).digest()[:3]).decode()


_BLANK = _digest_of("")


def _fitting(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    printed = text.printable(cell)
    return TOO_LONG if len(printed) > LONGEST else printed
