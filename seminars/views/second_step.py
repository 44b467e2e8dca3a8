"""The second step of a sign-in: set it up, type its code, turn it off."""

from base64 import b32encode
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import FormView
from django_otp import login as remember

from seminars import access, limits
from seminars.actions import second_step
from seminars.formats import qr
from seminars.forms.second_step import CodeForm, Wish, WishForm
from seminars.views import SECRET, refusal, shown, signing_in


class CodePage(LoginRequiredMixin, FormView):
    """A form for a code, within a limit on guesses."""

    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **options)
        for name, value in SECRET.items():
            response[name] = value
        return response

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if until := limits.no_code_until(request.user):
            words = self.get_context_data(form=self.get_form_class()(), until=shown(until))
            return self.render_to_response(words, **refusal(until))
        return super().post(request, *args, **options)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return super().get_context_data(**words) | {"next": signing_in.target_of(self.request)}

    def refuse(self, form: CodeForm) -> HttpResponse:
        form.add_error("code", _("This code is wrong or has already been used. Enter the code that the app shows now."))
        return self.form_invalid(form)


class TypeCode(CodePage):
    """Asked after the password: the code of the app, or a recovery code."""

    template_name = "registration/second_step_code.html"

    def form_valid(self, form: CodeForm) -> HttpResponse:
        device = second_step.check(self.request.user, form.cleaned_data["code"])
        if device is None:
            return self.refuse(form)
        self.request.session.cycle_key()
        remember(self.request, device)
        return signing_in.arrive(self.request, signing_in.target_of(self.request))


class SecondStep(UserPassesTestMixin, CodePage):
    """Set the second step up; later make new recovery codes, or turn it off, each with a code."""

    template_name = "registration/second_step.html"

    def test_func(self) -> bool:
        return access.may_have_second_step(self.request.user)

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if "stored" in request.POST:  # the recovery codes, which are the last of the sign-in
            return signing_in.arrive(request, signing_in.target_of(request))
        return super().post(request, *args, **options)

    def get_form_class(self) -> type[CodeForm]:
        return WishForm if access.has_second_step(self.request.user) else CodeForm

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        person = self.request.user
        told = {"is_on": access.has_second_step(person), "is_required": access.must_set_up_second_step(person)}
        if told["is_on"]:
            told["codes_left"] = second_step.codes_left(person)
        else:
            device = second_step.begin(person)
            key = b32encode(device.bin_key).decode()
            told["key"] = " ".join(key[place : place + 4] for place in range(0, len(key), 4))
            told["address"] = second_step.address_for_app(device)
            told["picture"] = qr.data_uri(told["address"])
        return super().get_context_data(**told | words)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        person, code = self.request.user, form.cleaned_data["code"]
        if not isinstance(form, WishForm):
            return self._set_up(form, code)
        if second_step.check(person, code) is None:
            return self.refuse(form)
        if form.cleaned_data["wish"] == Wish.TURN_OFF:
            second_step.remove(person, by=person)
            return redirect("second-step")
        return self._show(second_step.renew_codes(person))

    def _set_up(self, form: CodeForm, code: str) -> HttpResponse:
        device = second_step.begin(self.request.user)
        codes = second_step.set_up(self.request.user, device, code)
        if not codes:
            return self.refuse(form)
        remember(self.request, device)
        return self._show(codes)

    def _show(self, codes: list[str]) -> HttpResponse:
        words = {"codes": codes, "next": signing_in.target_of(self.request)}
        return render(self.request, "registration/recovery_codes.html", words)
