"""Signing in; whoever was signed out while they typed gets back what they typed."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, QueryDict
from django.shortcuts import render


class SignIn(LoginView):
    """Django's, which hands on what the desk could not take without a sign-in."""

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        return super().get_context_data(**options) | {"kept": self._kept}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if not self._kept:
            return response
        words = {"typed": QueryDict(self._kept).lists(), "address": self.get_success_url()}
        return render(self.request, "registration/send_again.html", words)

    @property
    def _kept(self) -> str:
        return self.request.POST.get("kept", "")
