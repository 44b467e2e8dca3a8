"""The pages that change several talks at once: those of a selection, or the coming talks of a series."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, action
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars.actions import several_talks
from seminars.actions.bulk_changes import TalkWrite
from seminars.actions.several_talks import MOST_TALKS, Prospect
from seminars.admin import formulas
from seminars.admin.history import recorded
from seminars.admin.pages import PreviewedFormPage
from seminars.admin.returning import back
from seminars.admin.rights import rights
from seminars.admin.told_readers import ToldReaders, telling_as_asked, told_of_preview
from seminars.forms import parameters
from seminars.forms.next_page import with_next
from seminars.forms.several_talks import SeveralTalksForm
from seminars.models import Talk
from seminars.models.talk_naming import speaker_and_title


@dataclass(frozen=True)
class PreviewRow:
    """A talk as the page shows it: what it would become, whether it is ticked, and why it is not from the start."""

    prospect: Prospect
    is_ticked: bool
    why_unticked: str = ""


class SeveralTalksPage(PreviewedFormPage):
    """Ask for new values, preview every talk, and change the ticked ones as one change."""

    template_name = "admin/several_talks.html"
    title = gettext_lazy("Change several talks")
    form_class = SeveralTalksForm
    has_changed = gettext_lazy("Nothing is saved yet, because something has changed. Check the talks again.")
    talks: list[Talk]

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        self.talks = self.find()
        return super().dispatch(request, *args, **named)

    def find(self) -> list[Talk]:
        """Return the talks that the address names, as far as the user may see them."""
        keys = parameters.keys(self.request.GET, "talk")[:MOST_TALKS]
        talks = list(rights(self.request).rows(Talk).with_keys(keys).for_entries().soonest_first())
        if not talks:
            raise Http404
        return talks

    @property
    def back(self) -> str:
        return back(self.request, reverse("admin:seminars_talk_changelist"))

    @property
    def tells_move(self) -> bool:
        return "tell_move" in self.request.POST

    def _was_offered(self, box: str) -> bool:
        """Tell whether the page that was sent had a box of this value: what was chosen there stays chosen."""
        return self.is_save or box in self.request.POST.getlist("offered")

    # --- what would happen ---

    def prospects(self, form: SeveralTalksForm) -> list[Prospect]:
        """Return what becomes of each talk; those of other organisers stay."""
        known = rights(self.request)
        own = [talk for talk in self.talks if known.may("change", Talk, talk)]
        found = several_talks.prospects(form.values, own, tells_move=self.tells_move)
        changed = {one.talk.pk: one for one in found}
        return [changed.get(talk.pk) or _of_others(talk) for talk in self.talks]

    def mark_of(self, form: SeveralTalksForm, found: list[Prospect]) -> str:
        seen = [(one.talk.pk, one.talk.updated_at, one.why_not, one.differences) for one in found]
        return sha256(repr(seen).encode()).hexdigest()[:16]

    def why_unticked(self, one: Prospect, form: SeveralTalksForm) -> str:
        """Return why a talk is not ticked from the start, "" if it is: nobody moderates a talk of their own."""
        person = one.speaker_to_moderate
        return _("Not ticked, because %(name)s is a speaker of this talk.") % {"name": person} if person else ""

    # --- doing it ---

    def form_valid(self, form: SeveralTalksForm) -> HttpResponse:
        """Preview, or change the ticked talks; the preview is made before others have to wait for the change."""
        found = self.prospects(form)
        if not self.is_save:
            return self.show(form=form, found=found)
        if self.request.POST.get("seen") != self.mark_of(form, found):
            return self.show_again(form, found)
        chosen = [one for one in found if one.is_possible and one.talk.pk in self._ticked]
        if not chosen:
            form.add_error(None, _("No talk is ticked. Tick the talks to change."))
            return self.show(form=form, found=found)
        several_talks.refuse_clashes(chosen)  # with talks that are not ticked and keep their rooms
        if not any(one.is_possible for one in chosen):
            form.add_error(None, [_named(one) for one in chosen])
            return self.show(form=form, found=found)
        return self._change(form, chosen, found)

    def _change(self, form: SeveralTalksForm, chosen: list[Prospect], found: list[Prospect]) -> HttpResponse:
        doing = [one for one in chosen if one.is_possible]
        try:
            with recorded(self.request), telling_as_asked(self.request, [one.talk for one in doing]):
                changed = several_talks.change(doing, sentence=self.sentence(form), by=self.request.user)
        except ValidationError:  # somebody changed a talk or took a room since
            self.talks = self.find()
            return self.show_again(form, self.prospects(form))
        number = len(changed)
        said = ngettext("%(number)d talk was changed.", "%(number)d talks were changed.", number) % {"number": number}
        LogEntry.objects.log_actions(self.request.user.pk, changed, CHANGE, said)
        messages.success(self.request, said)
        self._tell_refusals(one for one in found if not one.is_possible)
        formulas.warn(self.request, [("notice", form.values.get("notice", ""))])
        return redirect(self.back)

    def sentence(self, form: SeveralTalksForm) -> str:
        """Return what the history says of the change."""
        return _("Several talks changed: %(what)s") % {"what": form.labels}

    def _tell_refusals(self, refused: Iterable[Prospect]) -> None:
        for one in refused:
            messages.warning(self.request, _("Not changed: %(talk_and_reason)s") % {"talk_and_reason": _named(one)})

    @property
    def _ticked(self) -> set[int]:
        return set(parameters.keys(self.request.POST, "talk"))

    # --- showing it ---

    def get_context_data(self, *, found: list[Prospect] | None = None, **words: Any) -> dict[str, Any]:
        context = super().get_context_data(found=found, **words)
        form, rows = context["form"], []
        for one in found or ():
            why = self.why_unticked(one, form) if one.is_possible else ""
            is_ticked = one.talk.pk in self._ticked if self._was_offered(str(one.talk.pk)) else not why
            rows.append(PreviewRow(one, is_ticked and one.is_possible, why))
        moving = [row.prospect for row in rows if row.prospect.moves]
        ticked = [row.prospect for row in rows if row.is_ticked]
        was_asked = self._was_offered("tell_move")
        tells_move = self.tells_move if was_asked else not several_talks.needs_no_notice(ticked)
        return context | {
            "rows": rows, "talks": self.talks, "back": self.back, "moving": moving, "tells_move": tells_move,
            "told": self._told(found or ()),
            "public": sum(row.prospect.talk.is_public for row in rows if row.prospect.is_possible),
        }  # fmt: skip

    def _told(self, found: Iterable[Prospect]) -> ToldReaders | None:
        """Return who gets a letter if all of it is done."""
        return told_of_preview(self.request, [(one.talk, one.after) for one in found if one.is_possible])


def _of_others(talk: Talk) -> Prospect:
    why = _("Only the organisers of %(series)s can change it.") % {"series": talk.series}
    return Prospect(TalkWrite(talk, talk), why_not=why)


def _named(one: Prospect) -> str:
    return f"{speaker_and_title(one.talk)}: {one.why_not}"


@action(description=gettext_lazy("Change several talks…"), permissions=["change"])
def change_several(desk: ModelAdmin, request: HttpRequest, queryset: QuerySet[Talk]) -> HttpResponse | None:
    """Lead to the page that changes the selected talks."""
    keys = list(queryset.values_list("pk", flat=True)[: MOST_TALKS + 1])
    if len(keys) > MOST_TALKS:
        sentence = _("Choose at most %(number)d talks at once.") % {"number": MOST_TALKS}
        desk.message_user(request, sentence, messages.ERROR)
        return None
    if not keys:
        desk.message_user(request, _("Someone has deleted this talk."), messages.ERROR)
        return None
    address = f"{reverse('admin:change-talks')}?{urlencode({'talk': keys}, doseq=True)}"
    return redirect(with_next(address, request.get_full_path()))


def sent(values: dict[str, Any]) -> QueryDict:
    """Return what a browser would send if somebody ticked and filled in these fields."""
    data = QueryDict(mutable=True)
    data.setlist("chosen", values)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else ["" if value is None else value])
    return data
