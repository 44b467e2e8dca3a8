"""Joint requests on the desk: the requests and answers of others, and the view behind their buttons."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from seminars import access, date_formats
from seminars.actions import joining
from seminars.admin.history import recorded
from seminars.admin.returning import page_of_button
from seminars.forms import parameters
from seminars.models import JointRequest, Series, Talk
from seminars.models.talk_naming import speaker_and_title
from seminars.times import local


@dataclass(frozen=True)
class JointRequestLine:
    """A request in a sentence, with the answers that its reader may give."""

    asked: JointRequest
    sentence: str
    answers: list[tuple[str, Promise]]


ACCEPT, DECLINE = ("accept", gettext_lazy("Accept")), ("decline", gettext_lazy("Decline"))
WITHDRAW, PUT_AWAY = ("withdraw", gettext_lazy("Withdraw")), ("withdraw", gettext_lazy("Dismiss"))


def joint_requests_for(request: HttpRequest) -> list[JointRequestLine]:
    """Return what others ask of one's series, and what they declined."""
    rows = JointRequest.objects.for_desk_of(access.series_of(request.user))
    return [_answered(asked) or JointRequestLine(asked, _question(asked), [ACCEPT, DECLINE]) for asked in rows]


def joint_requests_of(talk: Talk) -> list[JointRequestLine]:
    """Return what the form of a talk tells those who look after it: who was asked, and who declined."""
    rows = talk.joint_requests.select_related("series", "talk__series").order_by("asked_at", "pk")
    waiting = _("The organisers of %(series)s have been asked to list this talk too. They have not answered yet.")
    return [
        _answered(asked) or JointRequestLine(asked, waiting % {"series": asked.series.short_name}, [WITHDRAW])
        for asked in rows
    ]


def _question(asked: JointRequest) -> str:
    """Ask without revealing more than visitors can see: only the day of a draft."""
    talk = asked.talk
    day = date_formats.day(local(talk.starts_at), with_year=True)
    words = {"home": talk.series.short_name, "series": asked.series.short_name, "day": day}
    if not talk.is_public:
        return _("%(home)s asks whether a talk on %(day)s may also be listed in %(series)s. It is a "
                 "draft: you can see it once you accept.") % words  # fmt: skip
    words |= {"talk": speaker_and_title(talk), "where": f", {talk.room}" if talk.room else ""}
    return _("%(home)s asks whether “%(talk)s” (%(day)s%(where)s) may also be listed in %(series)s.") % words


def _answered(asked: JointRequest) -> JointRequestLine | None:
    if not asked.declined_at:
        return None
    words = {"series": asked.series.short_name, "talk": speaker_and_title(asked.talk)}
    return JointRequestLine(asked, _("%(series)s declined to list “%(talk)s”.") % words, [PUT_AWAY])


# --- answering -----------------------------------------------------------------------------------------


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Accept, decline or withdraw a request, and redirect to the page with the button.

    Raise Http404 if there is no such request, or the user may not answer it.
    """
    do = ANSWERS.get(request.POST.get("answer", ""))
    asked = parameters.row(request.POST, "request", JointRequest.objects.select_related("series", "talk__series"))
    if do is None or asked is None or not access.may_change_series(request.user, _answering(do, asked)):
        raise Http404
    try:
        messages.success(request, do(request, asked))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(page_of_button(request))


def _answering(do: Callable, asked: JointRequest) -> Series:
    return asked.talk.series if do is _withdraw else asked.series


def _accept(request: HttpRequest, asked: JointRequest) -> str:
    with recorded(request):
        talk = joining.accept(asked, by=request.user)
    return _("“%(talk)s” is now also listed in %(series)s.") % {"talk": talk, "series": asked.series.short_name}


def _decline(request: HttpRequest, asked: JointRequest) -> str:
    joining.decline(asked, by=request.user)
    return _("You declined. %(home)s will see this on their desk.") % {"home": asked.talk.series.short_name}


def _withdraw(request: HttpRequest, asked: JointRequest) -> str:
    joining.withdraw(asked)
    return _("The request to %(series)s was withdrawn.") % {"series": asked.series.short_name}


ANSWERS = {"accept": _accept, "decline": _decline, "withdraw": _withdraw}
