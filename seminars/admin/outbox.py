"""The page of the desk about mail: whether it is sent, what waits and what could not be sent. For administrators."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from seminars import mail
from seminars.actions import outbox
from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.models import Letter, PeriodicTask
from seminars.models.periodic_task import SENDING_LETTERS

MOST = 100  # letters of each list
A_DAY = timedelta(days=1)


class OutboxPage(UserPassesTestMixin, DeskPage):
    """What became of the site's mail."""

    template_name = "admin/outbox.html"
    title = gettext_lazy("Mail")

    def test_func(self) -> bool:
        return rights(self.request).is_administrator

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        now = timezone.now()
        return super().get_context_data(
            has_mail=mail.is_set_up(),
            seen=PeriodicTask.objects.last_done(SENDING_LETTERS),
            is_working=PeriodicTask.objects.is_worker_there(now),
            problem=PeriodicTask.objects.problem_of(SENDING_LETTERS),
            waiting=Letter.objects.waiting().count(),
            sent=Letter.objects.sent_since(now - A_DAY, now),
            failed=Letter.objects.failed()[:MOST],
            retried=Letter.objects.retried()[:MOST],
            tasks=PeriodicTask.objects.with_problems(),
            most=MOST,
            **words,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Try the letters that a form names again, or discard them."""
        letters = Letter.objects.filter(pk__in=parameters.keys(request.POST, "letter"))
        if "discard" in request.POST:
            number = outbox.discard(letters)
            said = ngettext("%(count)d message was discarded.", "%(count)d messages were discarded.", number)
        else:
            number = outbox.try_again(letters)
            said = ngettext("%(count)d message will be sent again.", "%(count)d messages will be sent again.", number)
        messages.success(request, said % {"count": number})
        return redirect("admin:outbox")
