"""Asks the provider of single sign-on whether it knows this site, without signing anybody in."""

import base64
import json
import secrets
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from seminars.doctor.findings import Finding, error, ok, unknown
from seminars.doctor.outside import SiteAnswer, ask
from seminars.models.page_addresses import absolute
from seminars.single_sign_on import ERROR_CODES, WELL_KNOWN, describes, takes_header, with_query

# What it says to somebody who would have to type something (OpenID Connect Core 1.0 section 3.1.2.6).
WOULD_ASK = {"login_required", "interaction_required", "consent_required", "account_selection_required"}
VERIFIER = secrets.token_urlsafe(32)  # of PKCE; nothing is signed in with it


def about_sign_in(_url: str) -> Iterator[Finding]:
    """Look whether the provider answers, and takes our redirect address and our secret."""
    ours = settings.SINGLE_SIGN_ON
    if ours is None or not ours.issuer:
        yield ok(_("Sign-in with OpenID Connect is off."))
        return
    address = ours.issuer + WELL_KNOWN
    try:
        described = _described(ask(address))
    except OSError as failure:
        yield error(
            _("The provider of single sign-on does not answer at %(address)s (%(reason)s)."),
            _("See that this machine may open connections to it, and that OIDC_ISSUER is right."),
            address=address,
            reason=failure.strerror or type(failure).__name__,
        )
        return
    except ValueError:
        yield error(
            _("%(address)s does not describe the provider %(issuer)s."),
            _(
                "Set OIDC_ISSUER to the issuer that the provider gives in its description, letter by letter. "
                "Its addresses must begin with https."
            ),
            address=address,
            issuer=ours.issuer,
        )
        return
    found = [*_about_redirect(described), *_about_secret(described), *_about_strength(described)]
    yield from found or [ok(_("The provider of single sign-on knows this site."))]


def _described(answer: SiteAnswer) -> dict[str, Any]:
    """Return the description of the provider; raise ValueError if it is not of this one."""
    told = _object(answer)
    if not describes(settings.SINGLE_SIGN_ON.issuer, told):
        raise ValueError
    return told


def _object(answer: SiteAnswer) -> dict[str, Any]:
    told = json.loads(answer.body)
    if not isinstance(told, dict):
        raise ValueError
    return told


def _about_redirect(described: dict[str, Any]) -> Iterator[Finding]:
    """Ask the provider to sign somebody in without showing a page (prompt=none).

    The check has no session with the provider, so a provider that accepts the redirect address sends it an error code.
    """
    redirect = absolute(reverse("sso-return"))
    challenge = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": settings.SINGLE_SIGN_ON.client_id, "redirect_uri": redirect, "response_type": "code",
        "scope": "openid profile email", "prompt": "none", "state": "doctor", "nonce": secrets.token_urlsafe(32),
        "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    answer = ask(with_query(described["authorization_endpoint"], urlencode(asked)))
    back = answer.headers.get("location", "")
    if back.startswith(redirect):
        code = dict(parse_qsl(urlsplit(back).query)).get("error", "")
        if code in ERROR_CODES - WOULD_ASK:
            yield error(
                _("The provider of single sign-on signs nobody in for this site (%(code)s)."),
                _("Let the client use the authorization code flow and the scopes openid, profile and email."),
                code=code,
            )
    elif 400 <= answer.status < 500:
        yield error(
            _("The provider of single sign-on does not take OIDC_CLIENT_ID with the redirect address %(address)s."),
            _("Register exactly this address for the client. It begins with SITE_URL."),
            address=redirect,
        )
    else:
        yield unknown(_("The provider of single sign-on does not say whether it takes the redirect address."))


def _about_secret(described: dict[str, Any]) -> Iterator[Finding]:
    """Send a made-up code: a provider that accepts the secret refuses only the code (RFC 6749 section 5.2)."""
    ours = settings.SINGLE_SIGN_ON
    form = {"grant_type": "authorization_code", "code": "asked by the doctor", "code_verifier": VERIFIER}
    form["redirect_uri"] = absolute(reverse("sso-return"))
    headers = {}
    if takes_header(described):
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(ours.encoded_client).encode()).decode()
    else:
        form |= {"client_id": ours.client_id, "client_secret": ours.client_secret}
    answer = ask(described["token_endpoint"], headers, form)
    try:
        code = _object(answer).get("error")
    except ValueError:
        code = ""
    if code in ("invalid_client", "unauthorized_client") or answer.status == 401:
        yield error(
            _("The provider of single sign-on does not take OIDC_CLIENT_SECRET."),
            _("Copy it again from the provider, and let the client use client_secret_basic there."),
        )
    elif code not in ("invalid_grant", "invalid_request"):
        yield unknown(_("The provider of single sign-on does not say whether it takes OIDC_CLIENT_SECRET."))


def _about_strength(described: dict[str, Any]) -> Iterator[Finding]:
    """Look whether the provider can say how somebody signed in, where it tells that (Discovery 1.0 section 3)."""
    ours = settings.SINGLE_SIGN_ON
    offered, claims = described.get("acr_values_supported"), described.get("claims_supported")
    if ours.required_acr and isinstance(offered, list) and not set(ours.required_acr) & set(map(str, offered)):
        yield error(
            _("The provider of single sign-on offers no way to sign in that OIDC_REQUIRED_ACR names."),
            _("Nobody can sign in. Choose from what it offers: %(offered)s"),
            offered=" ".join(map(str, offered)),
        )
    if ours.required_amr and isinstance(claims, list) and "amr" not in claims:
        yield unknown(
            _("The provider of single sign-on does not say that it sends amr, which OIDC_REQUIRED_AMR demands."),
            _("Try to sign in. If it is refused, let the provider send amr, or use OIDC_REQUIRED_ACR."),
        )
