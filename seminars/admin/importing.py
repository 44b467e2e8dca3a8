"""The page that imports talks: a file or its text, a preview of all that it would do, and one save."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import access, importing
from seminars.admin.history import offer_to_undo
from seminars.admin.pages import PreviewedFormPage
from seminars.admin.rights import rights
from seminars.admin.talk_initial import chosen_series
from seminars.forms.columns import HEADERS, ColumnsForm
from seminars.forms.importing import CHOICE, ImportForm, doubt_about_refused
from seminars.importing import Doubt, ImportPlan, Outcome

# In one file. Planning and saving so many takes some seconds; others can save in between.
MOST_TALKS = 2000
MOST_ADDED = 5000  # series, rooms, people and topics
MOST_ROWS = 500  # of each outcome on the page; all of them are imported


class ImportPage(PreviewedFormPage):
    """Ask for a file or its text, preview what it would do, do it."""

    template_name = "admin/import.html"
    title = gettext_lazy("Import talks")
    form_class = ImportForm
    columns: ColumnsForm | None = None  # of a spreadsheet
    has_changed = gettext_lazy("Nothing is imported yet, because something has changed. Check the plan again.")

    def get_initial(self) -> dict[str, Any]:
        return {"series": chosen_series(self.request), "draft": True}

    def get_form_kwargs(self) -> dict[str, Any]:
        theirs = rights(self.request)
        homes = None if theirs.is_administrator else theirs.own_series
        return super().get_form_kwargs() | {"series": access.series_of(theirs.user).in_order(), "homes": homes}

    def preview(self, form: ImportForm) -> ImportPlan:
        options = replace(form.import_options, columns=self._chosen_columns(form))
        plan = importing.plan_content(form.content, options, name=_("The file"), most=MOST_TALKS)
        plan.notes[:0] = form.remarks
        if len(plan.made) > MOST_ADDED:
            sentence = _(
                "The file would add %(count)d series, rooms, people and topics. You can add at most %(most)d at once. "
                "Export fewer talks."
            )
            raise ValidationError(sentence % {"count": len(plan.made), "most": MOST_ADDED})
        return plan

    def _chosen_columns(self, form: ImportForm) -> dict[str, str]:
        """Return what the person said that columns mean; raise ValidationError if it cannot be so."""
        is_sure = form.is_workbook or HEADERS in self.request.POST
        table = importing.spreadsheet_in(form.content, is_sure=is_sure)
        if table is None or table.is_exported:
            return {}
        self.columns = ColumnsForm(self.request.POST, table.found_columns())
        if self.columns.is_bound and not self.columns.is_valid():
            raise ValidationError(_("Correct what the columns mean."))
        return self.columns.chosen

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Preview, or save what was previewed; planning keeps nobody from saving, and saving refuses what changed."""
        found = None
        try:
            found = self.preview(form)
            if not self.is_save:
                return self.show(form=form, found=found)
            if self.request.POST.get("seen") == self.mark_of(form, found):
                return self.save(form, found)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.show(form=form, found=found)
        return self.show_again(form, found)

    def mark_of(self, form: ImportForm, found: ImportPlan) -> str:
        """Return a digest of the file and the preview; the import is refused if it has changed."""
        text, _is_utf8 = importing.decoded(form.content)
        return sha256("\n".join([found.mark, *text.split()]).encode()).hexdigest()[:16]

    def save(self, form: ImportForm, found: ImportPlan) -> HttpResponse:
        """Import and redirect to the front desk, unless talks are refused and are not to be skipped."""
        if found.count(Outcome.REFUSED) and not form.skips_refused:
            raise ValidationError(_("Nothing was imported. Correct the file, or choose “import the others” below."))
        change = importing.apply_plan(found, by=self.request.user)
        done = _("Imported: %(counts)s.") % {"counts": _counts(found)}
        messages.success(self.request, done if found.does_something else _("Everything has already been imported."))
        if change:
            offer_to_undo(self.request, change)
        return redirect("admin:index")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        context = super().get_context_data(**words)
        form = context["form"]
        if plan := context["found"]:
            context |= {"plan": plan, "groups": _groups(plan), "counts": _counts(plan)}
            context |= {"doubts": _doubts(plan, form), "choice": CHOICE}
        if plan or self.columns:
            text, _is_utf8 = importing.decoded(form.content)
            context |= {"text": text, "columns": self.columns}
        return context


def _doubts(plan: ImportPlan, form: ImportForm) -> list[Doubt]:
    """Return all questions, the one about refused events first."""
    refused = plan.count(Outcome.REFUSED)
    first = [doubt_about_refused(refused, form.choices.get("refused", ""))] if refused else []
    return [*first, *plan.doubts]


def _groups(plan: ImportPlan) -> list[tuple[str, list[Any], int]]:
    """Return the rows of each outcome, what needs a look first: a heading, the first rows, and how many more."""
    shown = (Outcome.REFUSED, Outcome.GONE, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED)
    groups = []
    for outcome in shown:
        rows = [row for row in plan.rows if row.outcome == outcome]
        if rows:
            groups.append((outcome, rows[:MOST_ROWS], max(len(rows) - MOST_ROWS, 0)))
    return groups


def _counts(plan: ImportPlan) -> str:
    return ", ".join(f"{plan.count(outcome)} {outcome.label}" for outcome in Outcome if plan.count(outcome))
