"""Asking for a new password: the answer is the same, and as quick, whether somebody has the address or not."""

from datetime import timedelta

from axes.helpers import get_client_ip_address
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.views import PasswordResetView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from seminars import limits, mail
from seminars.actions import people


class ForgottenPassword(PasswordResetView):
    """Django's, within limits; who has the address is looked up after the answer."""

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        if until := limits.no_link_until(get_client_ip_address(self.request)):
            words = self.get_context_data(form=form, until=until + timedelta(minutes=1))
            wait = round((until - timezone.now()).total_seconds())
            return self.render_to_response(words, status=429, headers={"Retry-After": str(wait)})
        email = form.cleaned_data["email"]
        if limits.may_send_link(email):
            mail.enqueue(people.send_password_link, email)
        return redirect("password_reset_done")
