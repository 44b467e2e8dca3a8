"""The Undo button: undo one change at once, and an import in parts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from seminars import access
from seminars.actions import undoing
from seminars.actions.undoing_imports import public_talks_of
from seminars.admin.history import Undoable, offer_to_undo
from seminars.admin.import_runs import undo_an_import
from seminars.admin.returning import page_of_button
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.forms.next_page import with_next
from seminars.models import Change, ImportRun
from seminars.models.snapshots import series_alone, talks_of


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Undo a change, and redirect to the page with the button; ask before an undo takes public talks of an import."""
    known = access.changes_on_the_desk_of(request.user) | Change.objects.filter(by=request.user)
    change = parameters.row(request.POST, "change", known.select_related("import_run"))
    if change is None:
        raise Http404
    if not (Undoable(request, [change]).is_theirs(change) or _is_a_guest_s_own(request, change)):
        raise PermissionDenied
    is_import = hasattr(change, "import_run")
    if is_import and "confirmed" not in request.POST and (public := public_talks_of(change)):
        return _ask(request, change, public)
    try:
        if is_import:
            return undo_an_import(request, change, then=page_of_button(request))
        offer_to_undo(request, undoing.restore(change, by=request.user))
    except ValidationError as refusal:
        is_begun = ImportRun.objects.unfinished().filter(change__undoes=change).exists()
        for sentence in [*([] if is_begun else [_("Nothing was undone.")]), *refusal.messages]:
            messages.error(request, sentence)
        if _is_for_the_rest(request, change):
            return redirect(with_next(f"{reverse('admin:undo-rest')}?change={change.pk}", page_of_button(request)))
    return redirect(page_of_button(request))


def _is_for_the_rest(request: HttpRequest, change: Change) -> bool:
    """Tell whether a change that was refused as a whole can be undone for some of its talks."""
    read = Change.objects.filter(pk=change.pk).latest_first().with_overtaken()
    return any(Undoable(request, [one]).of_the_rest(one) for one in read)


def _ask(request: HttpRequest, change: Change, public: int) -> HttpResponse:
    words = {"title": _("Undo the import?"), "change": change, "public": public, "next": page_of_button(request)}
    words["talks"] = len(talks_of(change))
    context = admin.site.each_context(request) | words
    return TemplateResponse(request, "admin/undo_import.html", context)


def _is_a_guest_s_own(request: HttpRequest, change: Change) -> bool:
    """Tell whether they took a talk of another series out of their own, and did nothing else."""
    theirs = series_alone(change) if change.by == request.user else set()
    return bool(theirs) and rights(request).may_change_all(theirs)
