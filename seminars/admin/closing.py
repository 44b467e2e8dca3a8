"""The page that closes a day: which one, a preview of what becomes of every talk, and one save that does it."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.actions import closing
from seminars.actions.closing import Closing, Prospect
from seminars.admin.base import warn_of_formulas
from seminars.admin.history import recorded
from seminars.admin.rights import own_talks
from seminars.forms import parameters
from seminars.forms.closing import ClosingForm
from seminars.models import taking_turns
from seminars.times import today


def close_a_day(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for a day (GET); show what becomes of its talks, and do it once that was seen (POST)."""
    if request.method != "POST":
        return _page(request, context, ClosingForm(initial={"day": today()}))
    with taking_turns():  # so that nothing changes between what was seen and what is done
        return _answered(request, context, ClosingForm(request.POST))


def _answered(request: HttpRequest, context: dict[str, Any], form: ClosingForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, context, form)
    asked = form.closing
    try:
        prospects = closing.look(asked, asked.talks(own_talks(request)))
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _page(request, context, form)
    ticked = parameters.keys(request.POST, "talk")
    if "_save" not in request.POST:
        return _page(request, context, form, prospects)
    chosen = [one for one in prospects if one.talk.pk in ticked and not one.why_not]
    if ticked and not chosen:
        messages.info(request, _("Nothing was changed. None of these talks is still scheduled."))
        return redirect("admin:index")
    if request.POST.get("seen") != closing.mark_of(asked, prospects):
        messages.warning(request, _("Nothing is saved yet, because something has changed. Check the talks again."))
        return _page(request, context, form, prospects, ticked)
    return _saved(request, form, chosen) or _page(request, context, form, prospects, ticked)


def _saved(request: HttpRequest, form: ClosingForm, chosen: list[Prospect]) -> HttpResponse | None:
    """Do it and lead to the front desk; where that is refused, say so in the form and return None."""
    if not chosen:
        form.add_error(None, _("No talk is ticked. Tick the talks to change."))
        return None
    try:
        with recorded(request):
            changed = closing.close(form.closing, talks=[one.talk for one in chosen], by=request.user)
    except ValidationError as refusal:
        form.add_error(None, [_("Nothing was saved."), *refusal.messages])
        return None
    LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, _said(form.closing, len(changed)))
    messages.success(request, _said(form.closing, len(changed)))
    warn_of_formulas(request, [("notice", form.closing.reason)])
    return redirect("admin:index")


def _said(asked: Closing, number: int) -> str:
    said = {
        closing.Way.CANCEL: ngettext("%(number)d talk is cancelled.", "%(number)d talks are cancelled.", number),
        closing.Way.POSTPONE: ngettext("%(number)d talk is postponed.", "%(number)d talks are postponed.", number),
        closing.Way.ONLINE: ngettext("%(number)d talk is online only.", "%(number)d talks are online only.", number),
    }
    return said[asked.way] % {"number": number}


def _page(
    request: HttpRequest,
    context: dict[str, Any],
    form: ClosingForm,
    prospects: list[Prospect] | None = None,
    ticked: list[int] | None = None,
) -> HttpResponse:
    """Show the form and, once there is something to preview, the talks; `ticked` are those that were kept."""
    rows = [
        (one, not one.why_not and (one.is_proposed if ticked is None else one.talk.pk in ticked))
        for one in prospects or ()
    ]
    words = {
        "title": _("Close a day"),
        "form": form,
        "rows": rows,
        "is_preview": prospects is not None,
        "mark": closing.mark_of(form.closing, prospects) if prospects else "",
    }
    return TemplateResponse(request, "admin/closing.html", context | words)
