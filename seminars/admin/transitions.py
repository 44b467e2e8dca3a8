"""The transitions of a talk on the desk: label, states that it starts from, action and address."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.actions import lifecycle
from seminars.forms import transitions as forms
from seminars.forms.next_page import with_next
from seminars.models import State, Talk
from seminars.models.states import ALLOWED_FROM, GOING_AHEAD, PUBLIC
from seminars.models.talk_news import NewsKind

MOST_AT_ONCE = 200
ANYWHERE = frozenset(State)
ON_THE_FORM = {"title", "link", "recording"}  # transitions for which the form of a talk has a field


@dataclass(frozen=True)
class Transition:
    """One change of state, or of one value: its texts and its action."""

    name: str
    label: Promise
    consequence: Promise  # what visitors and subscribers will see
    done: Promise
    leads_from: frozenset[str]
    act: Callable[..., Talk]
    form: type[forms.TransitionForm] = forms.TransitionForm
    short: Promise | str = ""  # its short label in lists that offer it
    is_for_one: bool = False  # not for several talks at once
    tells: NewsKind | None = NewsKind.CHANGED  # which subscribers get a letter


TRANSITIONS = {
    transition.name: transition
    for transition in [
        Transition(
            "announce", _("Announce"),
            _("Visitors will see the talk on the site, and subscribers in their calendars."),
            _("The talk has been announced."), ALLOWED_FROM["announce"], lifecycle.announce, forms.AnnounceForm,
            tells=NewsKind.NEW,
        ),
        Transition(
            "confirm", _("Confirm"),
            _("Visitors and subscribers will no longer see that the talk is provisional."),
            _("The talk has been confirmed."), ALLOWED_FROM["confirm"], lifecycle.confirm, tells=None,
        ),
        Transition(
            "room", _("Change the room"),
            _("The page and calendars will show the new room at once. If the talk is public, its "
              "notice will say so too."),
            _("The room has been changed."), ALLOWED_FROM["change_room"], lifecycle.change_room, forms.RoomForm,
            short=_("Room"), is_for_one=True,
        ),
        Transition(
            "link", _("Change the link"),
            _("The page and calendars will have the new link at once. The address that leads to it "
              "stays the same."),
            _("The link has been changed."), ANYWHERE, lifecycle.amend, forms.LinkForm,
            short=_("Link"), is_for_one=True,
        ),
        Transition(
            "title", _("Change the title"), _("The page and calendars will show the new title at once."),
            _("The title has been changed."), ANYWHERE, lifecycle.amend, forms.TitleForm,
            short=_("Title"), is_for_one=True,
        ),
        Transition(
            "move", _("Move"),
            _("The page and calendars will show the new time at once. A public talk says “Moved” for two weeks."),
            _("The talk has been moved."), ALLOWED_FROM["move"], lifecycle.move, forms.MoveForm,
            short=_("Time"), is_for_one=True,
        ),
        Transition(
            "notice", _("Change the notice"),
            _("The page and calendars will show this line first."),
            _("The notice has been changed."), PUBLIC, lifecycle.amend, forms.NoticeForm, short=_("Notice"),
            is_for_one=True, tells=None,
        ),
        Transition(
            "postpone", _("Postpone"),
            _("The page and calendars will say that the talk is postponed. Its room becomes free. "
              "Once you give it a new time, it goes ahead."),
            _("The talk has been postponed."), ALLOWED_FROM["postpone"], lifecycle.postpone, forms.ReasonForm,
        ),
        Transition(
            "cancel", _("Cancel the talk"),
            _("The page and calendars will say that the talk is cancelled. Its room becomes free."),
            _("The talk has been cancelled."), ALLOWED_FROM["cancel"], lifecycle.cancel, forms.ReasonForm,
            short=_("Cancel"),
        ),
        Transition(
            "reinstate", _("Reinstate"),
            _("The page and calendars will say that the talk goes ahead at its old time, and its "
              "notice is removed."),
            _("The talk goes ahead."), ALLOWED_FROM["reinstate"], lifecycle.reinstate,
        ),
        Transition(
            "withdraw", _("Withdraw to a draft"),
            _("The page will disappear, and calendars will remove the talk without saying why. If people "
              "know about the talk, cancel it instead."),
            _("The talk is a draft again."), ALLOWED_FROM["withdraw"], lifecycle.withdraw, tells=None,
        ),
        Transition(
            "recording", _("Add the recording"), _("The recording will appear at the top of the talk’s page."),
            _("The talk’s page has been updated."), frozenset(GOING_AHEAD), lifecycle.amend, forms.RecordingForm,
            is_for_one=True, tells=None,
        ),
    ]
}  # fmt: skip


def transitions_from(talk: Talk, *, back_to: str = "") -> list[tuple[Promise, str]]:
    """Return label and address of the possible transitions, without those that the form has fields for."""
    transitions = (transition for name, transition in TRANSITIONS.items() if name not in ON_THE_FORM)
    leading = (transition for transition in transitions if talk.state in transition.leads_from)
    return [(transition.label, address_of(transition.name, [talk.pk], back_to=back_to)) for transition in leading]


def address_of(name: str, keys: Iterable[int], *, back_to: str = "") -> str:
    """Return the address of the page of a transition of these talks, which leads back to a page or to the talk."""
    page, query = reverse("admin:seminars_talk_transition", args=[name]), urlencode([("talk", key) for key in keys])
    return with_next(f"{page}?{query}", back_to)


def bulk_transitions() -> dict[str, tuple[Callable, str, Promise]]:
    """Return the transitions that several talks can make at once, as actions of the talk list."""
    return {
        name: (partial(_bulk_transition, name), name, transition.label)
        for name, transition in TRANSITIONS.items()
        if not transition.is_for_one
    }


def _bulk_transition(name: str, desk: ModelAdmin, request: HttpRequest, chosen: QuerySet[Talk]) -> HttpResponse | None:
    keys = list(chosen.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(keys) > MOST_AT_ONCE:
        sentence = gettext("Choose at most %(number)d talks at once.") % {"number": MOST_AT_ONCE}
        desk.message_user(request, sentence, messages.ERROR)
        return None
    if not keys:
        desk.message_user(request, gettext("Someone has deleted this talk."), messages.ERROR)
        return None
    return redirect(address_of(name, keys, back_to=request.get_full_path()))
