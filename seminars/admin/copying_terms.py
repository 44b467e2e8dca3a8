"""The page that copies a term: which one and to when, a preview of each old and new date, and one save."""

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
from seminars.actions import copying_terms, slots
from seminars.actions.copying_terms import CopiedField, CopiedSlot, CopiedTerm, TakenFrom
from seminars.admin.history import recorded
from seminars.admin.pages import PreviewedFormPage
from seminars.forms import parameters
from seminars.forms.copying_terms import CopyTermForm
from seminars.forms.ticks import Ticks
from seminars.models import Department, Room, SeriesQuerySet, Talk
from seminars.models.terms import Term
from seminars.times import today

MOST_TERMS = 20  # that can be copied: ten years


class CopyTermPage(PreviewedFormPage):
    """Ask for a term, preview what its dates become, make the drafts."""

    template_name = "admin/copy_term.html"
    title = gettext_lazy("Copy a term")
    form_class = CopyTermForm
    has_changed = gettext_lazy("Nothing is saved yet, because the plan has changed. Check its dates again.")

    @cached_property
    def _series(self) -> SeriesQuerySet:
        return access.series_of(self.request.user).in_order()

    @cached_property
    def _old(self) -> list[Term]:
        """Return the terms since the first talk of these series, up to the next term, the latest first."""
        month = Department.objects.current().year_begins_in
        first, last = (Term.of(day, month) for day in Talk.objects.in_series(*self._series).first_and_last_day())
        terms = [min(last, self._new[1], key=lambda term: term.first_on)]
        while terms[-1].first_on > first.first_on and len(terms) < MOST_TERMS:
            terms.append(terms[-1].before)
        return terms

    @cached_property
    def _new(self) -> list[Term]:
        """Return the present term and the next three."""
        terms = [Term.of(today(), Department.objects.current().year_begins_in)]
        while len(terms) < 4:
            terms.append(terms[-1].after)
        return terms

    def get_initial(self) -> dict[str, Any]:
        """Begin with the next term, and with the one a year before it as far as there is one."""
        chosen = parameters.row(self.request.GET, "series", self._series)
        new = self._new[1]
        a_year_before = new.before.before
        old = a_year_before if a_year_before in self._old else self._old[0]
        return {
            "series": [chosen] if chosen else list(self._series),
            "old": old.slug,
            "new": new.slug,
            "start": TakenFrom.THEN,
            "minutes": TakenFrom.THEN,
            "room": TakenFrom.THEN,
            "kept": [CopiedField.KIND],
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"series": self._series, "old": self._old, "new": self._new}

    def preview(self, form: CopyTermForm) -> list[CopiedSlot]:
        return copying_terms.slots_of(form.copied)

    def mark_of(self, form: CopyTermForm, found: list[CopiedSlot]) -> str:
        """Return another mark if a draft would be different, or somebody has added a talk on a new day."""
        there = [f"{one.slot.key} {copying_terms.values_of(form.copied, one)}" for one in found]
        return slots.mark_of([repr(sorted(form.copied.kept)), *there], [one.slot for one in found])

    def save(self, form: CopyTermForm, found: list[CopiedSlot]) -> HttpResponse:
        """Make the drafts and redirect to them."""
        copied, ticks = form.copied, self._ticks
        if not ticks.keys:
            raise ValidationError(_("No date is ticked. Tick the dates that you want."))
        try:
            with recorded(self.request):
                made = copying_terms.make(copied, keep=ticks.keys, rooms=ticks.rooms, by=self.request.user)
        except ValidationError as refusal:
            first = _("Nothing was saved. Leave out these dates, or choose another room or time:")
            raise ValidationError([first, *refusal.messages]) from refusal
        self._tell(copied, made)
        return redirect(reverse("admin:schedule") + f"?series={copied.series[0].pk}&term={copied.new.slug}")

    def _tell(self, copied: CopiedTerm, made: list[Talk]) -> None:
        if not made:
            messages.info(self.request, _("All of these talks are already planned. Nothing was added."))
            return
        LogEntry.objects.log_actions(self.request.user.pk, made, ADDITION, [{"added": {}}])
        words = {"number": len(made), "term": copied.new}
        said = ngettext(
            "%(number)d draft was added to %(term)s.", "%(number)d drafts were added to %(term)s.", len(made)
        )
        messages.success(self.request, said % words)

    @cached_property
    def _ticks(self) -> Ticks:
        return Ticks(self.request.POST, Room.objects.in_order())

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        """Keep what was ticked before; tick the other dates that are free."""
        context = super().get_context_data(**words)
        found = context["found"] or []
        rows = self._ticks.rows_of(one.slot for one in found)
        copies = [(one.old, row) for one, row in zip(found, rows, strict=True)]
        return context | {"copies": copies, "rows": rows, "ticks": self._ticks}
