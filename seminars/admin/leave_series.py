"""The page on which organisers remove a joint talk from their own series; its home series keeps it."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.actions import talk_changes
from seminars.admin.returning import asked, back
from seminars.admin.transition_page import TransitionPage
from seminars.admin.transitions import ANYWHERE, Transition
from seminars.forms.next_page import with_next
from seminars.forms.transitions import LeaveForm
from seminars.models import SeriesQuerySet, Talk

LEAVE = Transition(
    "leave", _("Remove from our series"),
    _("The talk will disappear from the pages, feeds and calendars of your series. It stays in its "
      "home series."),
    _("The talk is no longer in %(series)s."), ANYWHERE, talk_changes.leave, LeaveForm,
    tells=None,
)  # fmt: skip


def leave_transition(request: HttpRequest, talk: Talk) -> list[tuple[Promise, str]]:
    """Return label and address of the page that takes `talk` out of a series of the user, if it is in one."""
    address = with_next(reverse("admin:seminars_talk_leave", args=[talk.pk]), asked(request))
    return [(LEAVE.label, address)] if access.series_to_leave(request.user, talk).exists() else []


class LeavePage(TransitionPage):
    """Ask from which of their series the organisers remove the talk, and do it on POST."""

    theirs: SeriesQuerySet

    def find(self, object_id: str) -> tuple[Transition, list[Talk]]:
        talk = self.desk.get_object(self.request, unquote(object_id))
        if talk:
            self.theirs = access.series_to_leave(self.request.user, talk)
        if not (talk and self.theirs):
            raise Http404
        return LEAVE, [talk]

    def _may_change(self, talk: Talk) -> bool:
        return True  # `find` has asked whether it is in a series of theirs

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"among": self.theirs}

    def logged(self, form: LeaveForm) -> str:
        return self.transition.done % form.cleaned_data

    def get_success_url(self) -> str:
        return back(self.request, reverse("admin:seminars_talk_changelist"))  # they may no longer see the talk
