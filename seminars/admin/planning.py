"""The page that plans a term: what is wanted, a preview of every date, and one save that makes the drafts."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import access
from seminars.actions import planning, talk_defaults
from seminars.admin.history import recorded
from seminars.admin.talk_initial import chosen_series
from seminars.forms.planning import PlanForm
from seminars.models import Department, Series, Talk
from seminars.models.terms import Term
from seminars.times import local, today

USUAL_WEEKS = 14


def plan_a_term(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for a term (GET); preview it, and save it once it was seen (POST)."""
    own = access.series_of(request.user).in_order()
    if request.method == "POST":
        with recorded(request):  # within which no one takes a room or a series between check and save
            return _answered(request, context, PlanForm(request.POST, series=own))
    series = chosen_series(request)
    return _page(request, context, PlanForm(initial=_usual(series) if series else {}, series=own))


def _usual(series: Series) -> dict[str, Any]:
    """Return what a series usually plans: fourteen weeks from its first usual day after all that is planned."""
    last = Talk.objects.in_series(series).upcoming().last()
    start = talk_defaults.next_start(series, after=local(last.starts_at).date() if last else today())
    first_on = local(start).date() if start else today()
    return {
        "series": series,
        "first_on": first_on,
        "last_on": first_on + timedelta(weeks=USUAL_WEEKS - 1),
        "weekdays": [] if series.default_weekday is None else [series.default_weekday],
        "starts": f"{series.default_start:%H:%M}" if series.default_start else "",
        "minutes": series.default_minutes,
        "room": series.default_room,
    }


def _answered(request: HttpRequest, context: dict[str, Any], form: PlanForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, context, form)
    try:
        slots = planning.slots_of(form.plan)
    except ValidationError as overlap:
        form.add_error(None, overlap)
        return _page(request, context, form)
    ticked = request.POST.getlist("slot")
    if "_save" not in request.POST or request.POST.get("seen") != form.plan.mark:
        if "_save" in request.POST:
            messages.warning(request, _("Nothing is saved yet, because the plan has changed. Check its dates again."))
        return _page(request, context, form, slots)
    return _saved(request, form, ticked) or _page(request, context, form, slots, ticked)


def _saved(request: HttpRequest, form: PlanForm, ticked: list[str]) -> HttpResponse | None:
    """Make the drafts and lead to them; where that is refused, say so in the form and return None."""
    if not ticked:
        form.add_error(None, _("No date is ticked. Tick the dates that you want."))
        return None
    try:
        made = planning.make(form.plan, keep=set(ticked), by=request.user)
    except ValidationError as refusal:
        form.add_error(None, [_("Nothing was saved. Leave out these dates, or choose another room or time:")])
        form.add_error(None, refusal.messages)
        return None
    _tell(request, form.plan.series, made)
    term = Term.of(form.plan.first_on, Department.objects.current().year_begins_in)
    return redirect(reverse("admin:schedule") + f"?series={form.plan.series.pk}&term={term.slug}")


def _tell(request: HttpRequest, series: Series, made: list[Talk]) -> None:
    if not made:
        messages.info(request, _("All of these talks are already planned. Nothing was added."))
        return
    LogEntry.objects.log_actions(request.user.pk, made, ADDITION, [{"added": {}}])
    words = {"number": len(made), "series": series.short_name}
    one, more = _("%(number)d draft of %(series)s is planned."), _("%(number)d drafts of %(series)s are planned.")
    messages.success(request, ngettext(one, more, len(made)) % words)


def _page(
    request: HttpRequest,
    context: dict[str, Any],
    form: PlanForm,
    slots: list[planning.Slot] | None = None,
    ticked: list[str] | None = None,
) -> HttpResponse:
    """Show the form and, once there is something to preview, the dates; `ticked` are those that were kept."""
    rows = [
        (slot, slot.is_offered and (slot.is_free if ticked is None else slot.key in ticked)) for slot in slots or ()
    ]
    words = {
        "title": _("Plan a term"),
        "form": form,
        "rows": rows,
        "mark": form.plan.mark if rows else "",
        "all_series": form.fields["series"].queryset if not form.is_bound and not form.initial else [],
    }
    return TemplateResponse(request, "admin/plan.html", context | words)
