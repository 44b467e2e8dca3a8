"""The page of a transition: what visitors and subscribers will see, the details it asks for, and the button.

If some of several talks cannot make the transition, the page says which and why, and the others make it.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView

from seminars.admin import formulas
from seminars.admin.history import recorded
from seminars.admin.pages import DeskPage
from seminars.admin.preview import ChangePreview, is_preview, previews_of
from seminars.admin.returning import back
from seminars.admin.rights import rights
from seminars.admin.told_readers import ToldReaders, telling_as_asked, told_of_change, told_of_new
from seminars.admin.transitions import TRANSITIONS, Transition, address_of
from seminars.forms import parameters
from seminars.forms.next_page import with_next
from seminars.forms.transitions import TransitionForm
from seminars.models import Talk, publishing
from seminars.models.talk_naming import speaker_and_title
from seminars.models.talk_news import NewsKind

MOST_PREVIEWED = 20  # show a preview for each talk up to this number


class TransitionPage(DeskPage, FormView):
    """Ask before the talks that the address names make a transition; on POST those that can make it do."""

    template_name = "admin/seminars/talk/transition.html"
    desk: ModelAdmin | None = None  # as_view() takes what the class has
    transition: Transition
    talks: list[Talk]

    def setup(self, request: HttpRequest, *args: Any, **named: Any) -> None:
        super().setup(request, *args, **named)
        self.refused: dict[int, list[str]] = {}  # why talks cannot make the transition, by their keys

    def dispatch(self, request: HttpRequest, **named: str) -> HttpResponse:
        self.transition, self.talks = self.find(**named)
        return super().dispatch(request, **named)

    def find(self, name: str) -> tuple[Transition, list[Talk]]:
        """Return the transition and the talks in the query. The organiser may change at least one of them."""
        transition, keys = TRANSITIONS.get(name), parameters.keys(self.request.GET, "talk")
        talks = list(self.desk.get_queryset(self.request).filter(pk__in=keys))
        if transition is None or not talks or len(talks) < len(keys) or (transition.is_for_one and len(talks) > 1):
            raise Http404(name)
        if not any(map(self._may_change, talks)):
            raise PermissionDenied
        return transition, talks

    def _may_change(self, talk: Talk) -> bool:
        return rights(self.request).may("change", Talk, talk)

    def get_form_class(self) -> type[TransitionForm]:
        return self.transition.form

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"talks": self.talks}

    @property
    def back(self) -> str:
        """The page that the organiser came from, or else the one talk, or the list."""
        is_for_one = len(self.talks) == 1
        return back(self.request, self._form if is_for_one else reverse("admin:seminars_talk_changelist"))

    @property
    def _form(self) -> str:
        return reverse("admin:seminars_talk_change", args=[self.talks[0].pk])

    def get_success_url(self) -> str:
        return self.back

    # --- making the transition ---

    def form_valid(self, form: TransitionForm) -> HttpResponse:
        """Change every talk that can be changed; if there is none, say in the form why."""
        if is_preview(self.request):
            return self.show(form=form)
        try:
            with publishing(), recorded(self.request), telling_as_asked(self.request, self.talks):
                for talk in self._make_those_that_can(self.talks, form):
                    self.desk.log_change(self.request, talk, self.logged(form))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            return self.show(form=form)
        self._tell(form)
        return redirect(self.get_success_url())

    def logged(self, form: TransitionForm) -> str:
        """Return what Django's log says of it."""
        return str(self.transition.label)

    def _make_those_that_can(self, talks: Iterable[Talk], form: TransitionForm) -> list[Talk]:
        """Change each talk that can be changed, note in `refused` why others cannot, and return those that were.

        Raise ValidationError if there is none.
        """
        talks, self.refused = list(talks), {}
        for talk in talks:
            try:
                self._make(talk, form)
            except ValidationError as refusal:
                self.refused[talk.pk] = refusal.messages
        changed = [talk for talk in talks if talk.pk not in self.refused]
        if not changed:
            raise ValidationError([sentence for talk in talks for sentence in self._refusals(talk)])
        return changed

    def _make(self, talk: Talk, form: TransitionForm) -> None:
        if not self._may_change(talk):
            raise ValidationError(_("Only the organisers of %(series)s can change it.") % {"series": talk.series})
        self.transition.act(talk, by=self.request.user, **form.cleaned_data)

    def _refusals(self, talk: Talk) -> list[str]:
        return [f"{speaker_and_title(talk)}: {sentence}" for sentence in self.refused.get(talk.pk, ())]

    def _tell(self, form: TransitionForm) -> None:
        """Say that it is done, for which talks it is not and why, and which notice the change has set."""
        messages.success(self.request, self._done(form))
        for refusal in [sentence for talk in self.talks for sentence in self._refusals(talk)]:
            messages.warning(self.request, _("Not changed: %(talk_and_reason)s") % {"talk_and_reason": refusal})
        talk = self.talks[0]
        if self.transition.name == "room" and talk.notice:
            said = _("The talk’s notice is now: “%(notice)s”.") % {"notice": talk.notice}
            link = address_of("notice", [talk.pk], back_to=self.back)
            words = format_html('{} <a href="{}">{}</a>', said, link, _("Change the notice"))
            messages.info(self.request, words)
        formulas.warn(self.request, form.cleaned_data.items())

    def _done(self, form: TransitionForm) -> str:
        if len(self.talks) == 1:
            done, talk = self.transition.done % form.cleaned_data, self.talks[0]
            if not self._may_change(talk) or self.back.startswith(self._form):
                return done
            form = with_next(self._form, self.back)
            return format_html('{} <a href="{}">{}</a>', done, form, speaker_and_title(talk))
        number = len(self.talks) - len(self.refused)
        if not self.refused:
            return _("Done for every talk.")
        return ngettext("Done for %(number)d talk.", "Done for %(number)d talks.", number) % {"number": number}

    # --- showing it ---

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        form, previews = self._previewed(words.get("form") or self.get_form())
        words |= {
            "form": form, "transition": self.transition, "title": self.transition.label,
            "talks": self.talks, "back": self.back,
            "rows": [(talk, previews.get(talk.pk), self.refused.get(talk.pk)) for talk in self.talks],
            "is_folded": not is_preview(self.request),
            "told": self._told,
            "may_preview": form.may_preview and len(self.talks) <= MOST_PREVIEWED,
            "opts": self.desk.opts, "media": self.desk.media,
        }  # fmt: skip
        return super().get_context_data(**words)

    @property
    def _told(self) -> ToldReaders | None:
        """Who gets a letter about it."""
        if self.transition.tells is None:
            return None
        talks = [talk for talk in self.talks if talk.state in self.transition.leads_from and self._may_change(talk)]
        if self.transition.tells == NewsKind.NEW:
            return told_of_new(self.request, talks)
        return told_of_change(self.request, talks)

    def _previewed(self, form: TransitionForm) -> tuple[TransitionForm, dict[int, ChangePreview]]:
        """Return the form to show, and what subscribers would see of each talk.

        At first, that is what they would see if nothing were typed; after "Preview", what they would see of what was
        typed. If the transition would be refused, the form says so before anyone tries.
        """
        asked = form if form.is_bound or self.transition.is_for_one else form.untouched()
        is_wanted = is_preview(self.request) or self.request.method == "GET"
        if not is_wanted or len(self.talks) > MOST_PREVIEWED or not asked.is_valid():
            return form, {}
        try:
            return form, previews_of([talk.pk for talk in self.talks], lambda: self._make_all(asked))
        except ValidationError as refusal:
            asked.add_error(None, refusal.messages)
            return asked, {}

    def _make_all(self, form: TransitionForm) -> None:
        """Change copies of the talks: what is shown stays as it was read."""
        self._make_those_that_can(map(copy, self.talks), form)
