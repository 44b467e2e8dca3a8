"""Keep what was typed while a session expired: offer to send it again after signing in."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from seminars.forms import parameters


class KeepsWhatWasTyped:
    """Asks people who were signed out to sign in again where they sent something, instead of discarding it."""

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        guarded = super().admin_view(view, cacheable)

        def keeping(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            is_lost = request.method == "POST" and not request.user.is_authenticated
            if is_lost and request.path != reverse("admin:logout"):
                return _sign_in_first(request)
            return guarded(request, *args, **options)

        return update_wrapper(keeping, guarded)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    kept = parameters.typed(request.POST).urlencode()
    words = {"form": AuthenticationForm(request), "next": request.get_full_path(), "kept": kept}
    return _for_them_alone(render(request, "registration/login.html", words, status=403))


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Offer to send again what the desk's own form sent with the token of an earlier sign-in.

    What another site sends is not repeated: a signed-in person would only have to press a button.
    """
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    is_typed = request.path.startswith(reverse("admin:index")) and request.path != reverse("admin:logout")
    if not (is_ours and is_typed and request.user.is_authenticated):
        return render(request, "403_csrf.html", status=403)
    words = {"typed": parameters.typed(request.POST).lists(), "address": request.get_full_path()}
    return _for_them_alone(render(request, "registration/send_again.html", words, status=403))


def _for_them_alone(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
