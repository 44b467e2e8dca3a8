"""The page on which an administrator gives the department another time zone, after a preview."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import times
from seminars.access import is_administrator
from seminars.actions import department_zone
from seminars.actions.department_zone import ZoneProspect
from seminars.admin.pages import PreviewedFormPage
from seminars.forms.department_zone import ZoneForm
from seminars.models import Department, ZoneRules


class DepartmentZonePage(UserPassesTestMixin, PreviewedFormPage):
    """Ask for a zone, preview what happens to talks, and save; or go back to the former zone at once."""

    template_name = "admin/department_zone.html"
    title = gettext_lazy("Time zone of the department")
    form_class = ZoneForm
    has_changed = gettext_lazy("Nothing is saved yet, because talks have changed. Check the numbers again.")

    def test_func(self) -> bool:
        return is_administrator(self.request.user)

    def preview(self, form: ZoneForm) -> ZoneProspect:
        return department_zone.prospect(form.cleaned_data["time_zone"])

    def mark_of(self, form: ZoneForm, found: ZoneProspect) -> str:
        return found.mark

    def form_valid(self, form: ZoneForm) -> HttpResponse:
        """Move the talks after the zone was saved: in turns, so that others can save in between."""
        if self.is_save and self.request.POST.get("seen") == self.mark_of(form, self.preview(form)):
            department_zone.prepare()
        response = super().form_valid(form)
        if response.status_code == 302:
            moved = department_zone.finish()
            said = ngettext("%(count)d talk has a new time in UTC.", "%(count)d talks have new times in UTC.", moved)
            messages.success(self.request, said % {"count": moved})
        return response

    def save(self, form: ZoneForm, found: ZoneProspect) -> HttpResponse:
        department_zone.change(form.cleaned_data["time_zone"], by=self.request.user)
        said = _("The department’s time zone is now %(zone)s.") % {"zone": found.zone}
        LogEntry.objects.log_actions(self.request.user.pk, [Department.objects.current()], CHANGE, said)
        messages.success(self.request, said)
        return redirect("admin:department-zone")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        present = ZoneRules.objects.filter(local_zone="").exclude(former_name="").select_related("change").first()
        context = {"zone": times.zone_name(), "of_server": settings.TIME_ZONE, "changed": present}
        if present and "found" not in words:  # "Change back" saves what is shown here
            context["back"] = department_zone.prospect(present.former_name)
            context["back_to"] = present.written_to_go_back
        return super().get_context_data(**context | words)
