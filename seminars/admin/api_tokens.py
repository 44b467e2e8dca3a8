"""Tokens for programs: organisers make and revoke their own, administrators also revoke those of others."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from seminars import access
from seminars.actions import api_tokens
from seminars.admin.pages import DeskPage
from seminars.forms import parameters
from seminars.forms.api_tokens import ApiTokenForm


class ApiTokensPage(DeskPage, FormView):
    """The tokens that there are, and a form for a new one, which is shown once."""

    template_name = "admin/api_tokens.html"
    title = gettext_lazy("API tokens")
    form_class = ApiTokenForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return super().get_context_data(tokens=access.tokens_of(self.request.user).for_lists(), **words)

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if "revoke" not in request.POST:
            return super().post(request, *args, **options)
        if token := parameters.row(request.POST, "token", access.tokens_of(request.user)):
            api_tokens.revoke(token, by=request.user)
            messages.success(request, _("The token was revoked. Programs that use it no longer get in."))
        return redirect("admin:api-tokens")

    def form_valid(self, form: ApiTokenForm) -> HttpResponse:
        """Show the token in this answer alone: of what is stored nobody can make it again."""
        try:
            written = api_tokens.make(form.instance, days=form.cleaned_data["days"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        return self.show(form=self.form_class(by=self.request.user), written=written)
