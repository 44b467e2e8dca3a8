"""The page of a transition: what visitors and subscribers will see, the details it asks for, and the button."""

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
from django.views.generic import FormView

from seminars.admin import formulas
from seminars.admin.history import recorded
from seminars.admin.pages import DeskPage
from seminars.admin.preview import ChangePreview, is_preview, previews_of
from seminars.admin.rights import rights
from seminars.admin.transitions import TRANSITIONS, Transition, address_of
from seminars.forms import parameters
from seminars.forms.transitions import TransitionForm
from seminars.models import Talk, publishing
from seminars.models.talk_naming import speaker_and_title

MOST_PREVIEWED = 20  # show a preview for each talk up to this number
BACK = {"desk": "admin:index", "list": "admin:seminars_talk_changelist"}


class TransitionPage(DeskPage, FormView):
    """Ask before the talks that the address names make a transition; on POST all of them make it, or none."""

    template_name = "admin/seminars/talk/transition.html"
    desk: ModelAdmin | None = None  # as_view() takes what the class has
    transition: Transition
    talks: list[Talk]

    def dispatch(self, request: HttpRequest, **named: str) -> HttpResponse:
        self.transition, self.talks = self.find(**named)
        return super().dispatch(request, **named)

    def find(self, name: str) -> tuple[Transition, list[Talk]]:
        """Return the transition and the talks in the query. The organiser may change all of them."""
        transition, keys = TRANSITIONS.get(name), parameters.keys(self.request.GET, "talk")
        talks = list(self.desk.get_queryset(self.request).filter(pk__in=keys))
        if transition is None or not talks or len(talks) < len(keys) or (transition.is_for_one and len(talks) > 1):
            raise Http404(name)
        if not all(rights(self.request).may("change", Talk, talk) for talk in talks):
            raise PermissionDenied
        return transition, talks

    def get_form_class(self) -> type[TransitionForm]:
        return self.transition.form

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"talks": self.talks}

    @property
    def back(self) -> str:
        """The page that the organiser came from, or else the one talk, or the list."""
        if back := BACK.get(parameters.words(self.request.GET, "back")):
            return reverse(back)
        if len(self.talks) == 1:
            return reverse("admin:seminars_talk_change", args=[self.talks[0].pk])
        return reverse("admin:seminars_talk_changelist")

    def get_success_url(self) -> str:
        return self.back

    # --- making the transition ---

    def form_valid(self, form: TransitionForm) -> HttpResponse:
        """Change every talk; if one is refused, change none, and say in the form which and why."""
        if is_preview(self.request):
            return self.show(form=form)
        try:
            with publishing(), recorded(self.request):
                for talk in self.talks:
                    self._make(talk, form)
                    self.desk.log_change(self.request, talk, self.logged(form))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            return self.show(form=form)
        self._tell(form)
        return redirect(self.get_success_url())

    def logged(self, form: TransitionForm) -> str:
        """Return what Django's log says of it."""
        return str(self.transition.label)

    def _make(self, talk: Talk, form: TransitionForm) -> None:
        try:
            self.transition.act(talk, by=self.request.user, **form.cleaned_data)
        except ValidationError as refusal:
            sentences = [f"{speaker_and_title(talk)}: {sentence}" for sentence in refusal.messages]
            raise ValidationError(sentences) from refusal

    def _tell(self, form: TransitionForm) -> None:
        """Say that it is done, and which notice the change has set."""
        done = self.transition.done % form.cleaned_data if len(self.talks) == 1 else _("Done for every talk.")
        messages.success(self.request, done)
        talk = self.talks[0]
        if self.transition.name == "room" and talk.notice:
            said = _("The talk’s notice is now: “%(notice)s”.") % {"notice": talk.notice}
            link = address_of("notice", [talk.pk], back_to=parameters.words(self.request.GET, "back"))
            words = format_html('{} <a href="{}">{}</a>', said, link, _("Change the notice"))
            messages.info(self.request, words)
        formulas.warn(self.request, form.cleaned_data.items())

    # --- showing it ---

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        form, previews = self._previewed(words.get("form") or self.get_form())
        words |= {
            "form": form, "transition": self.transition, "title": self.transition.label,
            "talks": self.talks, "back": self.back,
            "rows": [(talk, previews.get(talk.pk)) for talk in self.talks], "is_folded": not is_preview(self.request),
            "may_preview": form.may_preview and len(self.talks) <= MOST_PREVIEWED,
            "opts": self.desk.opts, "media": self.desk.media,
        }  # fmt: skip
        return super().get_context_data(**words)

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
        """Change copies of all talks: what is shown stays as it was read."""
        for talk in self.talks:
            self._make(copy(talk), form)
