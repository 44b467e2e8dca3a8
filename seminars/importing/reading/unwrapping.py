"""Unwrap the links that mail programs and web sites wrap: the real address stands within, and nothing is fetched."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit

from seminars.importing.reading.links import ENDS, LINK, LONGEST_LINK, known_host, query_of

_WEB = ("http://", "https://")
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
    "trendmicro.com": ("url",),
    "fireeye.com": ("u",),
    "link.edgepilot.com": ("u",),
    "deref-gmx.net": ("redirectUrl",),
    "deref-web.de": ("redirectUrl",),
    "deref-mail.com": ("redirectUrl",),
}
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_PROOFPOINT_HOSTS = frozenset({"urldefense.com", "urldefense.proofpoint.com", "urldefense.us"})
_PROOFPOINT_3 = re.compile(r"/v3/__(?P<url>.+?)__;(?P<cut>[\w-]*=*)")
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # their places, plus two, are lengths


def unwrapped(text: str) -> str:
    """Return the text with the real address in place of each wrapped link.

    An address that then stands twice ("https://a.example <https://a.example>") is written once.
    """
    if "://" not in text:
        return text
    parts, end, before = [], 0, ""
    for match in LINK.finditer(text):
        link = match[0].rstrip(ENDS)
        between = text[end : match.start()]
        real = _unwrapped(link) if len(link) <= LONGEST_LINK else link
        after = match.start() + len(link)
        if before == real and between in {" (", "(", " <", "<"} and text[after : after + 1] in {")", ">"}:
            end = after + 1
            continue
        parts += [between, real]
        end, before = after, real
    return "".join([*parts, text[end:]])


@lru_cache(maxsize=256)
def _unwrapped(link: str) -> str:
    """Return the real address of a link; an event tells its own in several places."""
    real = link
    for _layer in range(_DEEPEST + 1):
        target = _target(real)
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


def _in_a_parameter(parts: SplitResult, host: str) -> str:
    names = _PARAMETERS.get(known_host(host, _PARAMETERS), ())
    if _GOOGLE.fullmatch(host) and parts.path in {"/url", "/imgres"}:
        names = ("q", "url")
    elif parts.path.lower().endswith("/owa/redir.aspx"):
        names = ("URL", "url")
    parameters = query_of(parts) if names else {}
    return next((parameters[name] for name in names if parameters.get(name, "").lower().startswith(_WEB)), "")


def _of_proofpoint(parts: SplitResult, host: str) -> str:
    """Read versions 1, 2 and 3; the third takes signs out of the address and writes them after it, in base64."""
    if not known_host(host, _PROOFPOINT_HOSTS):
        return ""
    whole = parts._replace(scheme="", netloc="").geturl()
    if match := _PROOFPOINT_3.match(whole):
        return _with_signs(match["url"], match["cut"])
    address = query_of(parts).get("u", "")
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
    if not known_host(host, {"protection.sophos.com"}):
        return ""
    coded = query_of(parts).get("u", "")
    return urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()


_READERS: tuple[Callable[[SplitResult, str], str], ...] = (_in_a_parameter, _of_proofpoint, _of_cisco, _of_sophos)
