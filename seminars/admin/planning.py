"""The page that plans a term: what is wanted, a preview of every date, and one save that makes the drafts."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import access
from seminars.actions import planning, talk_defaults
from seminars.actions.planning import Slot
from seminars.admin.history import recorded
from seminars.admin.pages import PreviewedFormPage
from seminars.admin.talk_initial import chosen_series
from seminars.forms.planning import PlanForm
from seminars.models import Department, Series, Talk
from seminars.models.terms import Term
from seminars.times import local, today

USUAL_WEEKS = 14


class PlanPage(PreviewedFormPage):
    """Ask for a term, preview its dates, make the drafts."""

    template_name = "admin/plan.html"
    title = gettext_lazy("Plan a term")
    form_class = PlanForm
    has_changed = gettext_lazy("Nothing is saved yet, because the plan has changed. Check its dates again.")

    def get_initial(self) -> dict[str, Any]:
        series = chosen_series(self.request)
        return _usual(series) if series else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"series": access.series_of(self.request.user).in_order()}

    def preview(self, form: PlanForm) -> list[Slot]:
        return planning.slots_of(form.plan)

    def mark_of(self, form: PlanForm, found: list[Slot]) -> str:
        return form.plan.mark

    def save(self, form: PlanForm, found: list[Slot]) -> HttpResponse:
        """Make the drafts and redirect to them."""
        plan, ticked = form.plan, set(self.request.POST.getlist("slot"))
        if not ticked:
            raise ValidationError(_("No date is ticked. Tick the dates that you want."))
        try:
            with recorded(self.request):
                self._tell(plan.series, planning.make(plan, keep=ticked, by=self.request.user))
        except ValidationError as refusal:
            first = _("Nothing was saved. Leave out these dates, or choose another room or time:")
            raise ValidationError([first, *refusal.messages]) from refusal
        term = Term.of(plan.first_on, Department.objects.current().year_begins_in)
        return redirect(reverse("admin:schedule") + f"?series={plan.series.pk}&term={term.slug}")

    def _tell(self, series: Series, made: list[Talk]) -> None:
        if not made:
            messages.info(self.request, _("All of these talks are already planned. Nothing was added."))
            return
        LogEntry.objects.log_actions(self.request.user.pk, made, ADDITION, [{"added": {}}])
        words = {"number": len(made), "series": series.short_name}
        one, more = _("%(number)d draft of %(series)s is planned."), _("%(number)d drafts of %(series)s are planned.")
        messages.success(self.request, ngettext(one, more, len(made)) % words)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        """Tick the dates that are free, or those that were ticked for this very plan."""
        context = super().get_context_data(**words)
        form, sent = context["form"], self.request.POST
        is_ticked_before = self.is_save and sent.get("seen") == context["mark"]
        rows = [
            (slot, slot.is_offered and (slot.key in sent.getlist("slot") if is_ticked_before else slot.is_free))
            for slot in context["found"] or ()
        ]
        is_empty = not form.is_bound and not form.initial
        return context | {"rows": rows, "all_series": form.fields["series"].queryset if is_empty else []}


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
