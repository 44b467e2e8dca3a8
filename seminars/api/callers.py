"""Who asks: a visitor, or a program with a token that stands for a person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import limits
from seminars.api.problems import ApiProblem
from seminars.models import ApiToken, Talk, TalkQuerySet, User
from seminars.models.talk_address import TalkAddress
from seminars.token_rights import TokenRights
from seminars.views.visitors import network

CHALLENGE = 'Bearer realm="Seminars"'  # RFC 6750 §3


class Scope(StrEnum):
    """What a token may do beside reading."""

    TALKS = "talks"
    SHARED = "shared"
    SERIES = "series"


FIELDS = {
    Scope.TALKS: "may_change_talks",
    Scope.SHARED: "may_change_shared_rows",
    Scope.SERIES: "may_change_series",
}


@dataclass(frozen=True)
class Caller:
    """A visitor, or the token that was sent with the rights that its person has now."""

    token: ApiToken | None = None
    rights: TokenRights | None = None

    @property
    def person(self) -> User | None:
        return self.token.person if self.token else None

    @property
    def own_series(self) -> frozenset[int]:
        """The keys of the series that its person looks after, as far as the token reaches."""
        return self.rights.own_series if self.rights else frozenset()

    @property
    def scopes(self) -> list[Scope]:
        return [scope for scope, field in FIELDS.items() if getattr(self.token, field, False)]

    def require(self, scope: Scope | None = None) -> TokenRights:
        """Return the rights of the token; raise ApiProblem 401 without one, 403 if it lacks the scope."""
        if self.rights is None:
            raise ApiProblem(
                401, _("Send a token: “Authorization: Bearer sem_…”."), headers={"WWW-Authenticate": CHALLENGE}
            )
        if scope and scope not in self.scopes:
            raise ApiProblem(403, _("This token may not do that. It lacks the scope “%(scope)s”.") % {"scope": scope})
        return self.rights

    def desk(self) -> TalkQuerySet:
        """Return the talks whose drafts and private fields it may read."""
        return self.rights.talks() if self.rights else Talk.objects.none()

    def talks_at(self, address: TalkAddress) -> TalkQuerySet:
        return self.rights.talks_at(address) if self.rights else Talk.objects.public().at(address)

    def is_on_desk(self, talk: Talk) -> bool:
        """Tell whether the desk lists a talk, which was fetched with its series."""
        return self.rights is not None and self.rights.may("view", Talk, talk)

    def may_change(self, talk: Talk) -> bool:
        """Tell whether the person looks after the talk's home series."""
        return self.rights is not None and self.rights.may("change", Talk, talk)


def identify(request: HttpRequest) -> Caller:
    """Return who asks and count the request; raise ApiProblem 401, 403 or 429."""
    written = request.headers.get("Authorization")
    if written is None:
        _count(f"address {network(request)}")
        return Caller()
    scheme, _blank, sent = written.partition(" ")
    token = ApiToken.objects.written_as(sent.strip()) if scheme.lower() == "bearer" else None
    if token is None or token.is_over() or not token.person.is_active:
        _refuse_after(limits.no_api_token_until(network(request)))
        detail = _("This token is not valid: it has expired, was revoked, or never existed.")
        raise ApiProblem(401, detail, headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'})
    _count(f"token {token.pk}")
    rights = TokenRights(token)
    if rights.is_locked_out:
        raise ApiProblem(403, _("Sign in to the site first and complete the step that it asks for."))
    if not rights.has_desk:
        raise ApiProblem(403, _("The person of this token no longer looks after the series."))
    ApiToken.objects.note_use(token)
    return Caller(token, rights)


def _count(whose: str) -> None:
    _refuse_after(limits.no_api_request_until(whose))


def _refuse_after(until: datetime | None) -> None:
    if until is not None:
        wait = max(1, round((until - timezone.now()).total_seconds()))
        raise ApiProblem(429, _("Too many requests. Try again later."), headers={"Retry-After": str(wait)})


def of(request: HttpRequest) -> Caller:
    """Return who asks, as the gate found out."""
    return request.caller
