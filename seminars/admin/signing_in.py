"""What was typed while a sign-in expired: it goes along to the sign-in and is offered to be sent again."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

NEVER_KEPT = {"csrfmiddlewaretoken"}


class KeepsWhatWasTyped:
    """Asks whoever is signed out to sign in where they sent something, instead of throwing it away."""

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        guarded = super().admin_view(view, cacheable)

        def keeping(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            is_lost = request.method == "POST" and not request.user.is_authenticated
            if is_lost and request.path != reverse("admin:logout"):
                return _sign_in_first(request)
            return guarded(request, *args, **options)

        return update_wrapper(keeping, guarded)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    words = {"form": AuthenticationForm(request), "next": request.get_full_path(), "kept": _kept(request)}
    response = render(request, "registration/login.html", words, status=403)
    response["Cache-Control"] = "private, no-store"
    return response


def _kept(request: HttpRequest) -> str:
    """Return what was sent, as it was sent, without the token of its form and without passwords."""
    typed = request.POST.copy()
    for name in [name for name in typed if name in NEVER_KEPT or "password" in name]:
        del typed[name]
    return typed.urlencode()
