"""The page on which an administrator merges two rows of one person."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from seminars.actions import merging
from seminars.actions.merging import Merger
from seminars.admin.rights import rights
from seminars.admin.told_readers import telling_as_asked, told_of_preview
from seminars.forms import parameters
from seminars.models import Speaker


def merge_page(desk: ModelAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """Ask for the other row (GET), show the result (GET `with`), merge them (POST)."""
    if not rights(request).is_administrator:
        raise PermissionDenied
    kept = get_object_or_404(Speaker.objects.all(), pk=object_id)
    other = _other(request, kept)
    merger = other and Merger(kept, other)
    if request.method == "POST" and merger and (answer := _merged(desk, request, merger)):
        return answer
    asked = parameters.words(request.GET, "q")
    found = Speaker.objects.looked_for(asked) if asked else Speaker.objects.none()
    context = desk.admin_site.each_context(request) | {
        "title": _("Merge with another person"), "opts": desk.opts, "kept": kept, "merger": merger, "asked": asked,
        "talks": merging.talks_of(merger) if merger else [],
        "told": told_of_preview(request, merging.upcoming_talks_of(merger)) if merger else None,
        "filled": _labels(merger.filled) if merger else [], "lost": _labels(merger.lost) if merger else [],
        "found": [one for one in found.in_order()[:50] if one != kept] if asked else _alike(kept),
    }  # fmt: skip
    return TemplateResponse(request, "admin/seminars/speaker/merge.html", context)


def _other(request: HttpRequest, kept: Speaker) -> Speaker | None:
    sent = request.POST if parameters.words(request.POST, "with") else request.GET
    if not parameters.words(sent, "with"):
        return None
    other = parameters.row(sent, "with", Speaker.objects.exclude(pk=kept.pk))
    if other is None:
        messages.error(request, _("The other person no longer exists. Search for them again."))
    return other


def _alike(kept: Speaker) -> list[Speaker]:
    return [one for one in Speaker.objects.resembling(kept.name) if one != kept]


def _labels(names: list[str]) -> list[str]:
    return [str(Speaker._meta.get_field(name).verbose_name) for name in names]


def _merged(desk: ModelAdmin, request: HttpRequest, merger: Merger) -> HttpResponse | None:
    """Merge and redirect to the kept row; if that is refused, say so and return None."""
    gone = str(merger.gone)
    try:
        with telling_as_asked(request, [talk for talk, _after in merging.upcoming_talks_of(merger)]):
            kept = merging.merge(merger, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return None
    desk.log_change(request, kept, _("Merged with %(name)s") % {"name": gone})
    words = {"gone": gone, "kept": kept}
    messages.success(request, _("%(gone)s and %(kept)s are now one person. Old addresses redirect there.") % words)
    return redirect("admin:seminars_speaker_change", kept.pk)
