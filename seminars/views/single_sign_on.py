"""Single sign-on: a button leads to the provider, which leads back with who somebody is.

Only a POST begins, so no link of another site signs anybody in. How the provider is asked is in `openid_connect.py` and
`proxy_header.py`, who the person is here and what they may do in `actions/provider_accounts.py`.
"""

import logging
from importlib import import_module
from types import ModuleType
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LogoutView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from seminars import access, limits
from seminars.actions import provider_accounts
from seminars.models import User
from seminars.views import account_invitations, refusal, shown, signing_in, unseen
from seminars.views.provider_failure import ProviderFailure

logger = logging.getLogger(__name__)

BACKEND = "seminars.sign_in_backends.SingleSignOnBackend"
END = "end of the session at the provider"  # the name in the session
CONNECT, INVITATION = "connect", "invitation"  # why somebody goes to the provider, besides signing in
FORBIDDEN = (ProviderFailure.UNTRUSTED, ProviderFailure.REFUSED, ProviderFailure.WEAK)
STATUS = dict.fromkeys(FORBIDDEN, 403) | {ProviderFailure.AWAY: 502}


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the provider, to sign in or to accept an invitation."""
    return _begin(request, INVITATION if request.POST.get("why") == INVITATION else "")


def connect(request: HttpRequest) -> HttpResponse:
    """Lead somebody to the provider who has just typed their password, to connect the account there."""
    return _begin(request, CONNECT)


def _begin(request: HttpRequest, why: str) -> HttpResponse:
    way = _way()
    if until := limits.no_single_sign_on_until(get_client_ip_address(request)):
        return _again(request, {"until": shown(until)}, **refusal(until))
    target = signing_in.target_of(request)
    if kept := request.POST.get("kept"):
        signing_in.keep(request, kept, target)
    about = {"next": target, "why": why, "who": request.user.pk}
    with limits.place_at_provider() as has_place:
        if not has_place:
            return _failed(request, ProviderFailure(ProviderFailure.AWAY, "it does not answer"), target)
        try:
            address = way.begin(request, about)
        except ProviderFailure as failure:
            return _failed(request, failure, target)
    return _leave(request, address)


@require_GET  # a program that looks at addresses with HEAD must not use one up
@sensitive_variables()
def finish(request: HttpRequest) -> HttpResponse:
    """Sign in whom the provider names."""
    way = _way()
    about: dict[str, Any] = {}
    with limits.place_at_provider() as has_place:
        if not has_place:
            return _failed(request, ProviderFailure(ProviderFailure.AWAY, "it does not answer"))
        try:
            told = way.finish(request, about)
        except ProviderFailure as failure:
            return _failed(request, failure, about.get("next", ""))
    try:
        person = _person(request, told.claims, about)
    except ValidationError as refused:
        return _again(request, {"sentence": refused.message, "next": about["next"]}, status=403)
    login(request, person, backend=BACKEND)
    person.is_vouched_for = True
    request.session.set_expiry(timezone.now() + User.SIGNED_IN)  # then the groups are asked again
    request.session[END] = told.end_of_session
    request.session.pop(account_invitations.KEPT, None)
    return unseen(signing_in.arrive(request, about["next"]))


class SignOut(LogoutView):
    """Django's, which leads on to the provider to end the session there too."""

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        address = request.session.get(END) if settings.SINGLE_SIGN_ON else ""
        response = super().post(request, *args, **options)
        return _leave(request, address) if address else response


def _way() -> ModuleType:
    """Return the module that asks the provider; it and its libraries are imported by the first who signs in."""
    if settings.SINGLE_SIGN_ON is None:
        raise Http404
    name = "openid_connect" if settings.SINGLE_SIGN_ON.issuer else "proxy_header"
    return import_module(f"seminars.views.{name}")


def _person(request: HttpRequest, claims: provider_accounts.Claims, about: dict[str, Any]) -> access.Person:
    """Return whom to sign in; raise ValidationError for those who are not let in."""
    owner = invitation = None
    if about["why"] == CONNECT:
        if not request.user.is_authenticated or request.user.pk != about["who"]:
            raise ValidationError(_("You were signed out. Sign in with your password, then connect again."))
        owner = request.user
    elif about["why"] == INVITATION:
        invitation = account_invitations.opened_by(request.session.get(account_invitations.KEPT, ""))
        if invitation is None:
            raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    return provider_accounts.sign_in(claims, owner=owner, invitation=invitation)


def _leave(request: HttpRequest, address: str) -> HttpResponse:
    """Lead on to another site by a page of ours.

    A form may lead only to this site (form-action), and browsers apply that to all redirects that follow: those of the
    provider, to addresses that nobody can list here.
    """
    return unseen(render(request, "registration/leaving.html", {"address": address}))


def _failed(request: HttpRequest, failure: ProviderFailure, target: str = "") -> HttpResponse:
    if failure.kind != ProviderFailure.REFUSED:
        logger.warning("Single sign-on: %s", failure)
    words = {"failure": failure.kind, "next": target}
    return _again(request, words, status=STATUS.get(failure.kind, 400))


def _again(request: HttpRequest, words: dict[str, Any], **answer: Any) -> HttpResponse:
    headers = answer.pop("headers", {})
    response = unseen(render(request, "registration/not_signed_in.html", words, **answer))
    for name, value in headers.items():
        response[name] = value
    return response
