"""What all forms in which somebody asks for mail have in common: who may ask, how often, and what is said then."""

from collections.abc import Callable
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from seminars import languages, limits, mail
from seminars.forms.subscriptions import AddressForm
from seminars.models import SubscriptionRequest
from seminars.views import refusal, shown


class AskForMail(FormView):
    """A form with an address, which is sent a link to confirm it. The answer is the same for every address."""

    @classmethod
    def as_view(cls, **options: Any) -> Callable[..., HttpResponse]:
        """Return the view, which asks for no token: the small forms on cached pages have none."""
        return csrf_exempt(never_cache(super().as_view(**options)))

    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if not mail.is_set_up():
            raise Http404(_("This site does not send email."))
        return super().dispatch(request, *args, **options)

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Show a form that another site sent, so that nobody lets its visitors ask for mail to others without knowing.

        Browsers say where a request comes from, and no page can make them say something else (Fetch Metadata §2.4).
        """
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            return self.get(request, *args, **options)
        return super().post(request, *args, **options)

    def asks_question(self) -> bool:
        """Tell whether the form asks something that robots do not know."""
        return limits.subscriptions_need_question(get_client_ip_address(self.request))

    def form_valid(self, form: AddressForm) -> HttpResponse:
        if until := limits.no_subscription_until(get_client_ip_address(self.request)):
            words = self.get_context_data(form=form, until=shown(until))
            return self.render_to_response(words, **refusal(until))
        asked = form.instance
        asked.language = languages.of_path(self.request.path_info)
        if limits.may_send_confirmation(asked.email):
            self.ask(asked, form)
        return redirect("subscribe-mail-sent")

    def ask(self, asked: SubscriptionRequest, form: AddressForm) -> None:
        """Send the link."""
        raise NotImplementedError
