"""The properties of one VEVENT that an import reads, each with its line; what is no property is remarked upon."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from icalendar.parser import Contentline
from icalendar.parser.property import unescape_backslash

from seminars.actions.importing.read import Component, Line

_NAME = re.compile(r"([A-Za-z][\w-]*)\s*[;:]")
_READ = {
    "UID", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "URL", "CATEGORIES", "STATUS", "SEQUENCE", "CREATED",
    "ORGANIZER", "CONTACT", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID", "CONFERENCE",
    "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
}  # fmt: skip
_MOST_REMARKS = 20  # on one event
_VITAL = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID"}


class Unreadable(Exception):
    """An event cannot be imported, because of what stands on `line`."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Property:
    """One content line taken apart; `raw` is its value with backslashes, `text` without."""

    line: int
    parameters: dict[str, str]
    raw: str

    @property
    def text(self) -> str:
        return unescape_backslash(self.raw).strip()


class Properties:
    """The properties of a component by name; raise Unreadable where one that everything hangs on is garbled."""

    def __init__(self, component: Component) -> None:
        self.line = component.line
        self.remarks: list[str] = []
        self._by_name: dict[str, list[Property]] = {}
        for line in component.lines:
            self._keep(line)

    def all(self, name: str) -> list[Property]:
        return self._by_name.get(name, [])

    def first(self, *names: str) -> Property | None:
        """Return the first property of the first of these names that occurs."""
        return next((found[0] for name in names if (found := self.all(name))), None)

    def text(self, *names: str) -> str:
        """Return the first text that is not empty, else ""."""
        return next((text for name in names if (found := self.first(name)) and (text := found.text)), "")

    def _remark(self, sentence: str) -> None:
        """Say it, unless enough was said."""
        if len(self.remarks) < _MOST_REMARKS:
            self.remarks.append(sentence)
        elif len(self.remarks) == _MOST_REMARKS:
            self.remarks.append(_("there are more lines like these"))

    def _keep(self, line: Line) -> None:
        match = _NAME.match(line.text)
        name = match[1].upper() if match else ""
        is_told = len(self.remarks) > _MOST_REMARKS
        if name not in _READ if match else is_told:
            return
        try:
            _written, parameters, raw = Contentline(line.text).raw_parts()
        except (ValueError, TypeError, IndexError) as error:
            if name in _VITAL:
                raise Unreadable(line.number, _("%(name)s cannot be read.") % {"name": name}) from error
            words = {"line": line.number, "text": line.text[:40]}
            self._remark(_("line %(line)d is no line of a calendar and was passed over: %(text)s") % words)
            return
        if not line.is_utf8:
            self._remark(_("line %(line)d is not in UTF-8 and was read as Latin-1") % {"line": line.number})
        parameters = {key.upper(): value for key, value in parameters.items() if isinstance(value, str)}
        self._by_name.setdefault(name, []).append(Property(line.number, parameters, raw))
