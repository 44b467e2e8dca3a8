"""Imports and their undos in parts: the page that shows how far one is and goes on without script; interrupted ones."""

from collections.abc import Iterable
from importlib import import_module

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from seminars import access
from seminars.actions.undoing_imports import UndoneImport, undo_a_part
from seminars.admin.history import Undoable, offer_to_undo
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.models import Change, ImportRun

GOES_ON = "import-that-goes-on"  # in the session: a link from another site must not continue an import
MOST_NAMED = 10
MOST_REFUSED = 10


def interrupted(request: HttpRequest) -> list[ImportRun]:
    """Return the imports, and undos of imports, that stopped half way and that the user may continue or undo."""
    return _theirs(request, ImportRun.objects.stalled())


def _theirs(request: HttpRequest, runs: Iterable[ImportRun]) -> list[ImportRun]:
    """Return the runs that the user may continue; an unfinished undo goes on with all talks of what it undoes."""
    runs = list(runs)
    if not runs:
        return []
    changes = Change.objects.filter(pk__in=[run.change_id for run in runs])
    theirs = access.changes_on_the_desk_of(request.user) | Change.objects.filter(by=request.user)
    known = set(theirs.values_list("pk", flat=True).filter(pk__in=changes.values("pk")))
    whole = {run.pk: {run.change, run.change.undoes or run.change} for run in runs}
    undoable = Undoable(request, set().union(*whole.values()))
    return [run for run in runs if run.change_id in known and all(map(undoable.is_theirs, whole[run.pk]))]


def _asked(request: HttpRequest, asked: MultiValueDict) -> ImportRun | None:
    """Return the unfinished import that `run` names, if the user may continue it."""
    run = parameters.row(asked, "run", ImportRun.objects.unfinished())
    return run if run and _theirs(request, [run]) else None


def show_progress(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Redirect to the page that shows how far an import is and goes on with it."""
    request.session[GOES_ON] = run.pk
    return redirect(f"{reverse('admin:import-progress')}?run={run.pk}")


@require_safe
def import_progress(request: HttpRequest) -> HttpResponse:
    """Show how far an import is; the page asks for its next part if this browser began it."""
    run = _asked(request, request.GET)
    if run is None:
        return redirect("admin:index")
    goes_on = request.session.get(GOES_ON) == run.pk and not run.is_running
    title = _("Undoing the import") if run.change.undoes_id else _("Importing talks")
    words = {"title": title, "run": run, "goes_on": goes_on}
    return TemplateResponse(request, "admin/import_progress.html", admin.site.each_context(request) | words)


@require_http_methods(["GET", "POST"])
def continue_import(request: HttpRequest) -> HttpResponse:
    """Begin to go on (POST), or import or undo the next part (GET, which only the page of the progress asks for)."""
    if request.method == "POST":
        run = _asked(request, request.POST)
        if run is None:
            raise Http404
        return show_progress(request, run)
    run = _asked(request, request.GET)
    if run is None or request.session.get(GOES_ON) != run.pk:
        return redirect("admin:index")
    if run.is_running:
        return show_progress(request, run)
    return _go_on_undoing(request, run) if run.change.undoes_id else _import_a_part(request, run)


def _import_a_part(request: HttpRequest, run: ImportRun) -> HttpResponse:
    theirs = rights(request)
    # The importer takes several MB, so it is loaded when it is needed.
    continuing = import_module("seminars.importing.continuing")
    try:
        left_out = continuing.go_on(run, by=request.user, homes=None if theirs.is_administrator else theirs.own_series)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        if not run.is_finished:
            return show_progress(request, run)
        _tell(request, run, left_out)
    request.session.pop(GOES_ON, None)
    return redirect("admin:index")


def undo_an_import(request: HttpRequest, change: Change, *, then: str) -> HttpResponse:
    """Undo an import, or the first part of it, and redirect to `then` or to the page that shows how far it is.

    Raise ValidationError, and change nothing, if it cannot be undone.
    """
    undone = undo_a_part(change, by=request.user)
    if not undone.is_finished:
        return show_progress(request, undone.run)
    _tell_undone(request, undone)
    return redirect(then)


def _go_on_undoing(request: HttpRequest, run: ImportRun) -> HttpResponse:
    try:
        answer = undo_an_import(request, run.change.undoes, then=reverse("admin:index"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        answer = redirect("admin:index")
    if answer.url == reverse("admin:index"):
        request.session.pop(GOES_ON, None)
    return answer


def _tell_undone(request: HttpRequest, undone: UndoneImport) -> None:
    """Say what stays after the undo of an import, and offer to undo the undo."""
    if undone.change:
        offer_to_undo(request, undone.change)
    elif not (undone.kept or undone.refused):
        messages.info(request, _("Nothing of this import is left to undo."))
    if undone.kept:
        count = len(undone.kept)
        sentence = ngettext(
            "%(count)d was edited after the import and was kept: %(names)s",
            "%(count)d were edited after the import and were kept: %(names)s",
            count,
        )
        messages.warning(request, sentence % {"count": count, "names": _first_of(undone.kept)})
    for sentence in undone.refused[:MOST_REFUSED]:
        messages.error(request, sentence)


def _first_of(names: list[str]) -> str:
    return "; ".join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])])


def _tell(request: HttpRequest, run: ImportRun, left_out: list[str]) -> None:
    """Say that all is imported but what is left out, and offer to undo it."""
    sentence = ngettext("The import is complete: %(count)d talk.", "The import is complete: %(count)d talks.", run.done)
    messages.success(request, sentence % {"count": run.done})
    if left_out:
        sentence = ngettext(
            "%(count)d was not imported: %(names)s", "%(count)d were not imported: %(names)s", len(left_out)
        )
        messages.warning(request, sentence % {"count": len(left_out), "names": _first_of(left_out)})
    offer_to_undo(request, run.change)
