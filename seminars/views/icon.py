"""The icon at its traditional address, for feed readers, bookmarks and old browsers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def icon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon; its address changes with its content, so nobody may keep the way for long."""
    response = redirect(static("img/icon.svg"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
