"""Read one row of a spreadsheet as an event."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars import date_formats, times
from seminars.formats.spreadsheet_columns import BETWEEN, CHECK, CHOICES, NO, OTHER_ROLES, YES, edited
from seminars.importing.events import Meeting, Person, SourceEvent, former_path
from seminars.importing.reading.summaries import read_headline
from seminars.importing.sources.cells import (
    has_failed,
    read_choice,
    read_clock,
    read_list,
    read_moment,
    read_yes_or_no,
)
from seminars.importing.sources.column_meanings import DATES, meanings
from seminars.importing.sources.row_states import remark_on, settled, states_said
from seminars.models.titles import title_of
from seminars.models.wall_times import zone_info, zone_of
from seminars.typed_clocks import A_DAY
from seminars.typed_names.people import in_full, people_in
from seminars.typed_names.roles import read_role_line

# What a column says something of, where that is not a field of its name.
FEEDS: dict[str, tuple[str, ...]] = {
    "date": ("starts_at", "ends_at"), "date-day-first": ("starts_at", "ends_at"),
    "date-month-first": ("starts_at", "ends_at"), "when": ("starts_at", "ends_at"), "start": ("starts_at",),
    "end": ("ends_at",), "end_date": ("ends_at",), "minutes": ("ends_at",),
    "zone": ("zone", "starts_at", "ends_at"), "building": ("room",), "speakers": ("people",),
    "affiliations": ("people", "affiliations"), "given_name": ("people",), "family_name": ("people",),
    "old_page": ("address",),
    "confirmed": ("state",), "cancelled": ("state",),
    "biography": (), "page": (), "uid": (), CHECK: (),
}  # fmt: skip
# Fields that an event has under `fields`.
FIELDS = (
    "kind", "language", "notice", "host", "audience", "programme", "recording", "recording_url", "slides_url",
    "paper_url", "code_url", "notes", "join_access", "shares_room", "also_in", *OTHER_ROLES,
)  # fmt: skip
TIMES = frozenset({"starts_at", "ends_at", "zone"})
TOGETHER = {TIMES: ("date", "start", "end", "zone"), frozenset({"people"}): ("speakers",)}  # need these columns
_NAMES = frozenset({"speakers", "given_name", "family_name", "uid"})  # without these, a title may name people too
LISTS = ("also_in", "speakers", *OTHER_ROLES, "topics")

Cells = dict[str, str]
Read = TypeVar("Read")


def fields_fed_by(columns: set[str]) -> frozenset[str]:
    """Return the fields of a talk that these columns say something of."""
    return frozenset(field for column in columns for field in FEEDS.get(column, (column,)))


class RowReader:
    """Reads rows of one spreadsheet; `is_exported`: it is ours. `order` says how 05/11/2026 is read.

    A date without a year is read as the day closest to that of the row above, at first to `near`.
    """

    def __init__(self, *, is_exported: bool, order: str, near: date) -> None:
        self._is_exported = is_exported
        self._order = order
        self._near = near

    def event(self, number: int, cells: Cells) -> SourceEvent:
        """Return the talk of a row; raise ValidationError with a sentence for what cannot be read."""
        edits = self._edits(cells)
        if edits == frozenset():
            return self._unchanged(number, cells)
        _refuse_errors(cells)
        _refuse_missing_columns(edits or frozenset(), cells)
        event = SourceEvent(line=number, uid=cells.get("uid", ""), edited=edits, check=cells.get(CHECK, ""))
        event.has_entry = False
        event.available_fields = fields_fed_by(set(cells))
        event.summary = cells.get("title") or " ".join(cells.get("speakers", "").split())
        cells = self._tell_state(event, cells)
        self._tell_title(event, cells)
        event.people = [] if self._says_no_talk(event) else self._people(cells)
        event.abstract, event.biography = cells.get("abstract", ""), cells.get("biography", "")
        event.series = cells.get("series", "")
        event.location = ", ".join(filter(None, (cells.get("building"), cells.get("room"))))
        event.meeting = Meeting(cells.get("join_url", ""), cells.get("passcode", ""))
        event.categories = tuple(read_list(cells.get("topics", "")))
        event.address = former_path(cells.get("old_page", ""))
        if _tells_time(event, cells):
            self._tell_time(event, cells)
        else:
            event.available_fields -= TIMES
        event.fields = {name: _value(name, cells[name]) for name in FIELDS if name in cells}
        if edits is None:
            _sort_by_role(event.fields)
        event.uid = event.uid or _identity(event)
        return event

    def _tell_state(self, event: SourceEvent, cells: Cells) -> Cells:
        """Set the state that the row tells, and return its cells without the words that tell it."""
        states, cells = _of_column("state", lambda: states_said(cells, is_exported=self._is_exported))
        if states:
            event.state, event.remarks = settled(states), tuple(filter(None, [remark_on(states, cells)]))
            event.available_fields |= {"state"}
        return cells

    def _tell_title(self, event: SourceEvent, cells: Cells) -> None:
        """Set the title; where there is no column for people, one that may name some is read as that of a calendar."""
        event.title = cells.get("title", "")
        if self._is_exported:
            return
        event.title = title_of(event.title)
        if event.title and not _NAMES & cells.keys() and _may_name_people(event.title):
            event.is_headline, event.title = True, ""
            event.available_fields |= {"people", "kind", "state"}

    def _edits(self, cells: Cells) -> frozenset[str] | None:
        """Return the fields whose cells are not as we exported them; None for a row that we have not exported."""
        if not (self._is_exported and cells.get("uid") and cells.get(CHECK)):
            return None
        return fields_fed_by(edited({name: self._canonical(name, cell) for name, cell in cells.items()}, cells[CHECK]))

    def _unchanged(self, number: int, cells: Cells) -> SourceEvent:
        event = SourceEvent(line=number, uid=cells["uid"], title=cells.get("title", ""), edited=frozenset())
        event.summary = event.title or " ".join(cells.get("speakers", "").split())
        return event

    def _canonical(self, name: str, cell: str) -> str:
        """Return a cell as an export writes it, whatever a spreadsheet has made of it: "05.11.2026", "15:30:00"."""
        try:
            if name in {"date", "end_date"} and cell:
                return read_moment(cell, self._order)[0].day.isoformat()
            if name in {"start", "end"} and cell:
                return _clock(read_clock(cell, None)[0])
            if name in CHOICES and cell:
                return read_choice(cell, CHOICES[name])
            if name == "shares_room":
                return YES if read_yes_or_no(cell) else NO
        except (ValueError, ValidationError):
            return cell
        return cell

    def _says_no_talk(self, event: SourceEvent) -> bool:
        """Tell whether the column of speakers says "No seminar" or the like; a break is proposed then."""
        if self._is_exported or event.title:
            return False
        return read_headline(event.summary).readings[0].is_break

    def _people(self, cells: Cells) -> list[Person]:
        names = cells.get("speakers") or " ".join(filter(None, (cells.get("given_name"), cells.get("family_name"))))
        if not self._is_exported:
            people = [person for one in read_list(names) for person in people_in(one)]
        else:
            people = [Person(name) for name in read_list(names)]
        return _with_affiliations(people, cells.get("affiliations", ""))

    def _tell_time(self, event: SourceEvent, cells: Cells) -> None:
        """Set start, end and zone of an event; one without a time of day has its day alone."""
        column = next((name for name in DATES if cells.get(name)), None)
        if column is None:
            raise ValidationError(_("This row has no date. Enter one like 2026-11-05."))
        day, start, end = self._read_day(event, cells[column])
        if typed := cells.get("start"):
            start, end = _of_column("start", lambda: read_clock(typed, day))
        if typed_end := cells.get("end"):
            end = _of_column("end", lambda: read_clock(typed_end, self._end_day(day, cells)))[0]
        if cells.get("zone"):
            event.zone = _of_column("zone", lambda: zone_of(cells["zone"]))
        if start is None:
            event.day = day
            return
        event.starts_at = _moment(day, start, event.zone)
        times.check_year(day)
        event.ends_at = self._end(event, cells, day, end)

    def _read_day(self, event: SourceEvent, cell: str) -> tuple[date, int | None, int | None]:
        """Return the day and the time of a cell; a year that it lacks is added, with a remark."""
        try:
            read, start, end = read_moment(cell, self._order, self._near)
        except ValueError as error:
            raise ValidationError(_no_day(cell, self._order)) from error
        if read.is_inferred:
            words = {"typed": cell, "day": date_formats.day(read.day, with_year=True)}
            if read.contradicts:
                raise ValidationError(_("“%(typed)s” would be %(day)s. Add the year.") % words)
            event.remarks += (_("“%(typed)s” has no year and is read as %(day)s") % words,)
        self._near = read.day
        return read.day, start, end

    def _end(self, event: SourceEvent, cells: Cells, day: date, end: int | None) -> datetime | None:
        if end is None and (minutes := cells.get("minutes")):
            return event.starts_at + timedelta(minutes=_number(minutes))
        if end is None:
            return None
        ends_at = _moment(self._end_day(day, cells), end, event.zone)
        if ends_at <= event.starts_at:
            raise ValidationError(_("The end must be after the start. Choose a later end."))
        return ends_at

    def _end_day(self, day: date, cells: Cells) -> date:
        if not (typed := cells.get("end_date")):
            return day
        try:
            return read_moment(typed, self._order, day)[0].day
        except ValueError as error:
            raise ValidationError(_no_day(typed, self._order)) from error


def _may_name_people(title: str) -> bool:
    return any(reading.people for reading in read_headline(title).readings)


def _tells_time(event: SourceEvent, cells: Cells) -> bool:
    """Tell whether the times of a row count: in an export only edited ones do, and a UID is enough without a date."""
    if event.edited:
        return bool(TIMES & event.edited)
    return bool(set(DATES) & cells.keys()) or not event.uid


def _moment(day: date, minutes: int, zone: str) -> datetime:
    """Return the moment at which the clocks of a zone show so many minutes after midnight; 24:00 is the next day."""
    if minutes == A_DAY:
        day, minutes = day + timedelta(days=1), 0
    return times.at(day, time(minutes // 60, minutes % 60), zone_info(zone) if zone else None)


def _identity(event: SourceEvent) -> str:
    """Return a digest of start and title, the same in every import."""
    return sha256(f"{event.day or event.starts_at.isoformat()}|{event.summary}".encode()).hexdigest()[:40]


def _with_affiliations(people: list[Person], cell: str) -> list[Person]:
    """Give each person the affiliation on their line; a single person has the whole cell."""
    if not cell.strip() or not people:
        return people
    if "\n" in cell:
        typed = cell.rstrip().split("\n")
        typed += [""] * (len(people) - len(typed))
    else:
        typed = [cell] if len(people) == 1 else cell.split(";")
    typed = [" ".join(one.split()) for one in typed]
    if len(typed) != len(people):
        sentence = _("Number of speakers: %(people)d, of affiliations: %(affiliations)d. Write one on each line.")
        raise ValidationError(sentence % {"people": len(people), "affiliations": len(typed)})
    return [Person(one.name, affiliation or one.affiliation) for one, affiliation in zip(people, typed, strict=True)]


def _value(name: str, cell: str) -> str:
    """Return the text of a field: a value for a choice, one name on each line for a list."""
    if name == "shares_room":
        return YES if _of_column(name, lambda: read_yes_or_no(cell)) else NO
    if name in CHOICES:
        return _of_column(name, lambda: read_choice(cell, CHOICES[name])) if cell else ""
    return BETWEEN.join(read_list(cell)) if name in LISTS else cell


def _sort_by_role(fields: dict[str, str]) -> None:
    """Move people from the committee to the role beside their name: "Emmy Noether (Göttingen), chair"."""
    names = fields.get("committee", "").split(BETWEEN)
    if "committee" in fields:
        fields["committee"] = ""
    for name in filter(None, names):
        found = read_role_line(name)
        is_read = len(found.people) == 1 and found.role and found.role.plural in OTHER_ROLES
        column, words = (found.role.plural, in_full(found.people[0])) if is_read else ("committee", name)
        fields[column] = BETWEEN.join(filter(None, (fields.get(column), words)))


def _refuse_errors(cells: Cells) -> None:
    """Raise ValidationError for errors of formulas, and for 0 as a name: LibreOffice writes it for text into .xls."""
    for name, cell in cells.items():
        if has_failed(cell) or (cell == "0" and name in {"title", "speakers", "room", "abstract"}):
            sentence = _("The column “%(column)s” contains %(typed)s. Correct the formula in the spreadsheet.")
            raise ValidationError(sentence % {"column": _label(name), "typed": cell})


def _refuse_missing_columns(edits: frozenset[str], cells: Cells) -> None:
    """Raise ValidationError if somebody deleted columns from an export without which an edit cannot be understood."""
    for fields, columns in TOGETHER.items():
        missing = [_label(name) for name in columns if name not in cells]
        if missing and fields & edits:
            sentence = _(
                "The file does not have the columns that this edit needs: %(columns)s. Export the talks again."
            )
            raise ValidationError(sentence % {"columns": ", ".join(missing)})


def _of_column(name: str, read: Callable[[], Read]) -> Read:
    """Name the column in what is wrong with its cell."""
    try:
        return read()
    except ValidationError as error:
        words = {"column": _label(name), "reason": " ".join(error.messages)}
        raise ValidationError(_("%(column)s: %(reason)s") % words) from error


def _label(name: str) -> str:
    return str(dict(meanings()).get(name, name))


def _number(typed: str) -> int:
    if typed.isascii() and typed.isdigit() and 0 < int(typed[:6]) <= A_DAY:
        return int(typed)
    raise ValidationError(_("“%(typed)s” is not a number of minutes. Enter a number like 60.") % {"typed": typed})


def _no_day(typed: str, order: str) -> str:
    if "/" in typed and not order:
        sentence = _(
            "“%(typed)s” could mean two days. Write it like 2026-11-05, or choose on the import page that the day or "
            "the month comes first in this column."
        )
        return sentence % {"typed": typed}
    return _("“%(typed)s” is not a date. Enter a date like 2026-11-26 or 26 Nov 2026.") % {"typed": typed}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
