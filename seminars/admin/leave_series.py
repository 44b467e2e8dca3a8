"""The page on which organisers take a joint talk out of their own series; its home series keeps it."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import access
from seminars.actions import talk_changes
from seminars.admin.history import recorded
from seminars.admin.preview import Preview, is_preview, previews_of
from seminars.forms.transitions import LeaveForm
from seminars.models import Talk

WORDS = {
    "label": gettext_lazy("Take out of our series"),
    "consequence": gettext_lazy(
        "The pages, feeds and calendars of your series will drop the talk. Its home series keeps it."
    ),
}


def way_out(request: HttpRequest, talk: Talk) -> list[tuple[Promise, str]]:
    """Return label and address of the step that takes `talk` out of a series of the user, if it is in one."""
    address = reverse("admin:seminars_talk_leave", args=[talk.pk])
    return [(WORDS["label"], address)] if access.series_to_leave(request.user, talk).exists() else []


def leave_page(desk: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask out of which of their series organisers take the talk, and do it on POST."""
    talk = desk.get_object(request, unquote(object_id))
    theirs = access.series_to_leave(request.user, talk) if talk else None
    if not theirs:
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else None, among=theirs)
    is_meant = request.method == "POST" and not is_preview(request)
    if is_meant and form.is_valid() and _left(desk, request, talk, form):
        return redirect("admin:seminars_talk_changelist")
    context = desk.admin_site.each_context(request) | {
        "step": WORDS, "talks": [talk], "rows": [(talk, _looked_at(request, talk, form))], "form": form,
        "may_look": len(theirs) > 1, "opts": desk.opts, "title": WORDS["label"], "media": desk.media,
        "back": reverse("admin:seminars_talk_change", args=[talk.pk]),
    }  # fmt: skip
    return TemplateResponse(request, "admin/seminars/talk/step.html", context)


def _left(desk: ModelAdmin, request: HttpRequest, talk: Talk, form: LeaveForm) -> bool:
    series = form.cleaned_data["series"]
    try:
        with recorded(request):
            talk_changes.leave(talk, series=series, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    sentence = _("The talk is no longer in %(series)s.") % {"series": series}
    desk.log_change(request, talk, sentence)
    desk.message_user(request, sentence, messages.SUCCESS)
    return True


def _looked_at(request: HttpRequest, talk: Talk, form: LeaveForm) -> Preview | None:
    """Return what subscribers would see: at once where there is no choice, else when it is asked for."""
    asked = form if form.is_bound else form.untouched()
    if not (request.method == "GET" or is_preview(request)) or not asked.is_valid():
        return None
    series = asked.cleaned_data["series"]
    return previews_of([talk.pk], lambda: talk_changes.leave(talk, series=series, by=request.user))[talk.pk]
