"""The page of the desk about the health of the site. For administrators; other machines are asked only on request."""

from typing import Any

from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.doctor.examining import examine
from seminars.doctor.findings import BY_SEVERITY, worst


class HealthPage(UserPassesTestMixin, DeskPage):
    """What `manage.py doctor` says, the worst first."""

    template_name = "admin/health.html"
    title = gettext_lazy("Health of the site")

    def test_func(self) -> bool:
        return rights(self.request).is_administrator

    def post(self, request: HttpRequest) -> HttpResponse:
        """Also ask the mail server, the site's address and the indexes of releases."""
        return self.show(is_outside_asked=request.POST.get("ask") == "others")

    def get_context_data(self, *, is_outside_asked: bool = False, **words: Any) -> dict[str, Any]:
        found = examine(is_outside_asked=is_outside_asked)
        by_severity = sorted(found, key=lambda one: -BY_SEVERITY.index(one.state))
        words |= {"findings": by_severity, "worst": worst(found), "is_outside_asked": is_outside_asked}
        return super().get_context_data(**words)
