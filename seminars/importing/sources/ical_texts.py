"""The texts of an event: what it is called, where it is, who holds it, and its categories."""

import re
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from icalendar.parser.property import split_on_unescaped_comma, unescape_backslash

from seminars.importing.events import Meeting
from seminars.importing.reading.meetings import meeting_in
from seminars.importing.reading.texts import plain_text
from seminars.importing.sources.ical_properties import Properties

_MEETING_LINKS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_MOST_CATEGORIES = 50
# "\n" that is no command of TeX, in a text that was escaped twice.
_ESCAPED_BREAK = re.compile(
    r"\\n(?!abla|u(?![a-z])|e(?:q|xists|arrow|g)?(?![a-z])|i(?![a-z])|ot(?:in)?(?![a-z])|atural|mid|[lg]eq|subset|supset|orm"
    r"|warrow|onumber|oindent|ewline|parallel|sim|cong|vdash|less|gtr)"
)
_PLAIN_BREAK = re.compile(r"\\n(?![a-z])")
_ESCAPED_SIGN = re.compile(r"\\([,;])(?=\s|$)")


def one_line(text: str) -> str:
    return " ".join(plain_text(undoubled(text)).split())


def undoubled(text: str) -> str:
    """Return text whose line breaks and commas a program had escaped twice ("\\\\n") without their backslashes."""
    if "\\" not in text:
        return text
    if "\n" not in text and _PLAIN_BREAK.search(text):
        text = _ESCAPED_BREAK.sub("\n", text)
    return _ESCAPED_SIGN.sub(r"\1", text)


def texts_and_meeting(properties: Properties) -> tuple[str, str, Meeting]:
    """Return summary and description without the meeting, and the meeting, from whichever property has it."""
    text, in_description = meeting_in(plain_text(undoubled(properties.text("DESCRIPTION", "X-ALT-DESC"))))
    summary, in_summary = meeting_in(one_line(properties.text("SUMMARY")))
    location = meeting_in(plain_text(properties.text("LOCATION")))[1]
    page = meeting_in(properties.text("URL"))[1]
    link = properties.text(*_MEETING_LINKS)
    conference = Meeting(link if link.lower().startswith(("http://", "https://")) else "")
    found = [one for one in (in_description, conference, location, in_summary, page) if one.url]
    meeting = found[0] if found else Meeting()
    passcodes = (one.passcode for one in found if one.is_the_same_room_as(meeting.url))
    return one_line(summary), plain_text(text), Meeting(meeting.url, next(filter(None, passcodes), ""))


def categories(properties: Properties) -> tuple[str, ...]:
    """Return the names, each once: at most the first fifty, because they are looked up one by one."""
    written = ",".join(each.raw for each in properties.all("CATEGORIES"))
    first = ",".join(written.split(",", 2 * _MOST_CATEGORIES)[: 2 * _MOST_CATEGORIES])
    return tuple(dict.fromkeys(filter(None, map(one_line, split_on_unescaped_comma(first)))))[:_MOST_CATEGORIES]


def contact(properties: Properties) -> tuple[str, str]:
    """Return name and email address of the organiser; some programs percent-encode the name (CN)."""
    found = properties.first("ORGANIZER")
    if found is None:
        written = one_line(properties.text("CONTACT"))
        name, _space, address = written.rpartition(" ")
        return (name.rstrip(" ,;")[:200], address) if _is_email(address) else (written[:200], "")
    scheme, _colon, address = found.text.partition(":")
    address = unquote(address if scheme.lower() == "mailto" else "").partition("?")[0].strip()
    name = unescape_backslash(unquote(found.parameters.get("CN", ""))).strip().strip('"')
    return one_line(name)[:200], address if _is_email(address) else ""


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True
