"""The first steps of somebody who sets up the site or a series; each is ticked once its rows are there."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from seminars.actions import accounts
from seminars.admin.rights import rights
from seminars.models import Department, Room, Series


@dataclass(frozen=True)
class Step:
    """One step: what to do, where, and whether it is done."""

    words: Promise
    address: str
    is_done: bool


def steps_of(request: HttpRequest, waits: Collection[str], series: list[Series]) -> list[Step]:
    """Return the steps that this person may take; none once all are done, or they put the list away."""
    department = Department.objects.current()
    if department.is_example or request.user.has_put_steps_away:
        return []
    steps = [*_of_the_site(request, department, waits, series), *_of_the_talks(request, waits)]
    return [] if all(step.is_done for step in steps) else steps


def _of_the_site(
    request: HttpRequest, department: Department, waits: Collection[str], series: list[Series]
) -> list[Step]:
    form, may = reverse("admin:seminars_department_changelist"), rights(request).may
    steps = []
    if may("change", Department):
        has_name = department.name != Department().name
        has_logo = bool(department.logo_id or department.logo_dark_id)
        steps = [
            Step(_("Name the department"), form, has_name),
            Step(_("Upload the department’s logo"), f"{form}#id_upload", has_logo),
        ]
    if may("add", Room):
        steps.append(Step(_("Add a room"), reverse("admin:seminars_room_add"), "rooms" in waits))
    if may("add", Series):
        address = reverse("admin:seminars_series_add")
        steps.append(Step(_("Add a series with its usual day, time and room"), address, bool(series)))
    return steps


def _of_the_talks(request: HttpRequest, waits: Collection[str]) -> list[Step]:
    drafts = f"{reverse('admin:seminars_talk_changelist')}?state__exact=draft"
    has_calendar = bool(request.user.feed_token)
    return [
        Step(_("Plan a term, or import your existing talks"), reverse("admin:plan"), "talks" in waits),
        Step(_("Announce the first talk"), drafts, "public_talks" in waits),
        Step(_("Subscribe to your own calendar"), reverse("admin:my-calendar"), has_calendar),
    ]


@require_POST
def put_steps_away(request: HttpRequest) -> HttpResponse:
    """Hide the list from this person for good."""
    accounts.put_steps_away(request.user)
    return redirect("admin:index")
