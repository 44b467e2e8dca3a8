"""The steps of a talk's life on the desk: one page that says what each will do, and does it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from seminars.actions import lifecycle
from seminars.admin.rights import rights
from seminars.forms.steps import AnnounceForm, ReasonForm
from seminars.models import State, Talk, publishing
from seminars.models.states import CALLED_OFF, GOING_AHEAD, PUBLIC
from seminars.models.words import speaker_and_title

if TYPE_CHECKING:
    from seminars.admin.talks import TalkAdmin

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Step:
    """One way from state to state, in words, and the action that goes it."""

    name: str
    label: Promise
    consequence: Promise  # what visitors and subscribers will see
    done: Promise
    leads_from: frozenset[str]
    act: Callable[..., Talk]
    form: type[forms.Form] = forms.Form


STEPS = {
    step.name: step
    for step in [
        Step(
            "announce", _("Announce"),
            _("Visitors will see the talk on the site, and subscribers in their calendars."),
            _("The talk is announced."), frozenset({State.DRAFT}), lifecycle.announce, AnnounceForm,
        ),
        Step(
            "confirm", _("Confirm"),
            _("Visitors and subscribers will no longer read that the talk is provisional."),
            _("The talk is confirmed."), frozenset({State.TENTATIVE}), lifecycle.confirm,
        ),
        Step(
            "postpone", _("Postpone"),
            _("Page and calendars will say that the talk is postponed. Its room becomes free. "
              "Give it a new time, and it goes ahead."),
            _("The talk is postponed."), frozenset(GOING_AHEAD), lifecycle.postpone, ReasonForm,
        ),
        Step(
            "cancel", _("Cancel the talk"),
            _("Page and calendars will say that the talk is cancelled. Its room becomes free."),
            _("The talk is cancelled."), PUBLIC - {State.CANCELLED}, lifecycle.cancel, ReasonForm,
        ),
        Step(
            "reinstate", _("Reinstate"),
            _("Page and calendars will say that the talk goes ahead at its old time, and its notice is taken back."),
            _("The talk goes ahead."), frozenset(CALLED_OFF), lifecycle.reinstate,
        ),
        Step(
            "withdraw", _("Withdraw to a draft"),
            _("The page will be gone, and calendars will drop the talk without a word. "
              "If people know of the talk, cancel it instead."),
            _("The talk is a draft again."), frozenset(PUBLIC), lifecycle.withdraw,
        ),
    ]
}  # fmt: skip


def steps_from(talk: Talk) -> list[tuple[Promise, str]]:
    """Return label and address of the steps that lead on from where `talk` stands."""
    return [(step.label, address_of(name, [talk.pk])) for name, step in STEPS.items() if talk.state in step.leads_from]


def address_of(name: str, keys: Iterable[int]) -> str:
    """Return the address at which these talks take the step."""
    return reverse("admin:seminars_talk_step", args=[name]) + "?" + urlencode([("talk", key) for key in keys])


def on_to_announcing(request: HttpRequest, talk: Talk) -> HttpResponse | None:
    """Lead from "Save and announce" to the announcing."""
    return redirect(address_of("announce", [talk.pk])) if "_announce" in request.POST else None


def bulk_steps() -> dict[str, tuple[Callable, str, Promise]]:
    """Return the steps as actions of the talk list."""
    return {name: (partial(_bulk_step, name), name, step.label) for name, step in STEPS.items()}


def _bulk_step(name: str, desk: "TalkAdmin", request: HttpRequest, chosen: QuerySet[Talk]) -> HttpResponse | None:
    keys = list(chosen.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(keys) > MOST_AT_ONCE:
        sentence = _t("Choose at most %(number)d talks at once.") % {"number": MOST_AT_ONCE}
        desk.message_user(request, sentence, messages.ERROR)
        return None
    return redirect(address_of(name, keys))


def step_page(desk: "TalkAdmin", request: HttpRequest, name: str) -> HttpResponse:
    """Ask whether the talks that the address names shall take a step; on POST all take it, or none."""
    step, talks = STEPS.get(name), _talks(desk, request)
    if step is None:
        raise Http404(name)
    form = step.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _taken(desk, request, step, talks, form):
        desk.message_user(request, step.done if len(talks) == 1 else _t("Done for every talk."), messages.SUCCESS)
        return _back(talks)
    context = desk.admin_site.each_context(request) | {
        "step": step, "talks": talks, "form": form, "opts": desk.opts, "title": step.label, "media": desk.media,
    }  # fmt: skip
    return TemplateResponse(request, "admin/seminars/talk/step.html", context)


def _talks(desk: "TalkAdmin", request: HttpRequest) -> list[Talk]:
    """Return the talks that the query names, each of which the organiser may change."""
    keys = {key for key in request.GET.getlist("talk") if key.isascii() and key.isdigit() and len(key) < 19}
    talks = list(desk.get_queryset(request).filter(pk__in=keys))
    if not talks or len(talks) < len(keys):
        raise Http404
    if not all(rights(request).may("change", Talk, talk) for talk in talks):
        raise PermissionDenied
    return talks


def _taken(desk: "TalkAdmin", request: HttpRequest, step: Step, talks: list[Talk], form: forms.Form) -> bool:
    """Let every talk take the step; where one is refused, none does and the form says which and why."""
    try:
        with publishing():
            for talk in talks:
                _take(desk, request, step, talk, form)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True


def _take(desk: "TalkAdmin", request: HttpRequest, step: Step, talk: Talk, form: forms.Form) -> None:
    try:
        step.act(talk, by=request.user, **form.cleaned_data)
    except ValidationError as refusal:
        raise ValidationError([f"{speaker_and_title(talk)}: {sentence}" for sentence in refusal.messages]) from refusal
    desk.log_change(request, talk, str(step.label))


def _back(talks: list[Talk]) -> HttpResponse:
    """Lead to the one talk, or to the list."""
    if len(talks) == 1:
        return redirect("admin:seminars_talk_change", talks[0].pk)
    return redirect("admin:seminars_talk_changelist")
