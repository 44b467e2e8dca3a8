"""The schedule: a term on one page, one row a slot, saved as a whole or not at all."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars.actions import rearranging, schedule
from seminars.admin.history import recorded
from seminars.admin.pages import SeriesPage
from seminars.admin.preview import is_preview, previews_of
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.forms.schedule import RearrangeForm, SlotForm
from seminars.models import Break, Department, Room, Series, Speaker, Talk, TalkQuerySet
from seminars.models.terms import Term
from seminars.times import today

MOST_ROWS = 200
MOST_NAMES = 500  # offered while one types
ARRANGING = {"_swap", "_move", "_shift"}  # the buttons that let talks change places


class Schedule:
    """One series in one term, as one person may change it: the rows of the page, filled with what it `sent`."""

    def __init__(self, series: Series, term: Term, talks: TalkQuerySet, sent: QueryDict | None) -> None:
        self.series, self.term, self.sent = series, term, sent
        self.keys = set(parameters.keys(sent, "row")[:MOST_ROWS]) if sent else set()
        rooms = {str(room.pk): room for room in Room.objects.in_order()}
        # The talks that were sent, even those that are now in another term, without deleted ones and those of others.
        shown = talks.with_keys(self.keys) if sent else talks.starting_in(term.span)[:MOST_ROWS]
        self.rows = [SlotForm(talk, rooms, sent) for talk in shown]
        self.arranging = RearrangeForm([row.talk for row in self.rows], sent)

    @property
    def lost(self) -> list[str]:
        """What was typed for talks that are no longer there, or no longer theirs."""
        gone = self.keys - {row.talk.pk for row in self.rows}
        typed = [[self.sent.get(f"talk-{key}-{name}", "") for name in ("day", "speaker", "title")] for key in gone]
        return [", ".join(filter(None, words)) for words in sorted(typed)]

    @property
    def breaks(self) -> list[Break]:
        return list(Break.objects.of_series(self.series).touching(self.term.first_on, self.term.last_on))

    @property
    def names(self) -> list[str]:
        """Those who spoke before, for the box of suggestions."""
        return list(Speaker.objects.in_order().values_list("name", flat=True)[:MOST_NAMES])


class SchedulePage(SeriesPage):
    """Show a term; save its rows, say what subscribers would see of it, or let talks change places."""

    template_name = "admin/schedule.html"
    title = gettext_lazy("Schedule")
    schedule: Schedule

    def refuse_series(self) -> None:
        if self.request.method == "POST":
            sentence = _("You no longer organise this series, so nothing was saved. Ask an administrator.")
            messages.error(self.request, sentence)
        else:
            super().refuse_series()

    def get(self, request: HttpRequest) -> HttpResponse:
        self._read()
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        if is_preview(request):
            self._read()
            self._preview()
            return self.show()
        with recorded(request):  # within which no one takes a room or a series between check and save
            self._read()
            is_done = self._save()
        return redirect(request.get_full_path()) if is_done else self.show()

    def _read(self) -> None:
        month, slug = Department.objects.current().year_begins_in, parameters.words(self.request.GET, "term")
        try:
            term = Term.from_slug(slug, month) if slug else Term.of(today(), month)
        except ValueError as unknown:
            raise Http404(slug) from unknown
        talks: TalkQuerySet = rights(self.request).rows(Talk)
        talks = talks.filter(series=self.series).soonest_first().for_lists()
        self.schedule = Schedule(self.series, term, talks, self.request.POST or None)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        named = {"series": self.series.short_name, "term": self.schedule.term}
        title = _("Schedule of %(series)s, %(term)s") % named
        return super().get_context_data(title=title, schedule=self.schedule, **words)

    # --- what the pressed button does ---

    def _save(self) -> bool:
        """Save all rows or let talks change places; say what came of it, and return whether it is done."""
        try:
            changed = self._change()(by=self.request.user)
        except ValidationError as refusal:
            self._tell_refusal(refusal)
            return False
        if changed:
            LogEntry.objects.log_actions(self.request.user.pk, changed, CHANGE, _("Schedule"))
        if self._is_arranging:
            said = ngettext("%(number)d talk has moved.", "%(number)d talks have moved.", len(changed))
        else:
            said = ngettext("%(number)d talk is changed.", "%(number)d talks are changed.", len(changed))
        done = said % {"number": len(changed)} if changed else _("There was nothing to change.")
        messages.success(self.request, done)
        return True

    def _preview(self) -> None:
        """Say at each row that would change what subscribers would see of it, or why it may not be."""
        rows, changed = self.schedule.rows, []
        try:
            change = self._change()
            previews = previews_of([row.talk.pk for row in rows], lambda: changed.extend(change(by=self.request.user)))
        except ValidationError as refusal:
            self._tell_refusal(refusal)
            return
        for row in rows:
            row.consequences = previews[row.talk.pk].sentences if row.talk in changed else []
        nothing = _("There was nothing to change.")
        messages.info(self.request, _("Nothing is saved yet: this is a preview.") if changed else nothing)

    @property
    def _is_arranging(self) -> bool:
        return not ARRANGING.isdisjoint(self.request.POST)

    def _change(self) -> Callable[..., list[Talk]]:
        """Return what the button does, which returns the talks that it changed; raise ValidationError if it cannot."""
        if self._is_arranging:
            return self._arrangement()
        lost = [
            _("This talk has been deleted or is no longer yours: “%(typed)s”. "
              "The other rows are kept. Save them again.") % {"typed": typed}
            for typed in self.schedule.lost
        ]  # fmt: skip
        if lost or not all(row.is_valid() for row in self.schedule.rows):
            raise ValidationError(lost)
        changes = [change for row in self.schedule.rows if (change := row.change)]
        return partial(schedule.save, changes)

    def _arrangement(self) -> partial:
        """Return how talks change places; what was typed in the rows is never lost by it."""
        shown, sent = self.schedule, self.request.POST
        if any(row.typed for row in shown.rows):
            raise ValidationError(_("Save what you typed in the schedule first, then rearrange it."))
        chosen = shown.arranging.cleaned_data if shown.arranging.is_valid() else {}
        talk, other = chosen.get("talk"), chosen.get("other")
        if not talk or not (other or "_shift" in sent):
            raise ValidationError(_("Choose a talk in each box."))
        if "_shift" in sent:
            return partial(rearranging.shift, talk, until=shown.term.last_on)
        if "_move" in sent:
            return partial(rearranging.move_to_slot, talk, slot=other)
        return partial(rearranging.swap, talk, other)

    def _tell_refusal(self, refusal: ValidationError) -> None:
        """Say each sentence above all, and once more at the row that it is about."""
        told = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        rows = {row.prefix: row for row in self.schedule.rows}
        for key, sentences in told.items():
            for sentence in sentences:
                messages.error(self.request, sentence)
            if key in rows:
                rows[key].add_error(None, sentences)
        if not self._is_arranging:
            messages.error(self.request, _("Nothing is saved yet: see the rows below. What you typed is kept."))
