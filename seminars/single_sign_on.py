"""How people sign in with the accounts of their university, and which rights its groups give (docs/sign-in.md).

The settings are read once, at the start; a wrong value stops it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import util
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote_plus, urlsplit

WELL_KNOWN = "/.well-known/openid-configuration"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# Of django-allauth, without its tables and their migrations; after the desk, on which they leave no pages.
APPS = ["seminars.apps.AllauthAccounts", "seminars.apps.AllauthProviders"]
NO_MIGRATIONS = {"account": None, "socialaccount": None}
LONGEST_GROUP = 255  # as the rows have it that keep where a right comes from
PROXY = "proxy"  # as the issuer of identities, in place of an address
# What a provider refuses with: RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core 1.0 section 3.1.2.6, and
# Unmet Authentication Requirements 1.0 section 4.
ERROR_CODES = frozenset({
    "access_denied", "account_selection_required", "consent_required", "interaction_required", "invalid_client",
    "invalid_grant", "invalid_request", "invalid_scope", "login_required", "server_error", "temporarily_unavailable",
    "unauthorized_client", "unmet_authentication_requirements", "unsupported_grant_type", "unsupported_response_type",
})  # fmt: skip
UNIX = "unix"  # in TRUSTED_PROXIES: whatever connects by a Unix socket

Read = Callable[[str, str], str]
Refuse = Callable[[str, str], Exception]


@dataclass(frozen=True)
class GroupRule:
    """What the members of a group get: the rights of an administrator, or those of an organiser of `series`."""

    group: str
    series: str = ""  # the last part of the address of its page; "": administrator


@dataclass(frozen=True)
class SingleSignOn:
    """The provider of the accounts: OpenID Connect (`issuer`), or a proxy that names its users (`user_header`)."""

    name: str  # of the button
    issuer: str = ""  # without a slash at the end
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    groups_claim: str = "groups"
    required_acr: tuple[str, ...] = ()  # one of these ways to sign in, in the order in which they are asked for
    required_amr: tuple[str, ...] = ()  # one of these methods (RFC 8176)
    user_header: str = ""  # the names of headers, as they are sent
    groups_header: str = ""
    email_header: str = ""
    name_header: str = ""
    trusted_proxies: frozenset[str] = frozenset()  # IP addresses, or UNIX
    rules: tuple[GroupRule, ...] = ()
    refuses_unknown: bool = False  # no account for those whom no rule gives anything
    links_by_email: bool = False  # a verified email address is enough to get into an existing account

    @property
    def groups(self) -> frozenset[str]:
        """The groups that have a rule."""
        return frozenset(rule.group for rule in self.rules)

    @property
    def encoded_client(self) -> tuple[str, str]:
        """The id and the secret of this site as they are sent in a header (RFC 6749 section 2.3.1)."""
        return quote_plus(self.client_id), quote_plus(self.client_secret)

    @property
    def identity_issuer(self) -> str:
        """The issuer in the rows of people whom it signs in."""
        return self.issuer or PROXY


def describes(issuer: str, told: dict[str, Any]) -> bool:
    """Tell whether a description is of this issuer, and of addresses that nobody on the way can stand in for.

    OpenID Connect Discovery 1.0 sections 3 and 4.3.
    """
    names = ["authorization_endpoint", "token_endpoint", *({"userinfo_endpoint"} & told.keys())]
    schemes = {"https", urlsplit(issuer).scheme}
    is_ours = str(told.get("issuer")).rstrip("/") == issuer
    return is_ours and all(_is_address(str(told.get(name)), schemes) for name in names)


def _is_address(text: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no host or port at all
        return False


def with_query(endpoint: str, query: str) -> str:
    """Add a query to the address of an endpoint, which keeps its own (RFC 6749 section 3.1)."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def takes_header(described: dict[str, Any]) -> bool:
    """Tell whether a provider that describes itself so takes the secret in a header (client_secret_basic).

    Each must take it (RFC 6749 section 2.3.1). It is the way of clients that are registered with none, and of providers
    that name none (Discovery 1.0 section 3). Strict ones then refuse the secret in the form, which allauth prefers.
    """
    ways = described.get("token_endpoint_auth_methods_supported")
    return not ways or "client_secret_basic" in ways


def read(text: Read, refuse: Refuse) -> SingleSignOn | None:
    """Return what the operator has set, None if nothing; `text(name, default)` reads a setting."""
    issuer, header = text("OIDC_ISSUER", ""), text("PROXY_USER_HEADER", "")
    if issuer and header:
        raise refuse("PROXY_USER_HEADER", "OIDC_ISSUER is set too. Choose one of the two.")
    if not issuer and not header:
        _refuse_leftovers(text, refuse)
        return None
    if header:
        _refuse_set(
            ["OIDC_REQUIRED_ACR", "OIDC_REQUIRED_AMR"],
            "PROXY_USER_HEADER is set: let the proxy demand it.",
            text,
            refuse,
        )
    unknown, link = text("SSO_UNKNOWN", "member"), text("SSO_LINK_BY_EMAIL", "no")
    if unknown not in ("member", "refuse"):
        raise refuse("SSO_UNKNOWN", f"{unknown!r} is neither member nor refuse.")
    if link not in ("no", "verified"):
        raise refuse("SSO_LINK_BY_EMAIL", f"{link!r} is neither no nor verified.")
    if not text("SSO_NAME", ""):
        raise refuse("SSO_NAME", "it is missing; the button to sign in shows it, such as “Example University”.")
    return SingleSignOn(
        name=text("SSO_NAME", ""),
        rules=_rules(text("SSO_GROUPS", ""), refuse),
        refuses_unknown=unknown == "refuse",
        links_by_email=link == "verified",
        **(_of_provider(issuer, text, refuse) if issuer else _of_proxy(header, text, refuse)),
    )


def read_local(text: Read, refuse: Refuse, has_other_way: bool) -> frozenset[str] | None:
    """Return the usernames that may sign in with a password; None: all."""
    raw = text("LOCAL_SIGN_IN", "yes")
    if raw.lower() in ("yes", "true", "on", "1"):
        return None
    if not has_other_way:
        raise refuse("LOCAL_SIGN_IN", "nobody could sign in, because OIDC_ISSUER and PROXY_USER_HEADER are blank.")
    if raw.lower() in ("no", "false", "off", "0"):
        return frozenset()
    return frozenset(name.strip() for name in raw.split(",") if name.strip())


def backends(provider: SingleSignOn | None, local: frozenset[str] | None) -> list[str]:
    """Return what checks how somebody signs in (AUTHENTICATION_BACKENDS)."""
    ours = "seminars.sign_in_backends"
    single = [f"{ours}.SingleSignOnBackend"] if provider else []
    return ["axes.backends.AxesStandaloneBackend", password_backend(local), *single]


def password_backend(local: frozenset[str] | None) -> str:
    """Return which of them checks passwords; a session names it."""
    return "django.contrib.auth.backends.ModelBackend" if local is None else "seminars.sign_in_backends.PasswordBackend"


def _refuse_leftovers(text: Read, refuse: Refuse) -> None:
    names = ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_GROUPS_CLAIM", "OIDC_REQUIRED_ACR", "OIDC_REQUIRED_AMR"]
    names += ["PROXY_GROUPS_HEADER", "PROXY_EMAIL_HEADER", "PROXY_NAME_HEADER", "TRUSTED_PROXIES"]
    names += ["SSO_NAME", "SSO_GROUPS", "SSO_UNKNOWN", "SSO_LINK_BY_EMAIL"]
    why = "it has no effect without OIDC_ISSUER or PROXY_USER_HEADER. Set one, or remove this."
    _refuse_set(names, why, text, refuse)


def _refuse_set(names: Iterable[str], why: str, text: Read, refuse: Refuse) -> None:
    for name in names:
        if text(name, ""):
            raise refuse(name, why)


def _of_provider(raw: str, text: Read, refuse: Refuse) -> dict[str, object]:
    issuer = raw.removesuffix(WELL_KNOWN).rstrip("/")
    parts = urlsplit(issuer)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise refuse("OIDC_ISSUER", f"{raw!r} is not an address such as https://login.example.edu/realms/staff.")
    if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
        raise refuse("OIDC_ISSUER", f"{raw!r} does not begin with https, so anybody on the way could sign in.")
    if not util.find_spec("allauth") or not util.find_spec("jwt"):
        raise refuse(
            "OIDC_ISSUER", "django-allauth is not installed. Run `make sign-in-libraries`, or leave this blank."
        )
    named = {"client_id": text("OIDC_CLIENT_ID", ""), "client_secret": text("OIDC_CLIENT_SECRET", "")}
    for name, value in named.items():
        if not value:
            raise refuse(f"OIDC_{name.upper()}", "it is missing; the provider gives one when you register this site.")
    for name in ("OIDC_REQUIRED_ACR", "OIDC_REQUIRED_AMR"):
        if "," in text(name, ""):
            raise refuse(name, "it has a comma. Separate values by spaces; one of them is enough.")
    required = {"required_acr": text("OIDC_REQUIRED_ACR", ""), "required_amr": text("OIDC_REQUIRED_AMR", "")}
    told = named | {"issuer": issuer, "groups_claim": text("OIDC_GROUPS_CLAIM", "groups")}
    return told | {name: tuple(value.split()) for name, value in required.items()}


def _of_proxy(user_header: str, text: Read, refuse: Refuse) -> dict[str, object]:
    names = {"user_header": user_header}
    names |= {"groups_header": text("PROXY_GROUPS_HEADER", ""), "email_header": text("PROXY_EMAIL_HEADER", "")}
    names["name_header"] = text("PROXY_NAME_HEADER", "")
    for kind, name in names.items():
        # A server reads X-User and X_User as the same name, and many drop the second: only one spelling is safe.
        if name and not re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", name):
            raise refuse(f"PROXY_{kind.upper()}", f"{name!r} is not a header such as X-Remote-User, with hyphens only.")
    trusted = frozenset(filter(None, map(str.strip, text("TRUSTED_PROXIES", "").split(","))))
    if not trusted:
        raise refuse("TRUSTED_PROXIES", "it is missing; name the address of the proxy that sets PROXY_USER_HEADER.")
    return names | {"trusted_proxies": frozenset(_proxy(one, refuse) for one in trusted)}


def _proxy(named: str, refuse: Refuse) -> str:
    try:
        return named if named == UNIX else str(ip_address(named))
    except ValueError:
        raise refuse("TRUSTED_PROXIES", f"{named!r} is neither an IP address nor “{UNIX}”.") from None


def _rules(raw: str, refuse: Refuse) -> tuple[GroupRule, ...]:
    return tuple(rule for one in raw.split(";") if one.strip() for rule in _rules_of_group(one.strip(), refuse))


def _rules_of_group(one: str, refuse: Refuse) -> list[GroupRule]:
    """Read "group=administrator" or "group=organiser:series,series"; the name of a group may hold "=" itself."""
    group, _equals, role = (part.strip() for part in one.rpartition("="))
    name, _colon, slugs = (part.strip() for part in role.partition(":"))
    series = [slug.strip() for slug in slugs.split(",") if slug.strip()]
    if len(group) > LONGEST_GROUP:
        raise refuse("SSO_GROUPS", f"the name of a group has more than {LONGEST_GROUP} characters.")
    if group and name == "administrator" and not slugs:
        return [GroupRule(group)]
    if group and name == "organiser" and series:
        return [GroupRule(group, slug) for slug in series]
    raise refuse("SSO_GROUPS", f"{one!r} is neither “group=administrator” nor “group=organiser:series”.")
