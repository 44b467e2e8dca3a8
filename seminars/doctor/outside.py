"""Asks the site at its own address, as a visitor does: what its proxy does, and the feed that subscribers get."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from seminars.doctor import signature
from seminars.doctor.database import about_calendar
from seminars.doctor.findings import Finding, error, ok, warning

ANSWERS_WITHIN = 5  # seconds
LARGEST = 64 << 20  # bytes of a feed
MADE_UP = "203.0.113.7"  # an address for examples, which no visitor has (RFC 5737 §3)


@dataclass(frozen=True)
class SiteAnswer:
    """What the site answered; the names of headers are in small letters."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(url: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None) -> SiteAnswer:
    """Send one request, with a form by POST, and follow no redirect; raise OSError if there is no answer in time."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.hostname, parts.port, timeout=ANSWERS_WITHIN)
    try:
        sent = {"User-Agent": "seminars-doctor", **(headers or {})}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("GET" if form is None else "POST", path, urlencode(form) if form is not None else None, sent)
        answer = line.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return SiteAnswer(answer.status, told, answer.read(LARGEST))
    except http.client.HTTPException as failure:
        raise OSError(type(failure).__name__) from failure
    finally:
        line.close()


def about_address(url: str) -> Iterator[Finding]:
    """Look whether the site is reached at its address, and whether HTTPS is kept to."""
    try:
        answer = ask(f"{url}/healthz")
    except OSError as failure:
        yield _unreachable(url, failure)
        return
    if answer.body != b"alive\n":
        yield error(
            _("%(url)s answers with status %(status)s, but it is not this site."),
            _("See that the proxy leads this address to the site, and that SITE_URL is right."),
            url=url,
            status=answer.status,
        )
        return
    yield ok(_("The site answers at %(url)s."), url=url)
    if url.startswith("https"):
        yield from _about_https(url)


def _unreachable(url: str, failure: OSError) -> Finding:
    if isinstance(failure, ssl.SSLCertVerificationError):
        return error(
            _("The certificate of %(url)s is not valid: %(reason)s."),
            _("Renew it, for example with: certbot renew"),
            url=url,
            reason=failure.verify_message,
        )
    return error(
        _("The site does not answer at %(url)s (%(reason)s)."),
        _("See that the proxy runs. If this machine cannot reach its own address, ask from another one."),
        url=url,
        reason=failure.strerror or type(failure).__name__,
    )


def _about_https(url: str) -> Iterator[Finding]:
    """Look for the header HSTS (RFC 6797 §6.1) and for the redirect to HTTPS."""
    if "strict-transport-security" not in ask(f"{url}/").headers:
        yield warning(
            _("Browsers are not told to keep to HTTPS: the header Strict-Transport-Security is missing."),
            _("Set HSTS_SECONDS above 0, and see that the proxy passes the header on."),
        )
    yield about_plain(f"http{url.removeprefix('https')}/")


def about_plain(url: str) -> Finding:
    """Look whether an address without HTTPS redirects, also those who say that they came by HTTPS."""
    try:
        answer = ask(url, {"X-Forwarded-Proto": "https"})
    except OSError:
        return ok(_("Nothing answers at %(url)s, only HTTPS does."), url=url)
    if answer.headers.get("location", "").startswith("https://"):
        return ok(_("%(url)s redirects to HTTPS."), url=url)
    return error(
        _("%(url)s is served without HTTPS."),
        _("Let the proxy set X-Forwarded-Proto itself, and redirect http to https."),
        url=url,
    )


def about_proxy(url: str) -> Iterator[Finding]:
    """Look whether the proxy overwrites the headers that the site trusts, which visitors could make up."""
    made_up = {"X-Forwarded-For": MADE_UP, "X-Forwarded-Proto": "http"}
    answer = ask(f"{url}/readyz", made_up | {signature.HEADER: signature.signed()})
    _line, _word, visitor = answer.body.decode(errors="replace").partition("\nvisitor ")
    found = []
    if visitor.strip() == MADE_UP:
        found.append(
            error(
                _("The proxy passes on the X-Forwarded-For of visitors, who can so evade the limits of sign-ins."),
                _("Let the proxy set X-Forwarded-For to the address it sees, or set BEHIND_PROXY=no."),
            )
        )
    elif _hides_visitors(visitor.strip(), url):
        found.append(
            warning(
                _("The site takes all visitors for %(address)s, the proxy: a wrong password counts for everybody."),
                _("Let the proxy set X-Forwarded-For, and set BEHIND_PROXY=yes."),
                address=visitor.strip(),
            )
        )
    if url.startswith("https") and ask(f"{url}/", made_up).headers.get("location") == f"{url}/":
        found.append(
            error(
                _("The proxy passes on the X-Forwarded-Proto of visitors."),
                _("Let the proxy set X-Forwarded-Proto to the scheme that it was asked by."),
            )
        )
    if ask(f"{url}/metrics").status == http.client.OK:
        found.append(error(_("Everybody can read %(url)s/metrics."), _("Let the proxy refuse that address."), url=url))
    yield from found or [ok(_("The proxy overwrites the headers that the site trusts."))]


def _hides_visitors(visitor: str, url: str) -> bool:
    """Tell whether the site sees the address of this machine, although it was asked at one of the network."""
    try:
        if not ip_address(visitor).is_loopback:
            return False
        parts = urlsplit(url)
        found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme, type=socket.SOCK_STREAM)
    except (ValueError, OSError):
        return False
    return not any(ip_address(place[4][0].partition("%")[0]).is_loopback for place in found)


def about_live_feed(url: str) -> Iterator[Finding]:
    """Fetch the calendar as subscribers do, and check it on its bytes: a proxy may have changed them."""
    answer = ask(f"{url}/calendar.ics")
    if answer.status != http.client.OK or not answer.headers.get("content-type", "").startswith("text/calendar"):
        yield error(
            _("%(url)s/calendar.ics is no calendar (status %(status)s)."),
            _("See what the proxy does with this address: calendars of subscribers are not updated."),
            url=url,
            status=answer.status,
        )
        return
    yield from about_calendar(answer.body)
