"""The properties of a component, told from running text that was not folded (RFC 5545 §3.1, §3.8)."""

import re
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from icalendar.parser.property import unescape_backslash

from seminars.importing.sources.ical_lines import Component, Line

_NAME = re.compile(r"([A-Za-z][\w-]{0,60})\s*(?=[;:])")
_PARAMETER = re.compile(r"""\s*;\s*([\w-]+)\s*(?:=\s*((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*))?""")
_BROKEN_ZONE = re.compile(r"[^:]*;\s*TZID\s*=(?P<zone>.{1,200}):(?P<value>\s*\d{4}[^:]*)", re.IGNORECASE)
_DATES = {"DTSTART", "DTEND", "DTSTAMP", "CREATED", "LAST-MODIFIED", "RECURRENCE-ID", "EXDATE", "RDATE"}
_READ = _DATES | {
    "UID", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "URL", "CATEGORIES", "STATUS", "SEQUENCE", "ORGANIZER",
    "CONTACT", "DURATION", "RRULE", "EXRULE", "CLASS", "CONFERENCE", "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-CDO-ALLDAYEVENT", "X-SEMINARS-NOTICE", "X-SEMINARS-PROGRAMME",
}  # fmt: skip
# The properties of an event (RFC 5545 §3.6.1, RFC 7986, RFC 9073, RFC 9253) that are not read.
_UNREAD = {
    "ATTACH", "ATTENDEE", "COLOR", "COMMENT", "CONCEPT", "GEO", "IMAGE", "LINK", "NAME", "PRIORITY", "REFID",
    "RELATED-TO", "REQUEST-STATUS", "RESOURCES", "STRUCTURED-DATA", "STYLED-DESCRIPTION", "TRANSP",
}  # fmt: skip
_TEXTS = {"DESCRIPTION", "X-ALT-DESC", "COMMENT", "SUMMARY", "LOCATION"}
_OFTEN = {"CATEGORIES", "CONTACT", "CONFERENCE", "RDATE", "EXDATE", "RRULE", "COMMENT"}  # several in one event
_VITAL = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
_PLAUSIBLE = dict.fromkeys(_DATES, re.compile(r"\s*\d{4}-?\d\d-?\d\d")) | {
    "URL": re.compile(r"\s*[a-z][a-z\d+.-]{1,20}:\S+\s*$", re.IGNORECASE),
    "STATUS": re.compile(r"\s*[A-Z-]+\s*$"),
    "CLASS": re.compile(r"\s*[A-Z-]+\s*$"),
    "SEQUENCE": re.compile(r"\s*\d+\s*$"),
    "DURATION": re.compile(r"\s*[+-]?P\w+\s*$"),
    "RRULE": re.compile(r"(?:[\w,=+-]+;)*FREQ="),
    "ORGANIZER": re.compile(r"\s*\w{2,20}:\S+\s*$"),
    "TRANSP": re.compile(r"\s*(?:OPAQUE|TRANSPARENT)\s*$"),
    "PRIORITY": re.compile(r"\s*\d\s*$"),
    "GEO": re.compile(r"\s*[\d.+-]+;[\d.+-]+\s*$"),
}
_MOST_REMARKS = 20  # on one event
_LONGEST = 200_000  # characters of one property
_LONGEST_HEAD = 5_000  # characters of its name and parameters
_CARETS = {"^n": "\n", "^N": "\n", "^'": '"', "^^": "^"}  # RFC 6868


class Unreadable(Exception):
    """An event cannot be imported because of `line`."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Property:
    """One content line taken apart; `raw` is its value with backslashes, `text` without."""

    line: int
    parameters: dict[str, str]
    raw: str

    @property
    def text(self) -> str:
        return unescape_backslash(self.raw).strip() if "\\" in self.raw else self.raw.strip()


@dataclass
class _Text:
    """The text property that the lines being read may continue, and those that do."""

    name: str = ""
    lines: list[Line] = field(default_factory=list)


class Properties:
    """The properties of a component by name; raise Unreadable if an essential one cannot be read.

    Some programs write a text over several lines without folding it. Its lines can look like properties ("Location:
    the old hall"), but they override none: see `_is_property`.
    """

    def __init__(self, component: Component) -> None:
        self.line = component.line
        self.remarks: list[str] = []
        self._by_name: dict[str, list[Property]] = {}
        heads = [line.text[: match.end() + 2] for line in component.lines if (match := _NAME.match(line.text))]
        self._in_capitals = any(head.startswith(("DTSTART", "UID")) for head in heads)
        self._without_space = {head.partition(":")[0] for head in heads if head[-2:-1] == ":" and head[-1:] != " "}
        self._before = _Text()
        for line in component.lines:
            self._read(line)
        self._add_to_text()

    def all(self, name: str) -> list[Property]:
        return self._by_name.get(name, [])

    def first(self, *names: str) -> Property | None:
        """Return the first property of the first of these names that occurs."""
        for name in names:
            if found := self._by_name.get(name):
                return found[0]
        return None

    def text(self, *names: str) -> str:
        """Return the first text that is not empty, else ""."""
        for name in names:
            if (found := self.first(name)) and (text := found.text):
                return text
        return ""

    def remark(self, sentence: str) -> None:
        if len(self.remarks) <= _MOST_REMARKS:
            is_enough = len(self.remarks) == _MOST_REMARKS
            self.remarks.append(_("more lines like these are not listed") if is_enough else sentence)

    def _read(self, line: Line) -> None:
        match = _NAME.match(line.text)
        if match and self._is_property(match[1], line.text[match.end() :]):
            self._add_to_text()
            self._before = _Text(match[1].upper() if match[1].upper() in _TEXTS else "")
            self._keep(match[1].upper(), line, match.end())
        elif self._before.name:
            self._before.lines.append(line)
        else:
            words = {"line": line.number, "text": line.text[:40]}
            self.remark(_("line %(line)d is not a calendar line and was skipped: %(text)s") % words)

    def _is_property(self, written: str, rest: str) -> bool:
        """Tell a property from a line of the text before it.

        All programs write names in capital letters and no space after the colon. After a line that can only be text,
        a property must be one that an event has, have a value that is possible, and not occur for the second time.
        """
        name, value = written.upper(), rest.partition(":")[2]
        if not self._before.name:
            return True
        if self._in_capitals and written != name:
            return False
        is_known = name in _READ or name in _UNREAD or name.startswith("X-")
        if value[:1] == " " and (not is_known or name in self._without_space):
            return False
        if not self._before.lines:
            return True
        if not is_known:
            return False
        if name in _PLAUSIBLE and not _PLAUSIBLE[name].match(value[:300]):
            return False
        return name in _OFTEN or name not in self._by_name

    def _add_to_text(self) -> None:
        """Add the lines that were not folded to the text that they belong to, and say so."""
        name, lines = self._before.name, self._before.lines
        found = self._by_name.get(name)
        if lines and found:
            added = "".join(("\n\n" if line.follows_blank else "\n") + line.text for line in lines)
            found[-1] = replace(found[-1], raw=found[-1].raw + added)
            words = {"first": lines[0].number, "last": lines[-1].number, "name": name}
            self.remark(_("lines %(first)d to %(last)d are not folded and were read as part of %(name)s") % words)
            self._refuse_a_long(name, found[-1])

    def _keep(self, name: str, line: Line, end: int) -> None:
        if name not in _READ:
            return
        found = _taken_apart(line, end)
        if name in _DATES and not (found and _PLAUSIBLE[name].match(found.raw)):
            found = _with_a_broken_zone(line) or found
        if found is None and name in _VITAL:
            raise Unreadable(line.number, _("%(name)s cannot be read.") % {"name": name})
        if found is None:
            words = {"line": line.number, "text": line.text[:40]}
            self.remark(_("line %(line)d is not a calendar line and was skipped: %(text)s") % words)
            return
        if not line.is_utf8:
            self.remark(_("line %(line)d is not in UTF-8 and was read as Latin-1") % {"line": line.number})
        self._refuse_a_long(name, found)
        self._by_name.setdefault(name, []).append(found)

    def _refuse_a_long(self, name: str, found: Property) -> None:
        if len(found.raw) > _LONGEST:
            reason = _("%(name)s has more than %(most)d characters. Shorten it, or enter the talk here.")
            raise Unreadable(found.line, reason % {"name": name, "most": _LONGEST})


def _taken_apart(line: Line, end: int) -> Property | None:
    """Split a line behind its name into parameters and value; None where it cannot be split."""
    text, parameters = line.text, {}
    if text[end : end + 1] == ":":  # most lines
        return Property(line.number, parameters, text[end + 1 :])
    while match := _PARAMETER.match(text, end, _LONGEST_HEAD):
        end = match.end()
        parameters[match[1].upper()] = _plain(match[2] or "")
    rest = text[end:] if text[end : end + 1] == ":" else text[end:].lstrip()
    return Property(line.number, parameters, rest[1:]) if rest[:1] == ":" else None


def _plain(value: str) -> str:
    """Return the value of a parameter without quotation marks around it and with what its carets mean (RFC 6868)."""
    if value.count('"') == 2 and value[:1] == value[-1:] == '"':
        value = value[1:-1]
    return re.sub(r"\^[nN'^]", lambda match: _CARETS[match[0]], value) if "^" in value else value


def _with_a_broken_zone(line: Line) -> Property | None:
    """Read "DTSTART;TZID=(UTC+01:00) Berlin:20270210T160000", whose colon should be in quotation marks."""
    match = _BROKEN_ZONE.fullmatch(line.text[:400])
    return Property(line.number, {"TZID": match["zone"].strip('"')}, match["value"]) if match else None
