"""People and roles: what each role may do, who has it, who is invited; invite somebody, change a role."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from seminars import access, mail
from seminars.actions import account_invitations, provider_accounts, roles, second_step
from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.forms.account_invitations import InvitationForm, PersonRoleForm
from seminars.models import User
from seminars.models.account_invitation import Invitation
from seminars.selectors.people import PeopleByRole


class PeoplePage(DeskPage):
    """What each role may do, who has it, and the invitations; organisers see those of their series."""

    template_name = "admin/people.html"
    title = gettext_lazy("People and roles")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        user = self.request.user
        listed = list(access.invitations_of(user).for_lists())
        return super().get_context_data(
            people=PeopleByRole(access.series_of(user)),
            invitations=listed,
            good=access.good_invitations(listed),
            is_administrator=rights(self.request).is_administrator,
            has_mail=mail.is_set_up(),
            **words,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send an invitation again, or withdraw it."""
        invitation = parameters.row(request.POST, "invitation", access.invitations_of(request.user).waiting())
        if invitation is None:
            messages.warning(request, _("This invitation has been accepted or withdrawn."))
        elif "withdraw" in request.POST:
            account_invitations.withdraw(invitation)
            messages.success(request, _("The invitation to %(who)s was withdrawn.") % {"who": invitation})
        else:
            self._send_again(invitation)
        return redirect("admin:people")

    def _send_again(self, invitation: Invitation) -> None:
        try:
            account_invitations.send_again(invitation, by=self.request.user)
        except ValidationError as refusal:
            messages.error(self.request, refusal.message)
        else:
            messages.success(self.request, said_of(invitation.email))


class InvitePage(DeskPage, FormView):
    """Invite a person; one who has an account gets the role once the inviter has confirmed who it is."""

    template_name = "admin/invite.html"
    title = gettext_lazy("Invite someone")
    form_class = InvitationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def form_valid(self, form: InvitationForm) -> HttpResponse:
        try:
            person = account_invitations.invite(
                form.invitation, form.cleaned_data["series"], known=parameters.key(self.request.POST, "known")
            )
        except ValidationError as refusal:
            form.add_error("email", refusal)
            known = refusal.params["key"] if refusal.code == "known" else None
            return self.show(form=form, known=known)
        if person is None:
            messages.success(self.request, said_of(form.cleaned_data["email"]))
        else:
            said = _("%(name)s already had an account and now has this role too.")
            messages.success(self.request, said % {"name": person})
        return redirect("admin:people")


def said_of(email: str) -> str:
    """Say what became of an invitation."""
    if mail.is_set_up():
        return _("The invitation was sent to %(email)s. The link works for 7 days.") % {"email": email}
    return _("This site sends no email. Copy the link below and send it to %(email)s yourself.") % {"email": email}


class RolePage(UserPassesTestMixin, DeskPage, FormView):
    """Change the role of a person, or deactivate them."""

    template_name = "admin/role.html"
    form_class = PersonRoleForm

    def test_func(self) -> bool:
        return rights(self.request).is_administrator

    def setup(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().setup(request, *args, **options)
        self.person = parameters.row(request.GET, "person", User.objects.all())

    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if self.test_func() and self.person is None:
            raise Http404
        return super().dispatch(request, *args, **options)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user, "person": self.person}

    def get_initial(self) -> dict[str, Any]:
        series = self.person.series_rows.given_here().values_list("series", flat=True)
        return {"role": roles.role_given_here(self.person), "series": list(series), "is_active": self.person.is_active}

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        title = _("Role of %(name)s") % {"name": self.person}
        removes = self.person != self.request.user and access.has_second_step(self.person)
        told = {"title": title, "from_groups": self.person.series_rows.from_groups()} | words
        told["identities"] = self.person.identities.order_by("issuer", "subject")
        return super().get_context_data(person=self.person, removes_second_step=removes, **told)

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if "disconnect" in request.POST:
            return self._disconnect()
        if "remove-second-step" not in request.POST:
            return super().post(request, *args, **options)
        if self.person == request.user:
            return redirect("second-step")  # where it takes a code
        second_step.remove(self.person, by=request.user)
        said = _("%(name)s now signs in with the password alone, and can turn two-factor authentication on again.")
        messages.success(request, said % {"name": self.person})
        return redirect("admin:people")

    def _disconnect(self) -> HttpResponse:
        try:
            provider_accounts.disconnect(self.person, by=self.request.user)
        except ValidationError as refusal:
            messages.error(self.request, refusal.message)
        else:
            said = _("%(name)s is no longer connected with accounts at the university.")
            messages.success(self.request, said % {"name": self.person})
        return redirect("admin:people")

    def form_valid(self, form: PersonRoleForm) -> HttpResponse:
        asked = form.cleaned_data
        try:
            roles.change(
                self.person, asked["role"], asked["series"], is_active=asked["is_active"], by=self.request.user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The role of %(name)s was saved.") % {"name": self.person})
        return redirect("admin:people")
