"""The page that imports talks: a file or its text, a preview of all that it would do, and one save."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import access, importing
from seminars.admin.history import offer_to_undo
from seminars.admin.import_planning import planning_page
from seminars.admin.import_runs import show_progress
from seminars.admin.pages import PreviewedFormPage
from seminars.admin.rights import rights
from seminars.admin.talk_initial import chosen_series
from seminars.admin.told_readers import is_silent, told_of_preview
from seminars.forms import parameters
from seminars.forms.import_columns import HEADERS, ColumnsForm
from seminars.forms.importing import CHOICE, ImportForm, doubt_about_refused
from seminars.importing import Doubt, ImportOptions, ImportPlan, Outcome
from seminars.importing.continuing import begin, write_a_part
from seminars.importing.following import columns_of, note_applied
from seminars.importing.remembered_columns import remember_columns, remembered_columns
from seminars.importing.sources.tables import Table
from seminars.models import Source

# In one file. Planning and saving so many takes some seconds; others can save in between.
MOST_TALKS = 2000
MOST_ADDED = 5000  # series, rooms, people and topics
LONG = 200_000  # bytes of a file from which on the page shows how far its plan is
MOST_ROWS = 500  # of each outcome on the page; all of them are imported


class ImportPage(PreviewedFormPage):
    """Ask for a file or its text, preview what it would do, do it."""

    template_name = "admin/import.html"
    title = gettext_lazy("Import talks")
    form_class = ImportForm
    columns: ColumnsForm | None = None  # of a spreadsheet
    options: ImportOptions
    has_changed = gettext_lazy("Nothing is imported yet, because something has changed. Check the plan again.")

    def get_initial(self) -> dict[str, Any]:
        return {"series": chosen_series(self.request), "draft": True}

    def get_form_kwargs(self) -> dict[str, Any]:
        theirs = rights(self.request)
        homes = None if theirs.is_administrator else theirs.own_series
        series = access.series_of(theirs.user).in_order()
        return super().get_form_kwargs() | {"series": series, "homes": homes, "source": self.source}

    @cached_property
    def source(self) -> Source | None:
        """The source whose changes wait, if the address names one; Http404 if it is not theirs."""
        if "source" not in self.request.GET:
            return None
        found = parameters.row(self.request.GET, "source", access.sources_on_the_desk_of(self.request.user))
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Plan at once what waits in a source."""
        if self.source is None or not self.source.waiting:
            return super().get(request, *args, **options)
        asked = {"series": self.source.series_id} | ({"draft": "on"} if self.source.draft else {})
        form = ImportForm(asked, **(self.get_form_kwargs() | {"initial": {}}))
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def preview(self, form: ImportForm) -> ImportPlan:
        return importing.plan_of(self.preview_in_steps(form))

    def preview_in_steps(self, form: ImportForm) -> importing.PlanSteps:
        """Plan as `preview` does, and yield how far it is."""
        options = self.options = replace(form.import_options, columns=self._chosen_columns(form))
        plan = yield from importing.plan_content_in_steps(form.content, options, name=_("The file"), most=MOST_TALKS)
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
        is_named = self.source is not None and importing.names_a_spreadsheet(self.source.url)
        is_sure = form.is_workbook or is_named or HEADERS in self.request.POST
        table = importing.spreadsheet_in(form.content, is_sure=is_sure)
        if table is None or table.is_exported:
            return {}
        known = columns_of(self.source) if self.source else self._remembered(table, form)
        self.columns = ColumnsForm(self.request.POST, table.found_columns(known))
        if self.columns.is_bound and not self.columns.is_valid():
            raise ValidationError(_("Correct the meanings of the columns."))
        return self.columns.chosen

    def _remembered(self, table: Table, form: ImportForm) -> dict[str, str]:
        headers = [column.header for column in table.found_columns()]
        return remembered_columns(headers, series=form.cleaned_data["series"], user=self.request.user)

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Preview, or save what was previewed; planning keeps nobody from saving, and saving refuses what changed."""
        if not self.is_save and len(form.content) >= LONG:
            return planning_page(self, form, self.preview_in_steps(form))
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
        """Import, or the first part of it, and redirect; unless talks are refused and are not to be skipped."""
        if found.count(Outcome.REFUSED) and not form.skips_refused:
            raise ValidationError(_("Nothing was imported. Correct the file, or choose “import the others” below."))
        run = begin(form.content, self.options, tells_readers=not is_silent(self.request))
        write_a_part(found, run, by=self.request.user)
        self._remember(form)
        if not run.is_finished:
            return show_progress(self.request, run)
        done = _("Imported: %(counts)s.") % {"counts": _counts(found)}
        messages.success(self.request, done if found.does_something else _("Everything has already been imported."))
        if run.change_id:
            offer_to_undo(self.request, run.change)
        return redirect("admin:index")

    def _remember(self, form: ImportForm) -> None:
        """Remember what was chosen, for the next import from there."""
        if self.source:
            note_applied(self.source, form.choices, self.columns.chosen if self.columns else None)
            self.source.save()
        elif self.columns:
            series = form.cleaned_data["series"]
            remember_columns(self.columns.chosen, series=series, user=self.request.user)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        context = super().get_context_data(**words)
        form = context["form"]
        if plan := context["found"]:
            context |= {"plan": plan, "groups": _groups(plan), "counts": _counts(plan)}
            context |= {"doubts": _doubts(plan, form), "choice": CHOICE}
            written = [(one.before, one.after) for one in plan.talks if one.is_written]
            context |= {"told": told_of_preview(self.request, written)}
        if plan or self.columns:
            text, _is_utf8 = importing.decoded(form.content)
            context |= {"text": text, "columns": self.columns}
        return context | {"source": self.source}


def _doubts(plan: ImportPlan, form: ImportForm) -> list[Doubt]:
    """Return all questions; if there are refused events and others, the one about them first."""
    refused = plan.count(Outcome.REFUSED)
    is_asked = 0 < refused < len(plan.rows)
    first = [doubt_about_refused(refused, form.choices.get("refused", ""))] if is_asked else []
    return [*first, *plan.doubts]


def _groups(plan: ImportPlan) -> list[tuple[str, list[Any], int]]:
    """Return the rows of each outcome, what needs a look first: a heading, the first rows, and how many more."""
    shown = (Outcome.REFUSED, Outcome.GONE, Outcome.DELETED, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED)
    groups = []
    for outcome in shown:
        rows = [row for row in plan.rows if row.outcome == outcome]
        if rows:
            groups.append((outcome, rows[:MOST_ROWS], max(len(rows) - MOST_ROWS, 0)))
    return groups


def _counts(plan: ImportPlan) -> str:
    return ", ".join(f"{plan.count(outcome)} {outcome.label}" for outcome in Outcome if plan.count(outcome))
