"""Joint requests on the desk: lines that tell what others ask and answer, and the page that their buttons send to."""

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
from seminars.admin.history import back, recorded
from seminars.forms import parameters
from seminars.models import JointRequest, Talk
from seminars.models.talk_naming import speaker_and_title
from seminars.times import local


@dataclass(frozen=True)
class Line:
    """A request in a sentence, with the answers that its reader may give."""

    asked: JointRequest
    sentence: str
    answers: list[tuple[str, Promise]]


ACCEPT, DECLINE = ("accept", gettext_lazy("Accept")), ("decline", gettext_lazy("Decline"))
WITHDRAW, PUT_AWAY = ("withdraw", gettext_lazy("Withdraw")), ("withdraw", gettext_lazy("Dismiss"))


def lines_for(request: HttpRequest) -> list[Line]:
    """Return what others ask of one's series, and what they declined."""
    return [_line(asked) for asked in JointRequest.objects.for_desk_of(access.series_of(request.user))]


def lines_of(talk: Talk) -> list[Line]:
    """Return what the form of a talk tells those who look after it: who was asked, and who declined."""
    rows = talk.joint_requests.select_related("series", "talk__series").order_by("asked_at", "pk")
    return [_answered(asked) if asked.declined_at else _waiting(asked) for asked in rows]


def _line(asked: JointRequest) -> Line:
    return _answered(asked) if asked.declined_at else Line(asked, _question(asked), [ACCEPT, DECLINE])


def _question(asked: JointRequest) -> str:
    """Ask in words that tell no more than visitors could read: of a draft only its day."""
    talk = asked.talk
    day = date_formats.day(local(talk.starts_at), with_year=True)
    words = {"home": talk.series.short_name, "series": asked.series.short_name, "day": day}
    if not talk.is_public:
        return _("%(home)s asks whether a talk on %(day)s may also be listed in %(series)s. It is a "
                 "draft: you can see it once you accept.") % words  # fmt: skip
    words |= {"talk": speaker_and_title(talk), "where": f", {talk.room}" if talk.room else ""}
    return _("%(home)s asks whether “%(talk)s” (%(day)s%(where)s) may also be listed in %(series)s.") % words


def _waiting(asked: JointRequest) -> Line:
    sentence = _("%(series)s was asked whether the talk may also be listed there. There is no answer yet.")
    return Line(asked, sentence % {"series": asked.series.short_name}, [WITHDRAW])


def _answered(asked: JointRequest) -> Line:
    words = {"series": asked.series.short_name, "talk": speaker_and_title(asked.talk)}
    return Line(asked, _("%(series)s declined to list “%(talk)s”.") % words, [PUT_AWAY])


# --- answering -----------------------------------------------------------------------------------------


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Accept, decline or withdraw a request, and lead to where the button was."""
    do = ANSWERS.get(request.POST.get("answer", ""))
    asked = _asked(request)
    if do is None or asked is None:
        raise Http404
    try:
        messages.success(request, do(request, asked))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(back(request))


def _asked(request: HttpRequest) -> JointRequest | None:
    return parameters.row(request.POST, "request", JointRequest.objects.select_related("series", "talk__series"))


def _accept(request: HttpRequest, asked: JointRequest) -> str:
    _refuse_others(access.may_change_series(request.user, asked.series))
    with recorded(request):
        talk = joining.accept(asked, by=request.user)
    return _("“%(talk)s” is now also listed in %(series)s.") % {"talk": talk, "series": asked.series.short_name}


def _decline(request: HttpRequest, asked: JointRequest) -> str:
    _refuse_others(access.may_change_series(request.user, asked.series))
    joining.decline(asked, by=request.user)
    return _("You declined. %(home)s will see this on their desk.") % {"home": asked.talk.series.short_name}


def _withdraw(request: HttpRequest, asked: JointRequest) -> str:
    _refuse_others(access.may_change_talk(request.user, asked.talk))
    joining.withdraw(asked)
    return _("The request to %(series)s was withdrawn.") % {"series": asked.series.short_name}


def _refuse_others(is_theirs: bool) -> None:
    """Answer others as if there were no such request."""
    if not is_theirs:
        raise Http404


ANSWERS: dict[str, Callable[[HttpRequest, JointRequest], str]] = {
    "accept": _accept,
    "decline": _decline,
    "withdraw": _withdraw,
}
