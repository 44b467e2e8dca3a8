"""Signing in, within limits; people who were signed out while they typed get back what they typed.

A sign-in can take more than one step: until `step_left` names none, the site treats the person as a visitor.
"""

from datetime import datetime, timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from seminars import access, limits

KEPT = "typed while signed out"  # the name in the session

# The pages of the steps after the first, in their order: who knows only a password must not change it.
STEPS = {
    "second-step-code": access.must_type_code,
    "password_change": access.must_choose_password,
    "second-step": access.must_set_up_second_step,
}


class SignIn(LoginView):
    """Django's, which hands on what the desk could not take without a sign-in; see `limits` for what is refused."""

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if until := limits.address_locked_until(get_client_ip_address(request)):
            return _locked(request, until)
        with limits.turn_to_sign_in() as has_turn:
            if has_turn:
                return super().post(request, *args, **options)
        return _form_again(request, "registration/busy.html", timedelta(seconds=limits.TURN_WITHIN))

    def get_form(self, form_class: type[AuthenticationForm] | None = None) -> AuthenticationForm:
        form = super().get_form(form_class)
        if settings.SINGLE_SIGN_ON:  # its button comes first
            form.fields["username"].widget.attrs.pop("autofocus", None)
        return form

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        return super().get_context_data(**options) | {"kept": self._kept}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        super().form_valid(form)
        return arrive(self.request, self.get_success_url(), self._kept)

    def get_redirect_url(self) -> str:
        asked = super().get_redirect_url()
        return asked if asked.startswith("/") else ""

    @property
    def _kept(self) -> str:
        return self.request.POST.get("kept", "")


def step_left(user: access.Person) -> str:
    """Return the name of the page where `user` completes the sign-in, "" if nothing is left to do."""
    return next((name for name, is_left in STEPS.items() if is_left(user)), "")


def to_step_left(step: str, target: str) -> HttpResponse:
    """Lead to a step of the sign-in, which leads on to `target`."""
    return redirect_to_login(target, step)


def target_of(request: HttpRequest) -> str:
    """Return where a step of the sign-in leads on to."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours and asked.startswith("/") else reverse("front")


def keep(request: HttpRequest, typed: str, address: str) -> None:
    """Keep what was typed, and where it was sent, until the sign-in is complete."""
    request.session[KEPT] = {"typed": typed, "address": address}


def arrive(request: HttpRequest, target: str, kept: str = "") -> HttpResponse:
    """Lead a person who signed in to the step that is left, to what they typed while signed out, or to `target`."""
    if kept:
        keep(request, kept, target)
    if step := step_left(request.user):
        return to_step_left(step, target)
    if found := request.session.pop(KEPT, None):
        words = {"typed": QueryDict(found["typed"]).lists(), "address": found["address"]}
        return render(request, "registration/send_again.html", words)
    return HttpResponseRedirect(target)


def locked(request: HttpRequest, _response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """Answer for django-axes, which refused to check the password (AXES_LOCKOUT_CALLABLE)."""
    until = limits.SignInLimits().locked_until(request, credentials)
    return _locked(request, until or timezone.now())  # the time may be over by now


def _locked(request: HttpRequest, until: datetime) -> HttpResponse:
    wait = until - timezone.now()
    return _form_again(request, "registration/locked.html", wait, until=until + timedelta(minutes=1))


def _form_again(request: HttpRequest, template: str, wait: timedelta, **words: Any) -> HttpResponse:
    """Show the form with all that was typed but the password, and say when to send it again."""
    form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
    words |= {"form": form} | {name: request.POST.get(name, "") for name in ("next", "kept")}
    response = render(request, template, words, status=429)  # not 503, which makes load balancers give up a machine
    response["Retry-After"] = str(max(1, round(wait.total_seconds())))
    add_never_cache_headers(response)
    return response
