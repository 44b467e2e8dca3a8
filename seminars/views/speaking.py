"""The page of one speaker about one talk, at a private address; the token in it is the right to read and to write.

GET changes nothing, because programs that look through mail open every link.
"""

from datetime import datetime
from typing import Any

from axes.helpers import get_client_ip_address
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import date as written
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from seminars import date_formats, limits, zone_names
from seminars.actions import speaker_requests
from seminars.actions.speaker_requests import TypedAnswer
from seminars.formats.letters.mailing import in_language_of
from seminars.forms.speaking import LONGEST_ABSTRACT, SpeakerAnswerForm, initial_of, refuse
from seminars.models import SpeakerAnswer, SpeakerRequest, Talk
from seminars.times import local
from seminars.views import refusal, shown, unseen


@csrf_exempt  # the token is the right to act, and no cookie adds to it
def speak(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form and keep what is typed; of an address that no longer works, say why and give back the text."""
    asked = SpeakerRequest.objects.opened_by(token)
    if asked is None:
        until = limits.no_token_until(get_client_ip_address(request))
        answer = _over(request, "", until, **(refusal(until) if until else {"status": 404}))
    else:
        with in_language_of(asked):
            why = asked.why_over()
            answer = _over(request, why, status=410) if why else _Page(request, asked).answer()
    answer["Referrer-Policy"] = "no-referrer"
    return unseen(answer)


class _Page:
    """One request to a good address."""

    def __init__(self, request: HttpRequest, asked: SpeakerRequest) -> None:
        self.request, self.asked, self.talk = request, asked, asked.talk
        self.kept = SpeakerAnswer.objects.to(asked)
        self.present = asked.present_values()

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._show(self._form())
        until, form = limits.no_save_until(self.asked.pk), self._form(self.request.POST, self.request.FILES)
        if "_part" in self.request.POST and not until:
            source = self.request.POST.get("source", "")[:LONGEST_ABSTRACT]
            words = {"source": source, "language": self.talk.language}
            return render(self.request, "admin/_text_preview.html", words)
        if until:
            words = {"time": date_formats.clock(shown(until))}
            refuse(form, ValidationError(_("You have saved very often. Try again after %(time)s.") % words))
            return self._refused(form, **refusal(until))
        try:
            return self._keep(form)
        except ValidationError as problem:
            refuse(form, problem)
            return self._refused(form, status=409)

    def _form(self, *sent: Any) -> SpeakerAnswerForm:
        initial = initial_of(self.kept.typed_over(self.present))
        return SpeakerAnswerForm(*sent, initial=initial, is_over=self.talk.is_over())

    def _keep(self, form: SpeakerAnswerForm) -> HttpResponse:
        """Send it in if that is asked for and all is well; else keep what was typed."""
        is_valid, sent = form.is_valid(), self.request.POST
        photo = form.cleaned_data.get("upload")
        typed = TypedAnswer(
            form.values if is_valid else form.typed, form.seen(self.present), form.version, photo,
            is_without_photo="is_without_picture" in sent,
        )  # fmt: skip
        if "send" in sent and is_valid:
            speaker_requests.send_in(self.asked, self.kept, typed)
            return redirect(f"{self.request.path}?sent")
        speaker_requests.save_draft(self.kept, typed._replace(values=form.typed))
        if "_draft" in sent:
            at = written(local(timezone.now()), "TIME_FORMAT")
            return JsonResponse({"version": self.kept.version, "said": _("Saved at %(time)s") % {"time": at}})
        if "preview" in sent or "send" in sent or "upload" in form.errors:
            return self._show(form)
        return redirect(f"{self.request.path}?saved")

    def _refused(self, form: SpeakerAnswerForm, **answer: Any) -> HttpResponse:
        """Answer with all that was typed and why it is not saved: a script shows the reason alone."""
        if "_draft" not in self.request.POST:
            return self._show(form, **answer)
        said = " ".join(form.non_field_errors())
        return JsonResponse({"said": said}, **answer)

    def _show(self, form: SpeakerAnswerForm, **answer: Any) -> HttpResponse:
        if form.is_bound:
            self.kept.refresh_from_db()  # another tab may have saved a later version
        words = {
            "asked": self.asked,
            "talk": self.talk,
            "form": form,
            "kept": self.kept,
            "seen": form.data.get("seen") or form.sealed(self.present),
            "was_told": self.request.GET.keys() & {"sent", "saved"} if not form.is_bound else (),
            "is_previewed": "preview" in self.request.POST,
            "zone_typed": self.request.GET.get("zone", ""),
            "there": _elsewhere(self.talk, self.request.GET.get("zone", "")),
        }
        return _rendered(self.request, "speaking/page.html", words, **answer)


def _elsewhere(talk: Talk, typed: str) -> str:
    """Return the time of the talk on the clocks of a typed place; a sentence if nobody knows it, "" without one."""
    if not typed.strip() or len(typed) > 60:
        return ""
    zone = zone_names.known_zone(typed) or zone_names.nearest_zone(typed)
    if zone is None:
        return _("We do not know this place. Type a large city of the same time zone.")
    return date_formats.elsewhere(talk.span, zone) or _("The clocks there show the same time.")


def _over(request: HttpRequest, why: str, until: datetime | None = None, **answer: Any) -> HttpResponse:
    if "_draft" in request.POST:
        said = _("This link no longer works, so nothing was saved. Copy what you typed.")
        return JsonResponse({"said": said}, **answer)
    form = SpeakerAnswerForm(request.POST) if request.method == "POST" else None
    words = {"why": why, "until": until and shown(until), "typed": list(form.filled()) if form else []}
    return _rendered(request, "speaking/over.html", words, **answer)


def _rendered(request: HttpRequest, template: str, words: dict[str, Any], **answer: Any) -> HttpResponse:
    """Render at once, in the language of the speaker, an answer that may have a status and headers."""
    return TemplateResponse(request, template, words, **answer).render()
