"""An invitation to one talk: the form that asks for it, and the private page where it is ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from seminars import access
from seminars.actions import calendar_invitations, subscriptions
from seminars.formats.letters.mailing import in_language_of
from seminars.forms.subscriptions import CalendarInvitationForm
from seminars.models import CalendarInvitation, SubscriptionRequest
from seminars.models.talk_address import TalkAddress
from seminars.views import unseen
from seminars.views.asking_for_mail import AskForMail


class InviteToTalk(AskForMail):
    """The form, for a public talk that goes ahead and is not over; of others the page says what is known."""

    form_class = CalendarInvitationForm
    template_name = "talks/calendar_invitation.html"

    def dispatch(self, request: HttpRequest, address: TalkAddress) -> HttpResponse:
        self.talk = get_object_or_404(access.talks_at(request.user, address).public().for_lists())
        if address != self.talk.address or not self.talk.is_going_ahead or self.talk.is_over():
            return redirect(self.talk)
        return super().dispatch(request)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"asks": self.asks_question()}

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return super().get_context_data(talk=self.talk, **words)

    def ask(self, asked: SubscriptionRequest, form: CalendarInvitationForm) -> None:
        asked.talk = self.talk
        subscriptions.ask(asked)


def choice(request: HttpRequest, invitation: CalendarInvitation) -> HttpResponse:
    """Show what the reader has asked for. A POST of a mail program (RFC 8058 §3.2), or the button, ends it."""
    with in_language_of(invitation):
        if request.method == "POST":
            calendar_invitations.end(invitation)
            return unseen(render(request, "subscribe/mail_ended.html", {"invitation": True}))
        return unseen(render(request, "subscribe/calendar_invitation.html", {"invitation": invitation}))
