"""A proxy in front of the site signs people in and names them in headers: Shibboleth, mod_auth_mellon and others.

Only the way back from the provider reads the headers, and only where the connection itself comes from a proxy that the
operator trusts. X-Forwarded-For says nothing about that: it is a header too.
"""

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from seminars.actions.provider_accounts import Claims
from seminars.single_sign_on import UNIX
from seminars.views.provider_failure import ProviderFailure, ProviderIdentity

KEPT, WITHIN = "single sign-on", 600  # the name in the session; seconds


def begin(request: HttpRequest, about: dict[str, Any]) -> str:
    """Return the address that the proxy protects."""
    request.session[KEPT] = about | {"at": time.time()}
    return reverse("sso-return")


def finish(request: HttpRequest, about: dict[str, Any]) -> ProviderIdentity:
    """Return what the proxy tells; write into `about` what `begin` was given. Raise ProviderFailure."""
    ours = settings.SINGLE_SIGN_ON
    if (request.META.get("REMOTE_ADDR") or UNIX) not in ours.trusted_proxies:
        raise ProviderFailure(ProviderFailure.UNTRUSTED, "a request came from outside TRUSTED_PROXIES")
    kept = request.session.pop(KEPT, None)
    if kept is None or not 0 <= time.time() - kept["at"] <= WITHIN:
        raise ProviderFailure(ProviderFailure.EXPIRED, "nobody asked to sign in within the last ten minutes")
    about |= kept
    subject = _header(request, ours.user_header)
    if not subject or len(subject) > 255:
        raise ProviderFailure(ProviderFailure.WRONG, "the proxy names nobody")
    if "," in subject:  # two headers of one name: the proxy adds its own to what the visitor sent
        raise ProviderFailure(ProviderFailure.WRONG, "the proxy must replace the header of visitors, not add its own")
    first, _blank, last = _header(request, ours.name_header).rpartition(" ")
    email = _header(request, ours.email_header)
    groups = frozenset(filter(None, map(str.strip, _header(request, ours.groups_header).split(";"))))
    return ProviderIdentity(Claims(ours.identity_issuer, subject, subject, email, bool(email), first, last, groups))


def _header(request: HttpRequest, name: str) -> str:
    """Return a header, "" if there is none; WSGI reads its bytes as Latin-1, and proxies send UTF-8 (PEP 3333)."""
    if not name:
        return ""
    return request.headers.get(name, "").encode("latin-1", "replace").decode("utf-8", "replace").strip()
