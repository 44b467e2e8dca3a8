"""The page on which an administrator trades the example for an empty site."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from seminars.access import is_administrator
from seminars.actions import example
from seminars.models import Department


def is_offered(request: HttpRequest) -> bool:
    """Tell whether there is an example that this person may remove."""
    return is_administrator(request.user) and Department.objects.current().is_example


def start_empty(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say what will go (GET); remove it (POST)."""
    if not is_administrator(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _removed(request)
    words = {"title": _("Start empty"), "is_example": is_offered(request), "counts": example.what_goes()}
    return TemplateResponse(request, "admin/start_empty.html", context | words)


def _removed(request: HttpRequest) -> HttpResponse:
    try:
        example.start_empty()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The example has been removed. Start with the department, a room and a series."))
    return redirect("admin:index")
