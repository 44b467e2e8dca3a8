"""The page of a step: it says what visitors and subscribers will see, asks what is to be known, and takes it."""

from copy import copy

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from seminars.admin.base import warn_of_formulas
from seminars.admin.history import recorded
from seminars.admin.preview import Preview, is_preview, previews_of
from seminars.admin.rights import rights
from seminars.admin.transitions import TRANSITIONS, Transition, address_of
from seminars.forms import parameters
from seminars.forms.transitions import TransitionForm
from seminars.models import Talk, publishing
from seminars.models.talk_naming import speaker_and_title

MOST_LOOKED_AT = 20  # talks of which a step says beforehand what it will do to each
BACK = {"desk": "admin:index", "list": "admin:seminars_talk_changelist"}


def transition_page(desk: ModelAdmin, request: HttpRequest, name: str) -> HttpResponse:
    """Ask whether the talks that the address names shall take a step; on POST all take it, or none."""
    step, talks = TRANSITIONS.get(name), _talks(desk, request)
    if step is None or (step.is_for_one and len(talks) > 1):
        raise Http404(name)
    form = step.form(*([request.POST] if request.method == "POST" else []), talks=talks)
    back = _back(request, talks)
    is_meant = request.method == "POST" and not is_preview(request)
    if is_meant and form.is_valid() and _taken(desk, request, step, form):
        _tell(desk, request, step, talks)
        warn_of_formulas(request, form.cleaned_data.items())
        return redirect(back)
    form, previews = _looked_at(request, step, form)
    context = desk.admin_site.each_context(request) | {
        "step": step, "talks": talks, "form": form, "opts": desk.opts, "title": step.label, "media": desk.media,
        "back": back, "rows": [(talk, previews.get(talk.pk)) for talk in talks],
        "is_folded": not is_preview(request), "may_look": form.fields and len(talks) <= MOST_LOOKED_AT,
    }  # fmt: skip
    return TemplateResponse(request, "admin/seminars/talk/step.html", context)


def _talks(desk: ModelAdmin, request: HttpRequest) -> list[Talk]:
    """Return the talks that the query names, each of which the organiser may change."""
    keys = parameters.keys(request.GET, "talk")
    talks = list(desk.get_queryset(request).filter(pk__in=keys))
    if not talks or len(talks) < len(keys):
        raise Http404
    if not all(rights(request).may("change", Talk, talk) for talk in talks):
        raise PermissionDenied
    return talks


def _taken(desk: ModelAdmin, request: HttpRequest, step: Transition, form: TransitionForm) -> bool:
    """Let every talk take the step; where one is refused, none does and the form says which and why."""
    try:
        with publishing(), recorded(request):
            for talk in form.talks:
                _take(request, step, talk, form)
                desk.log_change(request, talk, str(step.label))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True


def _looked_at(
    request: HttpRequest, step: Transition, form: TransitionForm
) -> tuple[TransitionForm, dict[int, Preview]]:
    """Return the form to show and what subscribers would see of each talk: of what was typed, where that is asked; at
    first of a step that needs no word more. Where it would be refused, the form says so before anybody tries."""
    asked = form if form.is_bound or step.is_for_one else step.form({}, talks=form.talks)
    is_wanted = is_preview(request) or request.method == "GET"
    if not is_wanted or len(form.talks) > MOST_LOOKED_AT or not asked.is_valid():
        return form, {}
    try:
        return form, previews_of([talk.pk for talk in form.talks], lambda: _take_all(request, step, asked))
    except ValidationError as refusal:
        asked.add_error(None, refusal.messages)
        return asked, {}


def _take_all(request: HttpRequest, step: Transition, form: TransitionForm) -> None:
    """Let copies of all talks take the step: what is shown stays as it was read."""
    for talk in form.talks:
        _take(request, step, copy(talk), form)


def _take(request: HttpRequest, step: Transition, talk: Talk, form: TransitionForm) -> None:
    try:
        step.act(talk, by=request.user, **form.cleaned_data)
    except ValidationError as refusal:
        raise ValidationError([f"{speaker_and_title(talk)}: {sentence}" for sentence in refusal.messages]) from refusal


def _tell(desk: ModelAdmin, request: HttpRequest, step: Transition, talks: list[Talk]) -> None:
    """Say that it is done, and which notice the change has made of itself."""
    desk.message_user(request, step.done if len(talks) == 1 else _("Done for every talk."), messages.SUCCESS)
    if step.name == "room" and talks[0].notice:
        said = _("The talk’s notice is now: “%(notice)s”.") % {"notice": talks[0].notice}
        link = address_of("notice", [talks[0].pk], back_to=parameters.choice(request.GET, "back", BACK))
        words = format_html('{} <a href="{}">{}</a>', said, link, _("Change the notice"))
        desk.message_user(request, words, messages.INFO)


def _back(request: HttpRequest, talks: list[Talk]) -> str:
    """Return where the step came from, or else the one talk, or the list."""
    if back := parameters.choice(request.GET, "back", BACK):
        return reverse(BACK[back])
    if len(talks) == 1:
        return reverse("admin:seminars_talk_change", args=[talks[0].pk])
    return reverse("admin:seminars_talk_changelist")
