"""The icon at its traditional address, for feed readers, bookmarks and old browsers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse

from seminars.models import Department


def icon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon; its address changes with its content, so nobody may keep the way for long."""
    mark = Department.objects.current().mark_id
    response = redirect(reverse("mark", args=[mark]) if mark else static("img/icon.svg"))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
