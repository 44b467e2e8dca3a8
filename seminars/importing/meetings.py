"""Find online meetings in text: the link, the passcode, and the lines that are only about them."""

import re

from seminars.importing.events import Meeting

_URL = re.compile(r"https?://[^\s<>\"'()\[\]]+", re.IGNORECASE)
_HOST = re.compile(
    r"https?://(?:[\w-]+\.)*(?:zoom\.us|zoom\.com|zoomgov\.com|teams\.microsoft\.com|teams\.live\.com|meet\.google\.com|"
    r"webex\.com|gotomeeting\.com|gotomeet\.me|goto\.com|bluejeans\.com|whereby\.com|meet\.jit\.si|"
    r"bigbluebutton\.org|gather\.town|chime\.aws)(?=[/:?#]|$)",
    re.IGNORECASE,
)
_RECORDING = re.compile(r"/rec(?:ording)?s?/", re.IGNORECASE)
_LABEL = re.compile(r"\W*(?:zoom|join|online|virtual|meeting|video|live\s?stream|teams|webex)\b[^:]{0,40}:\s*$", re.I)
_PASSCODE = re.compile(
    r"\b(?:pass\s?code|pass\s?word|pwd|kennwort|kenncode)\b\s*(?:is\b|[:=])\s*(?P<passcode>\S{1,60})", re.IGNORECASE
)
_INVITATION = re.compile(
    r"\W*(?:join (?:zoom|microsoft teams|google meet|webex|the meeting|by (?:sip|h\.323|phone|video))\b.{0,60}"
    r"|(?:meeting|webinar|conference) (?:id|number)\b.{0,60}|one tap mobile.{0,40}|dial by your location.{0,40}"
    r"|find your local number\b.*|microsoft teams meeting.{0,40}|.{0,80} is inviting you to a scheduled zoom \w+\.?"
    r"|\+\d[\d ,#*()-]{8,}.{0,40}|[_-]{10,})",
    re.IGNORECASE,
)
_SHORT = 60  # characters: a line that says little beside the link is about the meeting, a longer one about the talk
_ENDS = ".,;:!?"


def meeting_in(text: str) -> tuple[str, Meeting]:
    """Return the text without the lines about the meeting, and the meeting; the text as it was if there is none."""
    lines = text.split("\n")
    url = next(filter(None, map(_link, lines)), "")
    if not url:
        return text, Meeting()
    passcode = next((match["passcode"] for line in lines if (match := _PASSCODE.search(_URL.sub("", line)))), "")
    kept = [rest for line in lines if (rest := _without_meeting(line)) is not None]
    return "\n".join(kept), Meeting(url, passcode.rstrip(_ENDS + ")]"))


def _link(line: str) -> str:
    """Return the first link to a meeting: to a known service, or any that is announced as one."""
    for match in _URL.finditer(line):
        url = match[0].rstrip(_ENDS)
        if _RECORDING.search(url):
            continue
        if _HOST.match(url) or _LABEL.fullmatch(line[: match.start()]):
            return url
    return ""


def _without_meeting(line: str) -> str | None:
    """Return the line without the meeting, or None if little is left."""
    without_link = line.replace(url, "") if (url := _link(line)) else line
    rest = _PASSCODE.sub("", without_link)
    if rest == line:
        return None if _INVITATION.fullmatch(line.strip()) else line
    return None if len(rest.strip()) <= _SHORT else re.sub(r"\s*[(<\[]\s*[,;]?\s*[)>\]]", "", rest)


def private_bits(text: str) -> tuple[str, ...]:
    """Return what still looks like a meeting link, a dial-in number or a passcode."""
    found = [match[0] for pattern in (_URL, _PASSCODE) for match in pattern.finditer(text)]
    return tuple(bit for bit in found if not _URL.match(bit) or _HOST.match(bit))


def without_private_bits(text: str) -> str:
    """Return the text without them."""
    for bit in private_bits(text):
        text = text.replace(bit, "")
    return "\n".join(line.strip() for line in text.split("\n"))
