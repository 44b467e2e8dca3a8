"""The page with one box for the mail of a speaker, which fills the form of a talk for review."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from seminars import access
from seminars.admin.talk_initial import PastedTalk, chosen_series
from seminars.forms import parameters
from seminars.forms.pasting import PasteForm
from seminars.models import Gap, Talk, lacking

MOST_OFFERED = 100


def paste_a_talk(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for the mail (GET), read it and lead to the form, in which nothing is saved yet (POST)."""
    series = access.series_of(request.user).in_order()
    known = {"talks": _to_be_filled(request), "series": series}
    if request.method != "POST":
        begun = {"talk": parameters.key(request.GET, "talk"), "series": chosen_series(request) or series.first()}
        return _page(request, context, PasteForm(initial=begun, **known))
    form = PasteForm(request.POST, **known)
    if not form.is_valid():
        return _page(request, context, form)
    pasted = PastedTalk.from_mail(form.mail)
    pasted.keep(request)
    return redirect(_address_of(form.cleaned_data, pasted.key))


def _page(request: HttpRequest, context: dict[str, Any], form: PasteForm) -> HttpResponse:
    return TemplateResponse(request, "admin/paste.html", context | {"title": _("Paste a talk"), "form": form})


def _to_be_filled(request: HttpRequest) -> QuerySet[Talk]:
    """Return the talks to come of one's own series that lack something a mail may bring, and the one asked for."""
    own = Talk.objects.filter(series__in=access.series_of(request.user))
    wanting = own.upcoming().filter(lacking(Gap.TITLE) | lacking(Gap.SPEAKER) | lacking(Gap.ABSTRACT))
    keys = [*wanting.values_list("pk", flat=True)[:MOST_OFFERED], *_asked_for(request)]
    return own.with_keys(keys).soonest_first().with_what_lists_show()


def _asked_for(request: HttpRequest) -> list[int]:
    return [*parameters.keys(request.GET, "talk"), *parameters.keys(request.POST, "talk")]


def _address_of(chosen: dict[str, Any], key: str) -> str:
    if talk := chosen["talk"]:
        return f"{reverse('admin:seminars_talk_change', args=[talk.pk])}?{urlencode({'pasted': key})}"
    series = {"series": chosen["series"].pk} if chosen["series"] else {}
    return f"{reverse('admin:seminars_talk_add')}?{urlencode(series | {'pasted': key})}"
