"""Find links in text, and tell which lead to an online meeting."""

import re
from collections.abc import Callable, Collection
from urllib.parse import SplitResult, parse_qsl, urlsplit

LINK = re.compile(r"(?:https?|zoommtg|zoomus|msteams)://[^\s<>\"'()\[\]]+", re.IGNORECASE)
ENDS = ".,;:!?*、。，；：！？"  # what may follow a link without being part of it
LONGEST_LINK = 4_000  # characters; longer links are left as they are

_MEETING_HOSTS = frozenset({
    "zoom.us", "zoom.com", "zoom.com.cn", "zoomgov.com", "zoom-x.de", "teams.microsoft.com", "teams.live.com",
    "teams.microsoft.us", "meet.google.com", "webex.com", "gotomeeting.com", "gotomeet.me", "gotowebinar.com",
    "goto.com", "bluejeans.com", "whereby.com", "meet.jit.si", "8x8.vc", "bigbluebutton.org", "gather.town",
    "chime.aws", "meet.lync.com", "join.skype.com", "meeting.tencent.com", "voovmeeting.com", "vc.feishu.cn",
    "conf.dfn.de", "rendez-vous.renater.fr", "webconf.fr", "kmeet.infomaniak.com", "senfcall.de", "ringcentral.com",
    "meet.starleaf.com", "livestorm.co", "wonder.me", "meetings.vonage.com",
})  # fmt: skip
_SERVICE_HOSTS = _MEETING_HOSTS | {"microsoft.com"}
_VIDEO_HOSTS = frozenset({
    "youtube.com", "youtu.be", "vimeo.com", "twitch.tv", "bilibili.com", "panopto.com", "panopto.eu", "kaltura.com",
})  # fmt: skip
_MEETING_NAMES = re.compile(r"(?:bbb|bigbluebutton|greenlight|jitsi|webconf|zoom)[\w-]{0,20}")
_OTHER_NAMES = frozenset({
    "support", "help", "blog", "explore", "learn", "developers", "marketplace", "status", "news", "investors",
})  # fmt: skip
_HIDING_HOSTS = frozenset({"mimecast.com", "mimecastprotect.com"})
# Pages that invitations link to besides the meeting.
_BESIDE_HOSTS = frozenset({
    "aka.ms", "dialin.teams.microsoft.com", "dialin.plcm.vc", "support.google.com", "tel.meet", "support.zoom.us",
    "support.zoom.com", "help.webex.com", "collaborationhelp.cisco.com", "products.office.com", "go.microsoft.com",
    "support.office.com", "support.microsoft.com", "support.goto.com", "support.logmeininc.com", "jitsi.org",
})  # fmt: skip
_BESIDE_PATHS = re.compile(
    r"(?:/[a-z]{2}(?:-[a-z]{2})?)?/(?:u|zoomconference|skype|meetings/[^/]+/(?:ics|invitations)|meetingOptions|usp"
    r"|webappng/.*tollfree.*"
    r"|[\w/]*globalcallin\.php|microsoft-teams/.*|static/dialInInfo\.html|meeting/attendee/.*\.ics"
    r"|webinar/attendee/.*|l/meeting-options|launch|install)(?:/|$)",
    re.IGNORECASE,
)
_RECORDING = re.compile(r"/rec(?:ording)?s?/", re.IGNORECASE)
_NO_MEETING = re.compile(r"/(?:download|pricing|support|docs|blog|about|test)(?:/|$)", re.IGNORECASE)
_SECRETS = re.compile(r"(?:^|[&?])(?:pwd|passcode|password|pass|pin|tk)=", re.IGNORECASE)
_BARE_HOSTS = ("zoom.us", "teams.microsoft.com", "meet.google.com", "webex.com", "meet.jit.si")
_BARE = re.compile(
    r"(?<![\w@./:-])(?:[a-z\d-]{1,63}\.){0,3}(?:zoom\.us/(?:j|my|w|s)/|teams\.microsoft\.com/(?:l|meet)/|"
    r"meet\.google\.com/|webex\.com/(?:meet|join)/|meet\.jit\.si/)[^\s<>\"'()\[\]]{3,}",
    re.IGNORECASE,
)


def links_in(text: str) -> list[tuple[int, str]]:
    """Return where each link begins, and the link without the punctuation after it.

    A link to a well-known meeting service may lack its https://.
    """
    if "://" not in text and not any(host in text.lower() for host in _BARE_HOSTS):
        return []
    found = [(match.start(), match[0]) for match in LINK.finditer(text)]
    others = LINK.sub(lambda match: " " * len(match[0]), text)
    found += [(match.start(), match[0]) for match in _BARE.finditer(others)]
    return [(start, link.rstrip(ENDS)) for start, link in sorted(found)]


def with_links_as(word: str, text: str, *, only: Callable[[str], bool] | None = None) -> str:
    """Return the text with a word in place of each link, or of each that passes a test."""
    parts, end = [], 0
    for start, link in links_in(text):
        if only is None or only(link):
            parts += [text[end:start], word]
            end = start + len(link)
    return "".join([*parts, text[end:]])


def query_of(parts: SplitResult) -> dict[str, str]:
    """Return the parameters of a link; of one that is there twice, the first value."""
    return dict(reversed(parse_qsl(parts.query, max_num_fields=100)))


def known_host(host: str, known: Collection[str]) -> str:
    """Return the one of these hosts that `host` is or lies below, "" if there is none."""
    while host and host not in known:
        host = host.partition(".")[2]
    return host


def _parts(link: str) -> tuple[str, SplitResult] | None:
    """Return host and parts of a link; a link that hides its address may still tell its domain (Mimecast)."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").lower()
        if known_host(host, _HIDING_HOSTS):
            return query_of(parts).get("domain", host).lower(), parts
    except ValueError:
        return None
    return host, parts


def is_meeting(link: str) -> bool:
    """Tell whether a link leads to a meeting of a known service."""
    if not (found := _parts(link[:LONGEST_LINK])):
        return False
    host, parts = found
    if parts.scheme in {"zoommtg", "zoomus", "msteams"}:
        return True
    first = host.partition(".")[0]
    is_known = known_host(host, _MEETING_HOSTS) or _MEETING_NAMES.fullmatch(first)
    leads_somewhere = len(parts.path) > 1 or bool(parts.query)
    is_other = first in _OTHER_NAMES or _NO_MEETING.match(parts.path) or is_beside_a_meeting(link)
    return bool(is_known and leads_somewhere and not is_other and not is_recording(link))


def is_recording(link: str) -> bool:
    return bool(_RECORDING.search(link))


def is_video_site(link: str) -> bool:
    found = _parts(link[:LONGEST_LINK])
    return found is not None and bool(known_host(found[0], _VIDEO_HOSTS))


def is_beside_a_meeting(link: str) -> bool:
    """Tell whether a link leads to a page that invitations link to besides the meeting: help, dial-in numbers."""
    if not (found := _parts(link[:LONGEST_LINK])):
        return False
    host, parts = found
    if host.startswith("dialin.") or known_host(host, _BESIDE_HOSTS):
        return True
    return bool(known_host(host, _SERVICE_HOSTS) and _BESIDE_PATHS.match(parts.path))


def is_secret(link: str) -> bool:
    """Tell whether a link looks as if it opens a meeting: a known service, or a passcode within."""
    found = _parts(link[:LONGEST_LINK])
    return is_meeting(link) or bool(found and _SECRETS.search(found[1].query))
