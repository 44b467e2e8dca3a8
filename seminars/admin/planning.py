"""The page that plans a term: what is wanted, a preview of every date, and one save that makes the drafts."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import access
from seminars.actions import planning, slots, talk_defaults
from seminars.actions.slots import Slot
from seminars.admin.history import recorded
from seminars.admin.pages import PreviewedFormPage
from seminars.admin.talk_initial import chosen_series
from seminars.forms.planning import PlanForm
from seminars.forms.ticks import Ticks
from seminars.models import Department, Room, Series, Talk
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
        """Return another mark if somebody has added a talk on one of the days."""
        return slots.mark_of([form.plan.mark], found)

    def save(self, form: PlanForm, found: list[Slot]) -> HttpResponse:
        """Make the drafts and redirect to them."""
        plan, ticks = form.plan, self._ticks
        if not ticks.keys:
            raise ValidationError(_("No date is ticked. Tick the dates that you want."))
        try:
            with recorded(self.request):
                made = planning.make(plan, keep=ticks.keys, rooms=ticks.rooms, by=self.request.user)
                self._tell(plan.series, made)
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
        one, more = _("%(number)d draft was added to %(series)s."), _("%(number)d drafts were added to %(series)s.")
        messages.success(self.request, ngettext(one, more, len(made)) % words)

    @cached_property
    def _ticks(self) -> Ticks:
        return Ticks(self.request.POST, Room.objects.in_order())

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        """Keep what was ticked before; tick the other dates that are free."""
        context = super().get_context_data(**words)
        form, rows = context["form"], self._ticks.rows_of(context["found"] or ())
        is_empty = not form.is_bound and not form.initial
        all_series = form.fields["series"].queryset if is_empty else []
        return context | {"rows": rows, "ticks": self._ticks, "all_series": all_series}


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
