"""The page on which an administrator removes the example and starts with an empty site."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.access import is_administrator
from seminars.actions import example
from seminars.admin.pages import DeskPage
from seminars.models import Department


def is_offered(request: HttpRequest) -> bool:
    """Tell whether there is an example that this person may remove."""
    return is_administrator(request.user) and Department.objects.current().is_example


class StartEmptyPage(UserPassesTestMixin, DeskPage):
    """Say what will go; remove it."""

    template_name = "admin/start_empty.html"
    title = gettext_lazy("Start empty")

    def test_func(self) -> bool:
        return is_administrator(self.request.user)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return super().get_context_data(is_example=is_offered(self.request), counts=example.what_goes(), **words)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            example.start_empty()
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            said = _("The example has been removed. Start with the department, a room and a series.")
            messages.success(request, said)
        return redirect("admin:index")
