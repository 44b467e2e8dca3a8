"""Two pages of the desk about calendars: how large each feed is, and the organiser's private calendar."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import mail
from seminars.actions import accounts, open_items
from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.formats.ics_calendars import ways_to_follow
from seminars.formats.ics_sizes import LARGE_FROM, MOST_EVENTS, MOST_OCTETS, Size, sizes
from seminars.models import Series
from seminars.models.page_addresses import absolute


class FeedSizesPage(DeskPage):
    """How near each feed is to what Google takes; organisers read of their own series."""

    template_name = "admin/feeds.html"
    title = gettext_lazy("Feeds")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        shown = [size for size in sizes() if self._may_see(size)]
        limits = {"events": MOST_EVENTS, "kilobytes": MOST_OCTETS // 1000, "percent": round(100 * LARGE_FROM)}
        large = [size for size in shown if size.is_large]
        return super().get_context_data(sizes=shown, large=large, limits=limits, **words)

    def _may_see(self, size: Size) -> bool:
        theirs, subject = rights(self.request), size.listing.subject
        return theirs.is_administrator or (isinstance(subject, Series) and subject.pk in theirs.own_series)


class MyCalendarPage(DeskPage):
    """What one gets: the address of a private calendar, which can be renewed and revoked, and an email on Mondays."""

    template_name = "admin/my_calendar.html"
    title = gettext_lazy("My calendar and email")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        token = self.request.user.feed_token
        address = absolute(reverse("private-calendar", args=[token])) if token else ""
        ways = ways_to_follow(address, _("My seminars")) if address else []
        may_get_mail = mail.is_set_up() and bool(self.request.user.email)
        return super().get_context_data(address=address, ways=ways, may_get_mail=may_get_mail, **words)

    def post(self, request: HttpRequest) -> HttpResponse:
        if "revoke" in request.POST:
            accounts.revoke_calendar(request.user)
            messages.success(request, _("The address has been revoked. Calendars that use it no longer get updates."))
        elif "open_items" in request.POST:
            wants = request.POST["open_items"] == "yes"
            open_items.want(request.user, wants)
            on, off = (
                _("You get an email about what is open each Monday."),
                _("You get no more emails about what is open."),
            )
            messages.success(request, on if wants else off)
        elif "renew" in request.POST:
            accounts.renew_calendar(request.user)
            messages.success(request, _("Here is a new address. Older addresses no longer work."))
        return redirect("admin:my-calendar")
