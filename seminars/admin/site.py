"""The desk: who has access, where they sign in, and its first page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from seminars import access
from seminars.admin.announcement import AnnouncementPage
from seminars.admin.api_tokens import ApiTokensPage
from seminars.admin.asking_speakers import AskSpeakerPage, AskSpeakersPage
from seminars.admin.carrying_on import CarryingOnPage
from seminars.admin.closing import ClosingPage
from seminars.admin.copying_terms import CopyTermPage
from seminars.admin.department_zone import DepartmentZonePage
from seminars.admin.desk_search import DeskSearchPage, suggestions
from seminars.admin.feeds import FeedSizesPage, MyCalendarPage
from seminars.admin.first_steps import put_steps_away
from seminars.admin.front_desk import FrontDesk
from seminars.admin.history import ChangesPage
from seminars.admin.import_runs import continue_import, import_progress, interrupted
from seminars.admin.joining import answer, joint_requests_for
from seminars.admin.outbox import OutboxPage
from seminars.admin.people import InvitePage, PeoplePage, RolePage
from seminars.admin.people_picker import DeskAutocomplete
from seminars.admin.planning import PlanPage
from seminars.admin.report import ReportPage
from seminars.admin.rights import rights
from seminars.admin.schedule import SchedulePage
from seminars.admin.several_talks import SeveralTalksPage
from seminars.admin.shared_history import news_for
from seminars.admin.signing_in import KeepsWhatWasTyped
from seminars.admin.speaker_answers import SpeakerAnswerPage, waiting_answers
from seminars.admin.speaker_invitations import SpeakerInvitationsPage, unanswered_for
from seminars.admin.start_empty import StartEmptyPage, is_offered
from seminars.admin.text_preview import TextPreviewPage
from seminars.admin.time_zones import TimeZonesPage, new_rules
from seminars.admin.typed_moments import typed_moment
from seminars.admin.undo import undo
from seminars.admin.undoing_rest import UndoRestPage
from seminars.models import Department


def loaded_on_request(page: str) -> Callable[..., HttpResponse]:
    """Return the view of a page whose module is imported by its first request.

    The importer takes several MB, which workers that only serve visitors do without.
    """

    def view(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return import_string(page).as_view()(request, *args, **options)

    return view


OUR_PAGES = {
    "search": DeskSearchPage.as_view(),
    "suggestions": suggestions,
    "plan": PlanPage.as_view(),
    "copy-term": CopyTermPage.as_view(),
    "paste": loaded_on_request("seminars.admin.pasting.PastePage"),
    "text-preview": TextPreviewPage.as_view(),
    "typed-moment": typed_moment,
    "import": loaded_on_request("seminars.admin.importing.ImportPage"),
    "continue-import": continue_import,
    "import-progress": import_progress,
    "schedule": SchedulePage.as_view(),
    "speaker-invitations": SpeakerInvitationsPage.as_view(),
    "announcement": AnnouncementPage.as_view(),
    "ask-speaker": AskSpeakerPage.as_view(),
    "ask-speakers": AskSpeakersPage.as_view(),
    "speaker-answer": SpeakerAnswerPage.as_view(),
    "closing": ClosingPage.as_view(),
    "change-talks": SeveralTalksPage.as_view(),
    "carry-on": CarryingOnPage.as_view(),
    "changes": ChangesPage.as_view(),
    "undo": undo,
    "undo-rest": UndoRestPage.as_view(),
    "joint-request": answer,
    "feeds": FeedSizesPage.as_view(),
    "my-calendar": MyCalendarPage.as_view(),
    "api-tokens": ApiTokensPage.as_view(),
    "time-zones": TimeZonesPage.as_view(),
    "department-zone": DepartmentZonePage.as_view(),
    "outbox": OutboxPage.as_view(),
    "health": loaded_on_request("seminars.admin.health.HealthPage"),
    "people": PeoplePage.as_view(),
    "invite": InvitePage.as_view(),
    "role": RolePage.as_view(),
    "personal-data": loaded_on_request("seminars.admin.personal_data.PersonalDataPage"),
    "report": ReportPage.as_view(),
    "start-empty": StartEmptyPage.as_view(),
    "put-steps-away": put_steps_away,
}

ORDER = [
    "Talk", "Series", "Speaker", "Room", "Topic", "Break", "Source", "Subscriber", "CalendarInvitation",
    "Department", "User", "FormerAddress",
]  # fmt: skip


class Desk(KeepsWhatWasTyped, admin.AdminSite):
    """Django's admin for those who look after a series; `access` decides, `is_staff` says nothing."""

    enable_nav_sidebar = False
    index_title = gettext_lazy("Desk")
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        return rights(request).has_desk

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out Django's redirect to any object's page: counting up would reveal the titles of drafts."""
        theirs = [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]
        ours = [path(f"{name}/", self.admin_view(page), name=name) for name, page in OUR_PAGES.items()]
        return [*ours, *theirs]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        desk = FrontDesk(request)
        words = {
            "can_start_empty": is_offered(request),
            "desk": desk,
            "interrupted_imports": interrupted(request) if "imports" in desk.waits else [],
            "joint_requests": joint_requests_for(request) if "joint_requests" in desk.waits else [],
            "news": news_for(request) if "news" in desk.waits else [],
            "new_zone_rules": new_rules(request) if "new_rules" in desk.waits else [],
            "speaker_answers": waiting_answers(request) if "speaker_answers" in desk.waits else [],
            "unanswered_invitations": unanswered_for(request) if "unanswered" in desk.waits else [],
            "waiting_sources": access.sources_on_the_desk_of(request.user).waiting() if "sources" in desk.waits else [],
        }
        return super().index(request, words | (extra_context or {}))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return DeskAutocomplete.as_view(admin_site=self)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        name = Department.objects.current().name
        words = {"site_title": name, "site_header": name}
        return super().each_context(request) | words

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return our models in the order of an organiser's week; they are looked up if the page shows them."""
        return SimpleLazyObject(partial(self._ordered_apps, request, app_label))

    def _ordered_apps(self, request: HttpRequest, app_label: str | None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: ORDER.index(model["object_name"]))
        return apps

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the sign-in page; tell signed-in people why they have no access."""
        target = request.GET.get("next", "")
        if not request.user.is_authenticated:
            return redirect_to_login(target or reverse("admin:index"))
        if self.has_permission(request):
            return redirect("admin:index")
        whom_to_ask = {"department": Department.objects.current(), "title": _("You do not have access to the desk")}
        whom_to_ask["has_old_groups"] = request.user.is_led_by_groups
        return render(request, "admin/no_desk.html", self.each_context(request) | whom_to_ask, status=403)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send the form on to the one place that signs out (307, RFC 9110 section 15.4.8)."""
        return HttpResponseRedirect(reverse("sign-out"), status=307)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("password_change")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("password_change_done")
