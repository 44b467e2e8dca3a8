"""The second step of a sign-in: set it up, type its code or use a passkey, add and remove devices, turn it off."""

import secrets
from base64 import b32encode
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView
from django_otp import login as remember
from django_otp.models import Device

from seminars import access, limits
from seminars.actions import second_step
from seminars.formats import qr
from seminars.forms.second_step import CodeForm, PasskeyForm, ProofForm, SecondStepAction, SecondStepActionForm
from seminars.views import refusal, shown, signing_in, unseen

CHALLENGE, PROVED = "challenge for a passkey", "may add a second step"  # the names in the session
ADD_WITHIN = timedelta(minutes=10)  # after a code or passkey has allowed it


class CodePage(LoginRequiredMixin, FormView):
    """A form for a code or a passkey, within a limit on guesses."""

    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = unseen(super().dispatch(request, *args, **options))
        response["Permissions-Policy"] = settings.PERMISSIONS_POLICY_FOR_PASSKEYS
        return response

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if until := limits.no_code_until(request.user):
            words = self.get_context_data(form=self.get_form_class()(**self.form_options()), until=shown(until))
            return self.render_to_response(words, **refusal(until))
        return super().post(request, *args, **options)

    def form_options(self) -> dict[str, Any]:
        """Return what the form needs besides what was typed."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.form_options()

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        told = {"next": signing_in.target_of(self.request), "site": settings.SITE_URL}
        return super().get_context_data(**words) | told

    def refuse(self, form: Form) -> HttpResponse:
        if form.cleaned_data.get("passkey"):
            form.add_error(None, _("This passkey was not accepted. Try again, or use a code."))
        else:
            form.add_error("code", self.wrong_code())
        return self.form_invalid(form)

    def wrong_code(self) -> str:
        return _("This code is wrong or has already been used. Enter the code that the app shows now.")

    def challenge(self) -> str:
        """Return what a passkey signs; it stays the same until an answer takes it, so two tabs can be open at once."""
        return self.request.session.setdefault(CHALLENGE, secrets.token_urlsafe(32))

    def taken_challenge(self) -> str:
        """Return what the answer of a passkey must have signed; each is good for one answer."""
        return self.request.session.pop(CHALLENGE, "") or secrets.token_urlsafe(32)  # which no passkey has signed


class ProofPage(CodePage):
    """Asks somebody who has a second step for it."""

    form_class = ProofForm

    @cached_property
    def takes_passkey(self) -> bool:
        return second_step.has_passkeys_to_use(self.request.user)

    def form_options(self) -> dict[str, Any]:
        return super().form_options() | {"takes_passkey": self.takes_passkey}

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        person = self.request.user
        told = {"has_app": second_step.has_app(person)}
        if self.takes_passkey:
            told["passkey_options"] = second_step.options_to_use_passkey(person, self.challenge())
        return super().get_context_data(**told | words)

    def wrong_code(self) -> str:
        if second_step.has_app(self.request.user):
            return super().wrong_code()
        return _("This recovery code is wrong or has already been used. Enter another one.")

    def proof(self, form: ProofForm) -> Device | None:
        """Return the app, the passkey or the list of recovery codes that proves who it is, None if nothing does."""
        person = self.request.user
        if answer := form.cleaned_data.get("passkey"):
            return second_step.check_passkey(person, self.taken_challenge(), answer)
        return second_step.check(person, form.cleaned_data["code"])


class TypeCode(ProofPage):
    """Asked after the password: a passkey, the code of the app, or a recovery code."""

    template_name = "registration/second_step_code.html"

    def form_valid(self, form: ProofForm) -> HttpResponse:
        device = self.proof(form)
        if device is None:
            return self.refuse(form)
        self.request.session.cycle_key()
        remember(self.request, device)
        return signing_in.arrive(self.request, signing_in.target_of(self.request))


class OwnSecondStep(UserPassesTestMixin, CodePage):
    """For those who may have a second step."""

    def test_func(self) -> bool:
        return access.may_have_second_step(self.request.user)

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if "stored" in request.POST:  # the recovery codes, which are the last of the sign-in
            return signing_in.arrive(request, signing_in.target_of(request))
        return super().post(request, *args, **options)

    def show_codes(self, codes: list[str]) -> HttpResponse:
        words = {"codes": codes, "next": signing_in.target_of(self.request)}
        return render(self.request, "registration/recovery_codes.html", words)


class ManageSecondStep(OwnSecondStep, ProofPage):
    """Add an app or a passkey, remove one, make new recovery codes or turn everything off, each with a proof."""

    template_name = "registration/second_step.html"
    form_class = SecondStepActionForm

    @cached_property
    def devices(self) -> list[Device]:
        return second_step.devices(self.request.user)

    def form_options(self) -> dict[str, Any]:
        own = {"devices": self.devices, "new_kinds": second_step.kinds_to_add(self.request.user)}
        return super().form_options() | own

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        told = {"devices": self.devices, "codes_left": second_step.codes_left(self.request.user)}
        return super().get_context_data(**told | words)

    def form_valid(self, form: SecondStepActionForm) -> HttpResponse:
        person, action = self.request.user, form.cleaned_data["action"]
        device = self.proof(form)
        if device is None:
            return self.refuse(form)
        if action == SecondStepAction.NEW_CODES:
            return self.show_codes(second_step.renew_codes(person))
        if action == SecondStepAction.ADD:
            self.request.session[PROVED] = timezone.now().timestamp()
        elif action == SecondStepAction.TURN_OFF:
            second_step.remove(person, by=person)
        else:
            second_step.remove_device(person, next(one for one in self.devices if one.persistent_id == action))
            remember(self.request, second_step.recovery_device(person))  # this sign-in may have been with what is gone
        return redirect("second-step")


class SetUpSecondStep(OwnSecondStep):
    """Set up an app or a passkey: the first without a proof, a further one within ADD_WITHIN of one."""

    template_name = "registration/second_step_set_up.html"

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if "cancel" in request.POST:
            request.session.pop(PROVED, None)
            return redirect("second-step")
        return super().post(request, *args, **options)

    def get_form_class(self) -> type[Form]:
        return PasskeyForm if "passkey" in self.request.POST else CodeForm

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        person = self.request.user
        told = {"is_required": access.must_set_up_second_step(person), "is_on": access.has_second_step(person)}
        if not second_step.has_app(person):
            device = second_step.begin(person)
            key = b32encode(device.bin_key).decode()
            told["key"] = " ".join(key[place : place + 4] for place in range(0, len(key), 4))
            told["address"] = second_step.address_for_app(device)
            told["picture"] = qr.data_uri(told["address"])
        if second_step.take_passkeys():
            told["passkey_options"] = second_step.options_to_make_passkey(person, self.challenge())
        told = super().get_context_data(**told | words)
        return told | {name: self._form(kind, told["form"]) for name, kind in _FORMS.items()}

    def _form(self, kind: type[Form], sent: Form) -> Form:
        return sent if isinstance(sent, kind) else kind()

    def form_valid(self, form: Form) -> HttpResponse:
        added = self._add_passkey(form) if isinstance(form, PasskeyForm) else self._add_app(form)
        if added is None:
            return self.refuse(form)
        device, codes = added
        remember(self.request, device)
        self.request.session.pop(PROVED, None)
        if codes:
            return self.show_codes(codes)
        return redirect("second-step")

    def _add_passkey(self, form: PasskeyForm) -> tuple[Device, list[str]] | None:
        name, answer = form.cleaned_data["name"], form.cleaned_data["passkey"]
        return second_step.add_passkey(self.request.user, name, self.taken_challenge(), answer)

    def _add_app(self, form: CodeForm) -> tuple[Device, list[str]] | None:
        person = self.request.user
        device = second_step.begin(person)
        codes = second_step.set_up(person, device, form.cleaned_data["code"])
        return None if codes is None else (device, codes)


_FORMS = {"code_form": CodeForm, "passkey_form": PasskeyForm}


def own(request: HttpRequest) -> HttpResponse:
    """Show people their second step, or how to set it up."""
    proved = request.session.get(PROVED, 0)
    may_add = 0 <= timezone.now().timestamp() - proved < ADD_WITHIN.total_seconds()
    page = SetUpSecondStep if may_add or not access.has_second_step(request.user) else ManageSecondStep
    return page.as_view()(request)
