"""One request to the form of a talk: what the form begins with, how it is saved, and why it is shown again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from seminars.actions.talk_changes import Parts
from seminars.admin.base import Editor
from seminars.admin.history import recorded
from seminars.admin.preview import ChangePreview, is_preview, preview_of
from seminars.admin.returning import asked
from seminars.admin.talk_initial import PastedTalk, TalkInitial, initial_of
from seminars.admin.transitions import address_of
from seminars.formats import ics_preview
from seminars.formats.ics_facts import facts_of
from seminars.forms import parameters
from seminars.forms.desk import with_another_row
from seminars.forms.edit_conflict import VERSION, EditConflict, merged_with_others
from seminars.forms.next_page import with_next
from seminars.forms.talks import TalkForm
from seminars.models import Appearance, Series, Talk, recording
from seminars.models.edition import rolled_back
from seminars.models.snapshots import last_change_of
from seminars.selectors.talk_warnings import warnings_of


class TalkEditor(Editor):
    """What one request to the form of a talk is about: refusal, edit conflict, preview and initial values."""

    def __init__(self, request: HttpRequest, *, is_new: bool) -> None:
        super().__init__(request, is_new=is_new)
        self.data = request.POST  # what fills the form; after a conflict, merged with the changes of others
        self.original: Talk | None = None  # before any typed value was set
        self.saved: Talk | None = None
        self.conflict: EditConflict | None = None
        self.preview: ChangePreview | None = None

    # --- before the form ---

    @cached_property
    def initial(self) -> TalkInitial:
        """The initial values; a submitted form has what was typed instead."""
        return TalkInitial() if self.request.method == "POST" else initial_of(self.request, self.original)

    @property
    def is_pasted(self) -> bool:
        """Tell whether a speaker's mail is in the form."""
        return "pasted" in self.request.GET

    @property
    def adds_person(self) -> bool:
        """Tell whether the form is only to come back with room for one more person, which needs no script."""
        return "_add_person" in self.request.POST

    def open(self, talk: Talk | None, form: type[TalkForm], inlines: Callable[[], Iterator[tuple]]) -> None:
        """Prepare the form of this talk, or of a new one, for what was sent."""
        self.original = copy(talk)
        if talk and self.request.method == "POST" and not self.shows_again:
            sent = parameters.key(self.data, VERSION)
            if sent is not None and sent < self.version:
                self.conflict, self.data = merged_with_others(self.data, talk, form, inlines)
        if self.adds_person:
            people = next(formset for formset, inline in inlines() if inline.model is Appearance)
            self.data = with_another_row(self.data, people)
            form.is_unchecked = True
        form.sent, form.begins_with = self.data, self.initial.fields if talk else {}
        form.refusal = self.conflict.refusal if self.conflict else self.refusal
        form.is_only_shown = self.preview is not None or self.adds_person

    @cached_property
    def version(self) -> int:
        """The number of the latest change of the talk."""
        return last_change_of(self.original.pk)

    # --- saving ---

    @property
    def shows_again(self) -> bool:
        return super().shows_again or self.preview is not None

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Save, or roll back for a preview, which is the same change."""
        if is_preview(self.request):
            with rolled_back(), recording(by=self.request.user):
                yield
        else:
            with recorded(self.request, _("Added") if self.is_new else _("Changed")):
                yield

    def tell(self, typed: Mapping[str, Any], parts: Parts) -> None:
        """Say what the change did to the typed values, and what looks odd, which doesn't prevent saving."""
        if not is_preview(self.request):
            for sentence in [*_consequences(self.saved, typed), *_asked(self.saved, parts.series or [])]:
                messages.info(self.request, sentence)
        for sentence in warnings_of(self.saved):
            messages.warning(self.request, sentence)

    def response(self, talk: Talk) -> HttpResponse | None:
        """Return the response for our own buttons, None for Django's."""
        if is_preview(self.request):
            self.preview = preview_of(self.original and facts_of(self.original), facts_of(self.saved or self.original))
            return HttpResponse()  # never sent: the form is shown again
        PastedTalk.forget(self.request)
        if "_next" in self.request.POST:
            messages.info(self.request, _("“%(talk)s” was saved. This is the next free slot.") % {"talk": talk})
            address = f"{reverse('admin:seminars_talk_add')}?{urlencode({'after': talk.pk})}"
            return redirect(with_next(address, asked(self.request)))
        announcing = address_of("announce", [talk.pk], back_to=asked(self.request))
        return redirect(announcing) if "_announce" in self.request.POST else None

    # --- the page ---

    def context(self) -> dict[str, Any]:
        """Return the context of the page."""
        talk = self.original
        if self.preview:
            messages.info(self.request, _("Nothing is saved yet: this is a preview."))
        entry = ics_preview.entry(facts_of(talk)) if talk and not self.preview else None
        sent, pasted = parameters.key(self.data, VERSION), PastedTalk.kept(self.request)
        return {
            "conflict": self.conflict,
            # A submitted form keeps the version it was opened with.
            "version": talk and (self.version if sent is None else sent),
            "preview": self.preview,
            "entry": self.preview.entry if self.preview else entry,
            "rest": self.initial.rest if self.request.method == "GET" else pasted and pasted.rest,
        }


def _consequences(talk: Talk, typed: Mapping[str, Any]) -> Iterator[str]:
    if typed["title"] and not talk.title:
        sentence = _("“%(typed)s” is not a title. The field was left empty, so visitors see “Title to be announced”.")
        yield sentence % {"typed": typed["title"]}
    if talk.notice != typed["notice"]:
        sentence = _("The talk’s notice is now: “%(notice)s”.")
        yield sentence % {"notice": talk.notice} if talk.notice else _("The notice has been removed.")


def _asked(talk: Talk, series: Sequence[Series]) -> Iterator[str]:
    """Say which organisers were asked whether the talk may be listed in their series."""
    sentence = _("We have asked the organisers of %(series)s. The talk will be listed there once they accept.")
    asked = set(talk.joint_requests.waiting().values_list("series", flat=True)) if series else set()
    for one in series:
        if one.pk in asked:
            yield sentence % {"series": one}
