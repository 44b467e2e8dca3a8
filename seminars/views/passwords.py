"""Changing a password, and asking for a new one, within limits.

Whether somebody has an email address shows neither in the answer nor in its time.
"""

from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth.forms import PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.contrib.auth.views import (
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetDoneView,
    PasswordResetView,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from seminars import access, limits
from seminars.actions import accounts
from seminars.forms.accounts import FirstPasswordForm
from seminars.views import refusal, shown, signing_in, single_sign_on


class ChangePassword(PasswordChangeView):
    """Django's, within a limit: somebody who finds a browser signed in must not find the password out by trying.

    People with a temporary password, which they typed a moment ago, choose their own here before anything else.
    """

    def setup(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().setup(request, *args, **options)
        self.is_first = access.must_choose_password(request.user)
        self.form_class = FirstPasswordForm if self.is_first else PasswordChangeForm

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        accounts.tell_of_password(form.user, by=form.user)
        return signing_in.arrive(self.request, signing_in.target_of(self.request)) if self.is_first else response

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        following = signing_in.target_of(self.request) if self.is_first else ""
        return super().get_context_data(**words) | {"is_first": self.is_first, "next": following}

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if until := limits.no_password_change_until(request.user):
            empty = self.form_class(request.user)
            words = self.get_context_data(form=empty, until=shown(until))
            return self.render_to_response(words, **refusal(until))
        if "connect" in request.POST:
            return self._connect(request)
        return super().post(request, *args, **options)

    def _connect(self, request: HttpRequest) -> HttpResponse:
        """Lead on to the university, whose account then opens this one for ever: so the password is asked again."""
        if request.user.check_password(request.POST.get("present_password", "")):
            return single_sign_on.connect(request)
        words = self.get_context_data(form=self.form_class(request.user), is_wrong=True)
        return self.render_to_response(words)


class ForgottenPassword(PasswordResetView):
    """Django's, within limits; who has the address is looked up when the letter is sent."""

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        if until := limits.no_link_until(get_client_ip_address(self.request)):
            words = self.get_context_data(form=form, until=shown(until))
            return self.render_to_response(words, **refusal(until))
        email = form.cleaned_data["email"]
        if limits.may_send_link(email):
            accounts.send_password_link(email)
        return redirect("password_reset_done")


class ChoosePassword(PasswordResetConfirmView):
    """Django's, at the address in the letter."""

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        accounts.tell_of_password(form.user, by=form.user)
        return response


class LinkSent(PasswordResetDoneView):
    """Django's, which also says how many links there are."""

    extra_context = {"most_links": limits.LINKS_FOR_ONE_EMAIL}
