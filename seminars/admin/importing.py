"""The page that imports talks: a file or its text, a preview of all that it would do, and one save."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from seminars import access
from seminars.actions import importing
from seminars.actions.importing import ImportPlan, Outcome
from seminars.admin.history import recorded
from seminars.admin.rights import rights
from seminars.admin.talk_initial import chosen_series
from seminars.forms.importing import ImportForm

# In one file. Saving so many takes some two seconds of processor time, during which other changes wait.
MOST_TALKS = 100
MOST_ADDED = 150  # series, rooms and topics


def import_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for a file or its text (GET), show what it would do, and do it once that was seen (POST)."""
    own = access.series_of(request.user).in_order()
    known = {"series": own, "homes": None if rights(request).is_administrator else rights(request).own_series}
    if request.method != "POST":
        begun = {"series": chosen_series(request), "draft": True}
        return _page(request, context, ImportForm(initial=begun, **known))
    form = ImportForm(request.POST, request.FILES, **known)
    if not form.is_valid():
        return _page(request, context, form)
    try:
        return _answered(request, context, form)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return _page(request, context, form)


def _answered(request: HttpRequest, context: dict[str, Any], form: ImportForm) -> HttpResponse:
    if "_save" not in request.POST:
        return _page(request, context, form, _planned(form))
    with recorded(request):  # within which nobody changes what the plan was made of
        plan = _planned(form)
        is_seen = _mark(form, plan) == request.POST.get("seen")
        if is_seen and _may_be_done(form, plan):
            plan.apply()
            messages.success(request, _done(plan))
            return redirect("admin:index")
    if not is_seen:
        messages.warning(request, _("Nothing is imported yet, because something has changed. Check the plan again."))
    return _page(request, context, form, plan)


def _planned(form: ImportForm) -> ImportPlan:
    plan = importing.plan_content(form.content, form.import_options, name=_("The file"), most=MOST_TALKS)
    if len(plan.made) > MOST_ADDED:
        sentence = _(
            "The file would add %(count)d series, rooms and topics; at most %(most)d are added here. "
            "Export fewer talks."
        )
        raise ValidationError(sentence % {"count": len(plan.made), "most": MOST_ADDED})
    return plan


def _mark(form: ImportForm, plan: ImportPlan) -> str:
    """Return a short text that differs wherever what is imported, or what that would do, differs."""
    text, _is_utf8 = importing.decoded(form.content)
    return sha256("\n".join([plan.mark, *text.split()]).encode()).hexdigest()[:16]


def _may_be_done(form: ImportForm, plan: ImportPlan) -> bool:
    """Tell whether nothing is refused, or what is shall be left out; else say so in the form."""
    if not plan.count(Outcome.REFUSED) or form.cleaned_data["skip_refused"]:
        return True
    form.add_error(None, _("Nothing was imported. Correct the file, or tick “Leave out what is refused”."))
    return False


def _done(plan: ImportPlan) -> str:
    if not plan.does_something:
        return _("Everything is already here.")
    return _("Imported: %(counts)s.") % {"counts": _counts(plan)}


def _counts(plan: ImportPlan) -> str:
    return ", ".join(f"{plan.count(outcome)} {outcome.label}" for outcome in Outcome if plan.count(outcome))


def _page(
    request: HttpRequest, context: dict[str, Any], form: ImportForm, plan: ImportPlan | None = None
) -> HttpResponse:
    words = {"title": _("Import talks"), "form": form, "plan": plan}
    if plan:
        words |= {"rows": plan.rows, "counts": _counts(plan)}
        words["text"], _is_utf8 = importing.decoded(form.content)
        words["mark"] = _mark(form, plan)
    return TemplateResponse(request, "admin/import.html", context | words)
