"""OpenID Connect: django-allauth finds the provider, keeps the states, proves them by PKCE and fetches the tokens.

Its accounts, pages and tables stay unused, and it checks less than the standard asks for, so this module adds: the
nonce, the issuer, and that both answers speak of one person (docs/decisions/sign-in.md).
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables
from requests import RequestException

from seminars.actions.provider_accounts import Claims
from seminars.models.page_addresses import absolute
from seminars.single_sign_on import ERROR_CODES, describes, takes_header, with_query
from seminars.views.provider_failure import ProviderFailure, ProviderIdentity

NAME = "sso"  # of our provider, among those of allauth
KINDS = {"access_denied": ProviderFailure.REFUSED, "unmet_authentication_requirements": ProviderFailure.WEAK}
ADVICE = {
    "invalid_client": "it does not take OIDC_CLIENT_ID with OIDC_CLIENT_SECRET, sent as client_secret_basic",
    "invalid_grant": "it does not take the code back; its redirect address must be SITE_URL with /sign-in/sso/return/",
    "unauthorized_client": "the client of OIDC_CLIENT_ID may not use the authorization code flow",
    "invalid_scope": "the client of OIDC_CLIENT_ID may not ask for openid, profile and email",
}


class _Provider(OpenIDConnectProvider):
    """The provider of the settings; what it says becomes no row of allauth."""

    def __init__(self, request: HttpRequest) -> None:
        ours = settings.SINGLE_SIGN_ON
        # SocialApp is a model whose rows would hold these settings; this one is never saved.
        app = SocialApp(provider=self.id, provider_id=NAME, name=ours.name, client_id=ours.client_id)
        app.secret, app.settings = ours.client_secret, {"server_url": ours.issuer, "oauth_pkce_enabled": True}
        super().__init__(request, app=app)

    def get_oauth2_adapter(self, request: HttpRequest) -> "_Adapter":
        return _Adapter(request, self)

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> dict[str, Any]:
        return response


class _Adapter(OpenIDConnectOAuth2Adapter):
    """How the provider is asked."""

    def __init__(self, request: HttpRequest, provider: _Provider) -> None:
        super().__init__(request, NAME)
        self.provider = provider

    def get_provider(self) -> _Provider:
        return self.provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return absolute(reverse("sso-return"))

    @property
    def basic_auth(self) -> bool:
        return takes_header(self.openid_config)

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: OAuth2Client, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        if client.basic_auth:
            client.consumer_key, client.consumer_secret = settings.SINGLE_SIGN_ON.encoded_client
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's own description."""
        told = super().openid_config
        if not describes(settings.SINGLE_SIGN_ON.issuer, told):
            raise _Mismatch("the description of the provider is of another issuer than OIDC_ISSUER, or lacks https")
        self.provider.app.settings["fetch_userinfo"] = "userinfo_endpoint" in told
        return told


def begin(request: HttpRequest, about: dict[str, Any]) -> str:
    """Return the address at the provider. Raise ProviderFailure if it does not answer."""
    nonce = secrets.token_urlsafe(32)
    asked = {"nonce": nonce}
    if wanted := settings.SINGLE_SIGN_ON.required_acr:
        asked["acr_values"] = " ".join(wanted)  # OpenID Connect Core 1.0 section 3.1.2.1
    with _failures():
        kept = {"about": about, "nonce": nonce}
        address = _Provider(request).redirect(request, "login", data=kept, auth_params=asked).url
    # allauth writes "?" even after an endpoint that has a query of its own; "?" in parameters is encoded.
    endpoint, _mark, query = address.rpartition("?")
    return with_query(endpoint, query)


@sensitive_variables()
def finish(request: HttpRequest, about: dict[str, Any]) -> ProviderIdentity:
    """Return what the provider tells; write into `about` what `begin` was given. Raise ProviderFailure."""
    provider = _Provider(request)
    state = _taken_state(request, provider)
    about |= state["data"]["about"] if state else {}
    if error := request.GET.get("error"):  # some providers forget the state here, and nothing depends on it
        raise ProviderFailure(KINDS.get(error, ProviderFailure.WRONG), _refusal(error))
    if state is None:
        raise ProviderFailure(ProviderFailure.EXPIRED, "the state is unknown, used or older than ten minutes")
    with _failures():
        adapter = provider.get_oauth2_adapter(request)
        _check_issuer(request, adapter)
        app = provider.app
        client = adapter.get_client(request, app)
        answer = adapter.get_access_token_data(request, app, client, pkce_code_verifier=state["pkce_code_verifier"])
        told = adapter.complete_login(request, app, adapter.parse_token(answer), response=answer)
        _check(told, state["data"]["nonce"])
        _check_strength(told["id_token"])
        return ProviderIdentity(
            _claims(told["id_token"] | told.get("userinfo", {})), _end_of_session(adapter.openid_config)
        )


def _taken_state(request: HttpRequest, provider: _Provider) -> dict[str, Any] | None:
    """Return what was kept on the way there, which works once; None if there is nothing."""
    try:
        return provider.unstash_redirect_state(request, request.GET.get("state", ""))
    except PermissionDenied:
        return None


@contextmanager
def _failures() -> Iterator[None]:
    """Tell an unreachable provider from one whose answers cannot be used; both come as many exceptions."""
    try:
        yield
    except RequestException as failure:
        raise ProviderFailure(ProviderFailure.AWAY, f"the provider failed: {type(failure).__name__}") from None
    except _Mismatch as mismatch:
        raise ProviderFailure(ProviderFailure.WRONG, str(mismatch)) from None
    except OAuth2Error as error:
        said = re.search(r'"error" *: *"(\w+)"', str(error))  # allauth's message repeats the answer
        raise ProviderFailure(ProviderFailure.WRONG, _refusal(said[1] if said else "")) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"the answer of the provider cannot be used: {type(error).__name__}"
        raise ProviderFailure(ProviderFailure.WRONG, why) from None


def _refusal(code: str) -> str:
    """Return what the log says about an error of the provider."""
    if code not in ERROR_CODES:
        return "the answer of the provider cannot be used: OAuth2Error"
    return f"the provider refused with {code}" + (f": {ADVICE[code]}" if code in ADVICE else "")


class _Mismatch(OAuth2Error):
    """An answer that is not for this sign-in."""


def _check_issuer(request: HttpRequest, adapter: _Adapter) -> None:
    """Refuse an answer that names another provider (RFC 9207 section 2.4)."""
    named = request.GET.get("iss")
    if named is not None and named != adapter.openid_config["issuer"]:
        raise _Mismatch("the answer names another issuer")


def _check(told: dict[str, Any], nonce: str) -> None:
    """Refuse a token of another sign-in (Core 1.0 section 3.1.3.7), and claims of another person (section 5.3.2)."""
    token = told["id_token"]
    if not constant_time_compare(str(token.get("nonce", "")), nonce):
        raise _Mismatch("the nonce is not ours")
    if "userinfo" in told and told["userinfo"]["sub"] != token["sub"]:
        raise _Mismatch("token and userinfo name different people")
    if not re.fullmatch(r"[ -~]{1,255}", str(token["sub"])):  # Core 1.0 section 2
        raise _Mismatch("the subject is no identifier")


def _check_strength(token: dict[str, Any]) -> None:
    """Refuse who did not sign in as the operator demands (Core 1.0 section 3.1.3.7, point 12; RFC 8176)."""
    ours, methods = settings.SINGLE_SIGN_ON, token.get("amr")
    if ours.required_acr and token.get("acr") not in ours.required_acr:
        why = "another acr than OIDC_REQUIRED_ACR" if token.get("acr") else "no acr, which OIDC_REQUIRED_ACR demands"
        raise ProviderFailure(ProviderFailure.WEAK, f"the token has {why}")
    if ours.required_amr and not any(one in ours.required_amr for one in _texts(methods)):
        why = "no amr of OIDC_REQUIRED_AMR" if methods else "no amr, which OIDC_REQUIRED_AMR demands"
        raise ProviderFailure(ProviderFailure.WEAK, f"the token has {why}")


def _claims(told: dict[str, Any]) -> Claims:
    def text(name: str) -> str:
        value = told.get(name)
        return "".join(filter(str.isprintable, value)).strip() if isinstance(value, str) else ""

    # An address that the provider knows to be unproved could be that of somebody who is invited here.
    is_disowned = told.get("email_verified") in (False, "false")  # some providers send a text
    first, last = text("given_name"), text("family_name")
    if not first and not last:
        first, _blank, last = text("name").rpartition(" ")
    return Claims(
        issuer=settings.SINGLE_SIGN_ON.issuer,
        subject=str(told["sub"]),
        username=text("preferred_username"),
        email="" if is_disowned else text("email"),
        is_email_verified=told.get("email_verified") in (True, "true"),
        first_name=first,
        last_name=last,
        groups=_groups(told),
    )


def _groups(told: dict[str, Any]) -> frozenset[str]:
    """Return the groups: a claim of that name, or one within others, as Keycloak's `realm_access.roles`."""
    name = settings.SINGLE_SIGN_ON.groups_claim
    found: Any = told.get(name)
    if found is None:
        found = told
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    return _texts(found)


def _texts(claim: Any) -> frozenset[str]:
    """Return the texts of a claim that is a list; some providers send a single one as it is."""
    found = [claim] if isinstance(claim, str) else claim
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


def _end_of_session(config: dict[str, Any]) -> str:
    """Return the address that signs out at the provider (RP-Initiated Logout 1.0 section 2), "" if it has none.

    It names this site instead of the token of the person, which would have to be stored, and would be in logs.
    """
    address = config.get("end_session_endpoint")
    if not isinstance(address, str) or urlsplit(address).scheme not in ("https", urlsplit(config["issuer"]).scheme):
        return ""
    back = {"client_id": settings.SINGLE_SIGN_ON.client_id, "post_logout_redirect_uri": absolute(reverse("front"))}
    return add_query_params(address, back)
