"""Imports that were interrupted: the desk offers to continue or undo them."""

from importlib import import_module

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from seminars import access
from seminars.admin.history import Undoable, offer_to_undo
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.models import Change, ImportRun


def interrupted(request: HttpRequest) -> list[ImportRun]:
    """Return the imports, and undos of imports, that stopped half way and that the user may continue or undo."""
    runs = list(ImportRun.objects.stalled())
    if not runs:
        return []
    changes = Change.objects.filter(pk__in=[run.change_id for run in runs])
    theirs = access.changes_on_the_desk_of(request.user) | Change.objects.filter(by=request.user)
    known = set(theirs.values_list("pk", flat=True).filter(pk__in=changes.values("pk")))
    undoable = Undoable(request, changes)
    return [run for run in runs if run.change_id in known and undoable.is_theirs(run.change)]


@require_POST
def continue_import(request: HttpRequest) -> HttpResponse:
    """Import the rest of a file, and redirect to the front desk."""
    asked = parameters.row(request.POST, "run", ImportRun.objects.all())
    run = next((one for one in interrupted(request) if one == asked), None)
    if run is None:
        raise Http404
    theirs = rights(request)
    try:
        # The importer takes several MB, so it is loaded when it is needed.
        continuing = import_module("seminars.importing.continuing")
        change = continuing.go_on(run, by=request.user, homes=None if theirs.is_administrator else theirs.own_series)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The rest has been imported."))
        if change:
            offer_to_undo(request, change)
    return redirect("admin:index")
