"""The schedule: a term on one page, one row a slot, saved as a whole or not at all."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import times
from seminars.actions import rearranging, schedule, talk_defaults
from seminars.actions.schedule import SavedSchedule
from seminars.admin.history import recorded
from seminars.admin.pages import TermPage
from seminars.admin.people_picker import names_to_offer
from seminars.admin.preview import is_preview, previews_of
from seminars.admin.rights import rights
from seminars.admin.told_readers import telling_as_asked, told_of_several
from seminars.forms import parameters
from seminars.forms.schedule import NewRow, RearrangeForm, SlotForm, TalkRow, ask_about_names
from seminars.forms.schedule_columns import ALWAYS, USUAL, ScheduleSheet
from seminars.models import Break, Series, SpeakerInvitation, Talk, TalkQuerySet
from seminars.models.talk import new_uid
from seminars.models.terms import Term

MOST_ROWS = 200
A_DAY = timedelta(days=1)
ARRANGING = {"_swap", "_move", "_shift"}  # the buttons that let talks change places


class Schedule:
    """One series in one term, as one person may change it: the rows of the page, filled with what it `sent`."""

    def __init__(
        self, series: Series, term: Term, talks: TalkQuerySet, asked: QueryDict, sent: QueryDict | None
    ) -> None:
        self.series, self.term, self.sent = series, term, sent
        self.sheet = ScheduleSheet.of(series, asked.getlist("column"))
        self.keys = set(parameters.keys(sent, "row")[:MOST_ROWS]) if sent else set()
        # The talks that were sent, even those that are now in another term, without deleted ones and those of others.
        shown = talks.with_keys(self.keys) if sent else talks.starting_in(term.span)[:MOST_ROWS]
        self.rows: list[SlotForm] = [TalkRow(self.sheet, talk, sent) for talk in shown]
        self.arranging = RearrangeForm([row.talk for row in self.rows], sent)
        numbers = parameters.keys(sent, "new")[:MOST_ROWS] if sent else []
        self.rows += [NewRow.sent(self.sheet, number, sent) for number in numbers]

    @property
    def before(self) -> str:
        """The query of the address of the term before, with the same columns."""
        return self._query_of(self.term.before)

    @property
    def after(self) -> str:
        return self._query_of(self.term.after)

    def _query_of(self, term: Term) -> str:
        columns = [] if self.sheet.columns == USUAL else [name for name in self.sheet.columns if name not in ALWAYS]
        return urlencode({"series": self.series.pk, "term": term.slug, "column": columns}, doseq=True)

    @property
    def lost(self) -> list[str]:
        """What was typed for talks that are no longer there, or no longer theirs."""
        gone = self.keys - {row.talk.pk for row in self.rows if row.talk}
        typed = [[self.sent.get(f"talk-{key}-{name}", "") for name in ("day", "speaker", "title")] for key in gone]
        return [", ".join(filter(None, words)) for words in sorted(typed)]

    def read_invitations(self) -> None:
        """Let each row know whom its talk invites."""
        rows = {row.talk.pk: row for row in self.rows if row.talk}
        talks = [row.talk for row in rows.values()]
        for one in SpeakerInvitation.objects.for_talks(talks).with_people().in_order():
            rows[one.talk_id].invitations.append(one)

    @property
    def breaks(self) -> list[Break]:
        return list(Break.objects.of_series(self.series).touching(self.term.first_on, self.term.last_on))

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Each error of a row or cell: the place to go to, its name, and the sentence."""
        return [
            (
                row[name].id_for_label if name in row.fields else row.prefix,
                row.fields[name].widget.attrs["aria-label"] if name in row.fields else row.label,
                sentence,
            )
            for row in self.rows
            for name, sentences in row.errors.items()
            for sentence in sentences
        ]

    @property
    def columns(self) -> list[tuple[str, Promise | str, bool]]:
        """Each column that can be chosen: its name, its label, and whether it is shown."""
        fields = SlotForm.base_fields.items()
        return [(name, field.label, name in self.sheet.columns) for name, field in fields if name not in ALWAYS]

    @cached_property
    def heads(self) -> list[tuple[str, Promise | str]]:
        return [(name, SlotForm.base_fields[name].label) for name in self.sheet.columns]

    @property
    def blank(self) -> NewRow:
        """A row from which the page makes new ones."""
        return NewRow(self.sheet, NewRow.PLACEHOLDER, self._usual_values)

    @cached_property
    def _usual_values(self) -> dict[str, str]:
        """What a new row begins with beside its date: as the last talk of the series, or as the series says."""
        usual, rows = self.sheet.usual_values, [row for row in self.rows if row.talk]
        return usual | {"start": usual["start"] or (rows[-1].now["start"] if rows else "")}

    @cached_property
    def free_days(self) -> list[str]:
        """The dates of new rows: the series' weekday, or that of its last talk, after the last talk of the term."""
        days = [times.local(row.talk.starts_at, row.talk.zone_info).date() for row in self.rows if row.talk]
        weekday = self.series.default_weekday
        if weekday is None and not days:
            return []
        weekday = max(days).weekday() if weekday is None else weekday
        first = max([*days, self.term.first_on - A_DAY]) + A_DAY
        first += timedelta(days=(weekday - first.weekday()) % 7)
        return [f"{day}" for day in talk_defaults.free_days(self.series, first) if day <= self.term.last_on]

    def add_row(self) -> None:
        """Add a row on the next free day, below those that were typed."""
        numbers = [row.number for row in self.rows if isinstance(row, NewRow)]
        taken = {row.data.get(f"{row.prefix}-day") for row in self.rows}
        day = next((day for day in self.free_days if day not in taken), "")
        self.rows.append(NewRow(self.sheet, max(numbers, default=0) + 1, self._usual_values | {"day": day}, new_uid()))
        for row in self.rows:
            row.is_checked = False


class SchedulePage(TermPage):
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
        if "_add" in request.POST:
            self._read()
            self.schedule.add_row()
            return self.show()
        with recorded(request):  # within which no one takes a room or a series between check and save
            self._read()
            is_done = self._save()
        return redirect(request.get_full_path()) if is_done else self.show()

    def _read(self) -> None:
        talks: TalkQuerySet = rights(self.request).rows(Talk)
        talks = talks.filter(series=self.series).soonest_first().for_entries()
        self.schedule = Schedule(self.series, self.term, talks, self.request.GET, self.request.POST or None)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        named = {"series": self.series.short_name, "term": self.schedule.term}
        title = _("Schedule of %(series)s, %(term)s") % named
        told = told_of_several(self.request, changed=self._talks)
        self.schedule.read_invitations()
        words["names"] = names_to_offer(self.request.user)
        return super().get_context_data(title=title, schedule=self.schedule, told=told, **words)

    @property
    def _talks(self) -> list[Talk]:
        return [row.talk for row in self.schedule.rows if row.talk]

    # --- what the pressed button does ---

    def _save(self) -> bool:
        """Save all rows or let talks change places; say what came of it, and return whether it is done."""
        try:
            with telling_as_asked(self.request, self._talks):
                done = self._change()(by=self.request.user)
        except ValidationError as refusal:
            self._tell_refusal(refusal)
            return False
        saved = done if isinstance(done, SavedSchedule) else SavedSchedule(changed=done)
        for talks, flag in ((saved.changed, CHANGE), (saved.added, ADDITION), (saved.deleted, DELETION)):
            if talks:
                LogEntry.objects.log_actions(self.request.user.pk, talks, flag, _("Schedule"))
        messages.success(self.request, " ".join(self._told(saved)) or _("There were no changes to save."))
        return True

    def _told(self, saved: SavedSchedule) -> Iterator[str]:
        """Say how many talks were changed, added and deleted."""
        if number := len(saved.changed):
            if self._is_arranging:
                said = ngettext("%(number)d talk was moved.", "%(number)d talks were moved.", number)
            else:
                said = ngettext("%(number)d talk was changed.", "%(number)d talks were changed.", number)
            yield said % {"number": number}
        if number := len(saved.added):
            yield ngettext("%(number)d draft was added.", "%(number)d drafts were added.", number) % {"number": number}
        if number := len(saved.deleted):
            yield ngettext("%(number)d draft was deleted.", "%(number)d drafts were deleted.", number) % {
                "number": number
            }

    def _preview(self) -> None:
        """Say at each row that would change what subscribers would see of it, or why it may not be."""
        rows = [row for row in self.schedule.rows if row.talk and not row.is_removed]
        done: list[Talk] = []

        def change() -> None:
            saved = action(by=self.request.user)
            done.extend(saved.changed if isinstance(saved, SavedSchedule) else saved)

        try:
            action = self._change()
            previews = previews_of([row.talk.pk for row in rows], change)
        except ValidationError as refusal:
            self._tell_refusal(refusal)
            return
        for row in rows:
            row.consequences = previews[row.talk.pk].sentences if row.talk in done else []
        nothing = _("There were no changes to save.")
        messages.info(self.request, _("Nothing is saved yet: this is a preview.") if done else nothing)

    @property
    def _is_arranging(self) -> bool:
        return not ARRANGING.isdisjoint(self.request.POST)

    def _change(self) -> Callable[..., list[Talk] | SavedSchedule]:
        """Return what the button does, which returns the talks that it changed; raise ValidationError if it cannot."""
        if self._is_arranging:
            return self._arrangement()
        lost = [
            _("This talk has been deleted or is no longer yours: “%(typed)s”. "
              "The other rows are kept. Save them again.") % {"typed": typed}
            for typed in self.schedule.lost
        ]  # fmt: skip
        rows = self.schedule.rows
        ask_about_names(rows)
        if lost or not all(row.is_valid() for row in rows if row.is_bound):
            raise ValidationError(lost)
        changes = [change for row in rows if isinstance(row, TalkRow) and (change := row.change)]
        added = [addition for row in rows if isinstance(row, NewRow) and (addition := row.addition)]
        deleted = [row.talk.pk for row in rows if row.talk and row.is_removed]
        return partial(schedule.save, changes, added=added, deleted=deleted)

    def _arrangement(self) -> partial:
        """Return how talks change places; what was typed in the rows is never lost by it."""
        shown, sent = self.schedule, self.request.POST
        if any(row.typed or row.is_removed for row in shown.rows):
            raise ValidationError(_("Save your changes to the schedule first, then rearrange it."))
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
        """Say each sentence in the cell that it is about, or above the row; those about no row above all."""
        told = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        rows = {row.prefix: row for row in self.schedule.rows}
        for key, sentences in told.items():
            prefix, _hyphen, cell = key.rpartition("-")
            if row := rows.get(key):
                row.refuse("", sentences)
            elif row := rows.get(prefix):
                row.refuse(cell, sentences)
            else:
                for sentence in sentences:
                    messages.error(self.request, sentence)
        if not self._is_arranging:
            messages.error(
                self.request, _("Nothing is saved yet. Correct the rows below; what you typed is still there.")
            )
