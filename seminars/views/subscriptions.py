"""Subscribing by email: the form, the link that confirms the address, and the private page where a choice is changed.

None of these answers tells whether an address is known. Mail programs end a subscription with one POST (RFC 8058 §3.2).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from seminars.actions import subscriptions
from seminars.formats.letters.mailing import in_language_of
from seminars.forms.subscriptions import MailChoiceForm, SubscriptionForm
from seminars.models import CalendarInvitation, Series, Subscriber, SubscriptionRequest, Topic
from seminars.views import calendar_invitations, unseen
from seminars.views.asking_for_mail import AskForMail

FIRST_CHOICE = {"wants_digest": True, "digest_day": 0, "digest_hour": 8, "wants_changes": True}


class SubscribeByMail(AskForMail):
    """The form. Pages with an address field lead here, with the address and the series typed or chosen there."""

    form_class = SubscriptionForm
    template_name = "subscribe/mail.html"

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if "began" not in request.POST:
            return self.get(request)
        return super().post(request, *args, **options)

    def get_form(self, form_class: type[SubscriptionForm] | None = None) -> SubscriptionForm:
        sent, series = self.request.POST, _named(self.request)
        options = {"offered": Series.objects.listed_or_in(series), "asks": self.asks_question()}
        if "began" in sent:
            return SubscriptionForm(sent, **options)
        topics = list(Topic.objects.with_slugs(self.request.GET.getlist("topic")).values())
        initial = {**FIRST_CHOICE, "email": sent.get("email", ""), "series": series, "topics": topics}
        return SubscriptionForm(initial=initial, **options)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return super().get_context_data(named=_named(self.request), **words)

    def ask(self, asked: SubscriptionRequest, form: SubscriptionForm) -> None:
        subscriptions.ask(asked, form.cleaned_data["series"], form.cleaned_data["topics"])


@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a message with a link is on its way."""
    return render(request, "subscribe/mail_sent.html")


@csrf_exempt  # the key is the right to act, and no cookie adds to it
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a press on a button, since programs that look through mail open every link; then begin to send."""
    asked = SubscriptionRequest.objects.open().with_key(token)
    if asked is None:
        return _over(request)
    with in_language_of(asked):
        if request.method == "POST":
            reader = subscriptions.confirm(asked)
            if reader is None:
                return _over(request)
            return unseen(redirect(f"{reverse('mail-choice', args=[reader.key])}?confirmed"))
        return unseen(render(request, "subscribe/mail_confirm.html", {"asked": asked}))


@csrf_exempt
def choice(request: HttpRequest, token: str) -> HttpResponse:
    """Show and change what a subscriber gets. A POST of a mail program, or the button, ends it."""
    subscriber = Subscriber.objects.with_key(token)
    if subscriber is None and (invitation := CalendarInvitation.objects.with_key(token)):
        return calendar_invitations.choice(request, invitation)
    if subscriber is None:
        return _over(request)
    with in_language_of(subscriber):
        if request.method == "POST" and {"List-Unsubscribe", "end"} & request.POST.keys():
            subscriptions.end(subscriber)
            return unseen(render(request, "subscribe/mail_ended.html"))
        offered = Series.objects.listed_or_in(subscriber.series.all())
        form = MailChoiceForm(request.POST or None, instance=subscriber, offered=offered)
        if request.method == "POST" and form.is_valid():
            cleaned = form.cleaned_data
            if not subscriptions.change(form.instance, cleaned["series"], cleaned["topics"]):
                return _over(request)
            return unseen(redirect(f"{request.path}?saved"))
        return unseen(render(request, "subscribe/mail_choice.html", {"form": form, "subscriber": subscriber}))


def _named(request: HttpRequest) -> list[Series]:
    """Return the series that the address or the small form names, unlisted ones too."""
    slugs = [*request.GET.getlist("series"), *request.POST.getlist("of")]
    return list(Series.objects.with_slugs(slugs).values())


def _over(request: HttpRequest) -> HttpResponse:
    return unseen(render(request, "subscribe/mail_over.html", status=404))
