"""An invitation: its link, and the page where the person makes their account.

The secret part of the link stays in the session, as with Django's links for new passwords, so the page with the form
has an address that tells nothing.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from seminars import access, single_sign_on
from seminars.actions import account_invitations
from seminars.forms.account_invitations import NewAccountForm
from seminars.models.account_invitation import Invitation
from seminars.views import signing_in, unseen

KEPT = "invitation"  # the name in the session


def link(request: HttpRequest, token: str) -> HttpResponse:
    """Remember which invitation was opened, and lead to its page."""
    if opened_by(token) is None:
        return _over(request)
    request.session[KEPT] = token
    return unseen(redirect("invitation"))


class AcceptInvitation(FormView):
    """The form for a new account; a sentence where there is no valid invitation."""

    form_class = NewAccountForm
    template_name = "registration/invitation.html"

    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        self.invitation = opened_by(request.session.get(KEPT, ""))
        if self.invitation is None:
            return _over(request)
        return unseen(super().dispatch(request, *args, **options))

    def get_initial(self) -> dict[str, Any]:
        asked = self.invitation
        username = asked.email if NewAccountForm.takes_username(asked.email) else ""
        return {"username": username, "first_name": asked.first_name, "last_name": asked.last_name}

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return super().get_context_data(invitation=self.invitation, **words)

    def form_valid(self, form: NewAccountForm) -> HttpResponse:
        if not access.may_use_password(form.instance):
            form.add_error("username", _("Nobody signs in with a password here. Use the button above."))
            return self.form_invalid(form)
        try:
            person = account_invitations.accept(self.invitation, form.instance, form.cleaned_data["password1"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        login(self.request, person, backend=single_sign_on.password_backend(settings.LOCAL_SIGN_IN))
        self.request.session.pop(KEPT, None)
        return signing_in.arrive(self.request, reverse("admin:index" if access.is_organiser(person) else "front"))


def opened_by(token: str) -> Invitation | None:
    """Return the invitation that a token opens, None if it opens none."""
    try:
        return access.invitation_opened_by(token)
    except BadSignature:
        return None


def _over(request: HttpRequest) -> HttpResponse:
    return unseen(render(request, "registration/invitation_over.html", status=410))
