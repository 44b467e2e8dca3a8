"""Find links in text, unwrap those that mail programs and web sites wrap, and tell which lead to an online meeting.

Nothing is fetched: the real address stands within the wrapped one.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

LINK = re.compile(r"(?:https?|zoommtg|zoomus|msteams)://[^\s<>\"'()\[\]]+", re.IGNORECASE)
ENDS = ".,;:!?*、。，；：！？"  # what may follow a link without being part of it
_WEB = ("http://", "https://")
_LONGEST = 4_000  # characters; longer links are left as they are
_DEEPEST = 5  # wrappers around one link; with more of them the link is left as it is
_UNSAFE = re.compile(r"[\s<>\"'()\[\]\x00-\x20\x7f]")

# The parameter that holds the real address, by host. A host also means all below it.
_PARAMETERS = {
    "safelinks.protection.outlook.com": ("url",),
    "safelinks.protection.office365.us": ("url",),
    "statics.teams.cdn.office.net": ("url",),
    "l.facebook.com": ("u",),
    "lm.facebook.com": ("u",),
    "l.instagram.com": ("u",),
    "l.messenger.com": ("u",),
    "slack-redir.net": ("url",),
    "linkprotect.cudasvc.com": ("a",),
    "youtube.com": ("q",),
    "linkedin.com": ("url",),
    "duckduckgo.com": ("uddg",),
    "vk.com": ("to",),
    "out.reddit.com": ("url",),
    "clicktime.symantec.com": ("u", "url"),
    "ctp.trendmicro.com": ("url",),
    "fireeye.com": ("u",),
    "link.edgepilot.com": ("u",),
    "deref-gmx.net": ("redirectUrl",),
    "deref-web.de": ("redirectUrl",),
    "deref-mail.com": ("redirectUrl",),
}
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_PROOFPOINT_3 = re.compile(r"/v3/__(?P<url>.+?)__;(?P<cut>[\w-]*=*)")
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # their places, plus two, are lengths

_MEETING_HOSTS = (
    "zoom.us", "zoom.com", "zoom.com.cn", "zoomgov.com", "zoom-x.de", "teams.microsoft.com", "teams.live.com",
    "teams.microsoft.us", "meet.google.com", "webex.com", "gotomeeting.com", "gotomeet.me", "gotowebinar.com",
    "goto.com", "bluejeans.com", "whereby.com", "meet.jit.si", "8x8.vc", "bigbluebutton.org", "gather.town",
    "chime.aws", "meet.lync.com", "join.skype.com", "meeting.tencent.com", "voovmeeting.com", "vc.feishu.cn",
    "conf.dfn.de", "rendez-vous.renater.fr", "webconf.fr", "kmeet.infomaniak.com", "senfcall.de", "ringcentral.com",
    "meet.starleaf.com", "livestorm.co", "wonder.me", "meetings.vonage.com",
)  # fmt: skip
_VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com", "twitch.tv", "bilibili.com", "panopto.com", "panopto.eu", "kaltura.com")
_MEETING_NAMES = re.compile(r"(?:bbb|bigbluebutton|greenlight|jitsi|webconf|zoom)[\w-]{0,20}")
_OTHER_NAMES = frozenset(
    {"support", "help", "blog", "explore", "learn", "developers", "marketplace", "status", "news", "investors"}
)
# Pages that invitations link to besides the meeting.
_BESIDE_HOSTS = (
    "aka.ms", "dialin.teams.microsoft.com", "dialin.plcm.vc", "support.google.com", "tel.meet", "support.zoom.us",
    "support.zoom.com", "help.webex.com", "collaborationhelp.cisco.com", "products.office.com", "go.microsoft.com",
    "support.office.com", "support.microsoft.com", "support.goto.com", "support.logmeininc.com", "jitsi.org",
)  # fmt: skip
_BESIDE_PATHS = re.compile(
    r"(?:/[a-z]{2}(?:-[a-z]{2})?)?/(?:u|zoomconference|skype|meetings/[^/]+/(?:ics|invitations)|meetingOptions|usp|webappng/.*tollfree.*"
    r"|[\w/]*globalcallin\.php|microsoft-teams/.*|static/dialInInfo\.html|meeting/attendee/.*\.ics"
    r"|webinar/attendee/.*|l/meeting-options|launch|install)(?:/|$)",
    re.IGNORECASE,
)
_RECORDING = re.compile(r"/rec(?:ording)?s?/", re.IGNORECASE)
_NO_MEETING = re.compile(r"/(?:download|pricing|support|docs|blog|about|test)(?:/|$)", re.IGNORECASE)
_SECRETS = re.compile(r"(?:^|[&?])(?:pwd|passcode|password|pass|pin|tk)=", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w@./:-])(?:[a-z\d-]{1,63}\.){0,3}(?:zoom\.us/(?:j|my|w|s)/|teams\.microsoft\.com/(?:l|meet)/|"
    r"meet\.google\.com/|webex\.com/(?:meet|join)/|meet\.jit\.si/)[^\s<>\"'()\[\]]{3,}",
    re.IGNORECASE,
)


def links_in(text: str) -> list[tuple[int, str]]:
    """Return where each link begins, and the link without the punctuation after it.

    A link to a well-known meeting service may lack its https://.
    """
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


def unwrapped(text: str) -> str:
    """Return the text with the real address in place of each wrapped link.

    An address that then stands twice ("https://a.example <https://a.example>") is written once.
    """
    parts, end, before = [], 0, ""
    for match in LINK.finditer(text):
        link = match[0].rstrip(ENDS)
        between, real = text[end : match.start()], _unwrapped(link)
        after = match.start() + len(link)
        if before == real and between in {" (", "(", " <", "<"} and text[after : after + 1] in {")", ">"}:
            end = after + 1
            continue
        parts += [between, real]
        end, before = after, real
    return "".join([*parts, text[end:]])


def _unwrapped(link: str) -> str:
    real = link
    for _layer in range(_DEEPEST + 1):
        target = _target(real) if len(real) <= _LONGEST else ""
        if not target:
            return real
        real = target
    return link


def _target(link: str) -> str:
    """Return the address within a wrapped one, or ""."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
        found = next(filter(None, (read(parts, host) for read in _READERS)), "")
    except ValueError:  # of a host or a coding that is none
        return ""
    is_whole = found.lower().startswith(_WEB) and len(found) < len(link) and "." in found
    return _UNSAFE.sub(lambda match: quote(match[0]), found.strip()).rstrip(ENDS) if is_whole else ""


def _query(parts: SplitResult) -> dict[str, str]:
    return dict(reversed(parse_qsl(parts.query, max_num_fields=100)))


def _in_a_parameter(parts: SplitResult, host: str) -> str:
    names = next((names for known, names in _PARAMETERS.items() if _is_at(host, known)), ())
    if _GOOGLE.fullmatch(host) and parts.path in {"/url", "/imgres"}:
        names = ("q", "url")
    elif parts.path.lower().endswith("/owa/redir.aspx"):
        names = ("URL", "url")
    said = _query(parts) if names else {}
    return next((said[name] for name in names if said.get(name, "").lower().startswith(_WEB)), "")


def _of_proofpoint(parts: SplitResult, host: str) -> str:
    """Read versions 1, 2 and 3; the third takes signs out of the address and writes them after it, in base64."""
    if not (_is_at(host, "urldefense.com") or _is_at(host, "urldefense.proofpoint.com") or _is_at(host, "urldefense.us")):
        return ""
    whole = parts._replace(scheme="", netloc="").geturl()
    if match := _PROOFPOINT_3.match(whole):
        return _with_signs(match["url"], match["cut"])
    address = _query(parts).get("u", "")
    return unquote(address.translate(str.maketrans("-_", "%/"))) if parts.path.startswith("/v2/") else address


def _with_signs(url: str, cut: str) -> str:
    signs = iter(urlsafe_b64decode(cut + "=" * (-len(cut) % 4)).decode())
    url = re.sub(r"^(https?):/+", r"\1://", url)

    def put_back(match: re.Match[str]) -> str:
        count = _RUNS.index(match[1]) + 2 if match[1] else 1
        return "".join(next(signs, "") for _sign in range(count))

    return re.sub(r"\*(?:\*([\w-]))?", put_back, url, flags=re.ASCII)


def _of_cisco(parts: SplitResult, host: str) -> str:
    return unquote(parts.path.rpartition("/")[2]) if host == "secure-web.cisco.com" else ""


def _of_sophos(parts: SplitResult, host: str) -> str:
    if not _is_at(host, "protection.sophos.com"):
        return ""
    coded = _query(parts).get("u", "")
    return urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()


_READERS: tuple[Callable[[SplitResult, str], str], ...] = (_in_a_parameter, _of_proofpoint, _of_cisco, _of_sophos)


def _is_at(host: str, known: str) -> bool:
    return host == known or host.endswith("." + known)


def _parts(link: str) -> tuple[str, SplitResult] | None:
    """Return host and parts of a link; a link that hides its address may still tell its domain (Mimecast)."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").lower()
        if _is_at(host, "mimecast.com") or _is_at(host, "mimecastprotect.com"):
            return _query(parts).get("domain", host).lower(), parts
    except ValueError:
        return None
    return host, parts


def is_meeting(link: str) -> bool:
    """Tell whether a link leads to a meeting of a known service."""
    if not (found := _parts(link[:_LONGEST])):
        return False
    host, parts = found
    if parts.scheme in {"zoommtg", "zoomus", "msteams"}:
        return True
    first = host.partition(".")[0]
    is_known = any(_is_at(host, known) for known in _MEETING_HOSTS) or _MEETING_NAMES.fullmatch(first)
    leads_somewhere = len(parts.path) > 1 or bool(parts.query)
    is_other = first in _OTHER_NAMES or _NO_MEETING.match(parts.path) or is_beside_a_meeting(link)
    return bool(is_known and leads_somewhere and not is_other and not is_recording(link))


def is_recording(link: str) -> bool:
    return bool(_RECORDING.search(link))


def is_video_site(link: str) -> bool:
    found = _parts(link[:_LONGEST])
    return bool(found) and any(_is_at(found[0], known) for known in _VIDEO_HOSTS)


def is_beside_a_meeting(link: str) -> bool:
    """Tell whether a link leads to a page that invitations link to besides the meeting: help, dial-in numbers."""
    if not (found := _parts(link[:_LONGEST])):
        return False
    host, parts = found
    is_of_service = any(_is_at(host, known) for known in (*_MEETING_HOSTS, "microsoft.com"))
    is_for_numbers = host.startswith("dialin.") or any(_is_at(host, known) for known in _BESIDE_HOSTS)
    return is_for_numbers or bool(is_of_service and _BESIDE_PATHS.match(parts.path))


def is_secret(link: str) -> bool:
    """Tell whether a link looks as if it opens a meeting: a known service, or a passcode within."""
    found = _parts(link[:_LONGEST])
    return is_meeting(link) or bool(found and _SECRETS.search(found[1].query))
