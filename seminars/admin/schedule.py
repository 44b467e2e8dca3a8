"""The schedule: a term on one page, one row a slot, saved as a whole or not at all."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import access
from seminars.actions import rearranging, schedule
from seminars.admin.history import recorded
from seminars.admin.preview import is_preview, previews_of
from seminars.admin.rights import rights
from seminars.admin.talk_initial import chosen_series
from seminars.forms import parameters
from seminars.forms.schedule import RearrangeForm, SlotForm
from seminars.models import Break, Department, Room, Series, Speaker, Talk, TalkQuerySet
from seminars.models.terms import Term
from seminars.times import today

MOST_ROWS = 200
MOST_NAMES = 500  # offered while one types
ARRANGING = {"_swap", "_move", "_shift"}  # the buttons that let talks change places


@dataclass
class Schedule:
    """One series in one term, as one person may change it."""

    series: Series
    term: Term
    request: HttpRequest

    def __post_init__(self) -> None:
        self.sent = self.request.POST if self.request.method == "POST" else None
        self.rooms = {str(room.pk): room for room in Room.objects.in_order()}
        self.rows = [SlotForm(talk, self.rooms, self.sent) for talk in self.talks()]
        self.arranging = RearrangeForm([row.talk for row in self.rows], *([self.sent] if self.sent else []))

    def _mine(self) -> TalkQuerySet:
        """The talks at home in the series, as far as they are still there and still theirs."""
        talks: TalkQuerySet = rights(self.request).rows(Talk)
        return talks.filter(series=self.series).soonest_first().with_what_lists_show()

    def talks(self) -> list[Talk]:
        """The talks that the page sent, wherever they are by now; when it sent none, those of the term."""
        if self.sent is None:
            return list(self._mine().starting_in(self.term.span)[:MOST_ROWS])
        return list(self._mine().with_keys(self._keys()))

    def _keys(self) -> set[int]:
        return set(parameters.keys(self.sent, "row")[:MOST_ROWS])

    @property
    def lost(self) -> list[str]:
        """What was typed for talks that are no longer there, or no longer theirs."""
        gone = self._keys() - {row.talk.pk for row in self.rows}
        typed = [[self.sent.get(f"talk-{key}-{name}", "") for name in ("day", "speaker", "title")] for key in gone]
        return [", ".join(filter(None, words)) for words in sorted(typed)]

    @property
    def lines(self) -> list[schedule.Line]:
        """What the rows change, once they are found valid."""
        return [line for row in self.rows if (line := row.line)]

    @property
    def breaks(self) -> list[Break]:
        return list(Break.objects.of_series(self.series).touching(self.term.first_on, self.term.last_on))

    @property
    def names(self) -> list[str]:
        """Those who spoke before, for the box of suggestions."""
        return list(Speaker.objects.in_order().values_list("name", flat=True)[:MOST_NAMES])

    def talk(self, name: str) -> Talk:
        key = self.arranging.cleaned_data[name]
        found = next((row.talk for row in self.rows if row.talk.pk == key), None)
        if found is None:
            raise ValidationError(_("Choose a talk in each box."))
        return found


def schedule_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show a term (GET); save its rows, say what subscribers would see of it, or let talks change places (POST)."""
    series = chosen_series(request)
    if series is None:
        return _choice(request, context)
    term = _term(request)
    if request.method != "POST":
        return _page(request, context, Schedule(series, term, request))
    if is_preview(request):
        shown = Schedule(series, term, request)
        _look(shown)
        return _page(request, context, shown)
    with recorded(request):  # within which no one takes a room or a series between check and save
        shown = Schedule(series, term, request)
        done = _saved(shown) if "_save" in request.POST else _rearranged(shown)
    return redirect(request.get_full_path()) if done else _page(request, context, shown)


def _term(request: HttpRequest) -> Term:
    month, slug = Department.objects.current().year_begins_in, parameters.words(request.GET, "term")
    try:
        return Term.from_slug(slug, month) if slug else Term.of(today(), month)
    except ValueError as unknown:
        raise Http404(slug) from unknown


def _choice(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        sentence = _("You no longer organise this series, so nothing was saved. Ask an administrator.")
        messages.error(request, sentence)
    elif parameters.words(request.GET, "series"):
        raise Http404
    words = {"title": _("Schedule"), "all_series": access.series_of(request.user).in_order()}
    return TemplateResponse(request, "admin/schedule_choice.html", context | words)


def _page(request: HttpRequest, context: dict[str, Any], shown: Schedule) -> HttpResponse:
    title = _("Schedule of %(series)s, %(term)s") % {"series": shown.series.short_name, "term": shown.term}
    return TemplateResponse(request, "admin/schedule.html", context | {"title": title, "schedule": shown})


def _saved(shown: Schedule) -> bool:
    """Save all rows, or say which may not be saved and why."""
    if not _is_valid(shown):
        return False
    lines = shown.lines
    try:
        changed = schedule.save(lines, by=shown.request.user) if lines else []
    except ValidationError as refusal:
        _show_refusal(shown, refusal)
        return False
    _log(shown, changed)
    said = ngettext("%(number)d talk is changed.", "%(number)d talks are changed.", len(changed))
    messages.success(shown.request, said % {"number": len(changed)} if changed else _("There was nothing to change."))
    return True


def _look(shown: Schedule) -> None:
    """Say at each row that would change what subscribers would see of it, or why it may not be."""
    keys, changed, by = [row.talk.pk for row in shown.rows], [], shown.request.user
    is_arranging = not ARRANGING.isdisjoint(shown.request.POST)
    if not is_arranging and not _is_valid(shown):
        return
    try:
        change = _arrangement(shown) if is_arranging else partial(schedule.save, shown.lines)
        previews = previews_of(keys, lambda: changed.extend(change(by=by)))
    except ValidationError as refusal:
        _show_refusal(shown, refusal)
        return
    for row in shown.rows:
        row.consequences = previews[row.talk.pk].sentences if row.talk in changed else []
    messages.info(
        shown.request, _("Nothing is saved yet: this is a preview.") if changed else _("There was nothing to change.")
    )


def _is_valid(shown: Schedule) -> bool:
    if not _lost(shown) and all(row.is_valid() for row in shown.rows):
        return True
    messages.error(shown.request, _("Nothing is saved yet: see the rows below. What you typed is kept."))
    return False


def _lost(shown: Schedule) -> bool:
    lost = shown.lost
    for typed in lost:
        sentence = _(
            "This talk has been deleted or is no longer yours: “%(typed)s”. The other rows are kept. Save them again."
        )
        messages.error(shown.request, sentence % {"typed": typed})
    return bool(lost)


def _show_refusal(shown: Schedule, refusal: ValidationError) -> None:
    """Put each sentence at its row, the others above all."""
    told = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
    rows = {row.prefix: row for row in shown.rows}
    for key, sentences in told.items():
        for sentence in sentences:
            messages.error(shown.request, sentence)
        if key in rows:
            rows[key].refuse(sentences)
    messages.error(shown.request, _("Nothing was saved. What you typed is kept."))


def _rearranged(shown: Schedule) -> bool:
    """Swap, move or shift; what was typed above is never lost by it."""
    try:
        moved = _arrangement(shown)(by=shown.request.user)
    except ValidationError as refusal:
        for sentence in refusal.messages:
            messages.error(shown.request, sentence)
        return False
    _log(shown, moved)
    said = ngettext("%(number)d talk has moved.", "%(number)d talks have moved.", len(moved))
    messages.success(shown.request, said % {"number": len(moved)})
    return True


def _arrangement(shown: Schedule) -> partial:
    """Return what the pressed button does; raise ValidationError where it cannot be done."""
    if any(row.typed for row in shown.rows):
        raise ValidationError(_("Save what you typed in the schedule first, then rearrange it."))
    if not shown.arranging.is_valid():
        raise ValidationError(_("Choose a talk in each box."))
    talk = shown.talk("talk")
    if "_shift" in shown.request.POST:
        return partial(rearranging.shift, talk, until=shown.term.last_on)
    if "_move" in shown.request.POST:
        return partial(rearranging.move_to_slot, talk, slot=shown.talk("other"))
    return partial(rearranging.swap, talk, shown.talk("other"))


def _log(shown: Schedule, changed: list[Talk]) -> None:
    if changed:
        LogEntry.objects.log_actions(shown.request.user.pk, changed, CHANGE, _("Schedule"))
