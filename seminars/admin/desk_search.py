"""One search over all that a desk lists: talks, drafts too, people, rooms, series and topics."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import date_formats
from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.forms.next_page import with_next
from seminars.models import Room, Series, Speaker, Talk, Topic
from seminars.models.searching import LONGEST, Question
from seminars.models.talk_naming import speaker_and_title
from seminars.times import local

MOST_FOUND, MOST_SUGGESTED = 10, 4  # of each kind


@dataclass(frozen=True)
class FoundRow:
    """One row: its name, what tells it from others, and its form, which leads back to all that was found."""

    name: str
    beside: str
    address: str


@dataclass(frozen=True)
class Group:
    """The rows of one kind, and the list that has all of them if there are more."""

    title: str
    rows: list[FoundRow]
    all_of_them: str


class DeskSearchPage(DeskPage):
    """Show what a search finds among the rows that this person's lists have."""

    template_name = "admin/search.html"
    title = gettext_lazy("Search the desk")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        asked = _asked(self.request)
        return super().get_context_data(asked=asked, groups=list(_groups(self.request, asked, MOST_FOUND)), **words)


def suggestions(request: HttpRequest) -> JsonResponse:
    """Answer what the search field suggests while somebody types."""
    groups = list(_groups(request, _asked(request), MOST_SUGGESTED))
    number = sum(len(group.rows) for group in groups)
    told = ngettext("%(number)d suggestion", "%(number)d suggestions", number) % {"number": number}
    return JsonResponse({"told": told, "groups": [asdict(group) for group in groups]})


def _asked(request: HttpRequest) -> str:
    return parameters.words(request.GET, "q")[:LONGEST]


def _groups(request: HttpRequest, asked: str, most: int) -> Iterator[Group]:
    """Yield what is found, by kind, at most so many rows of each."""
    if not asked:
        return
    question = urlencode({"q": asked})
    results = f"{reverse('admin:search')}?{question}"
    for model in (Talk, Speaker, Series, Room, Topic):
        rows = list(_rows(request, model, asked)[: most + 1])
        if rows:
            found = [_found(row, results) for row in rows[:most]]
            more = f"{_address(model, 'changelist')}?{question}" if len(rows) > most else ""
            yield Group(capfirst(model._meta.verbose_name_plural), found, more)


def _rows(request: HttpRequest, model: type[Model], asked: str) -> Iterable[Model]:
    """Search the rows that the list of this model shows, as its own search field does; of talks the best first."""
    if not rights(request).may("view", model):
        return model.objects.none()
    if model is Talk:
        question = Question.asked(asked)
        return rights(request).rows(Talk).matching(question).best_first(question).for_lists()
    own = admin.site.get_model_admin(model)
    found, may_repeat = own.get_search_results(request, own.get_queryset(request), asked)
    return found.distinct() if may_repeat else found


def _found(row: Model, results: str) -> FoundRow:
    address = with_next(_address(type(row), "change", row.pk), results)
    if isinstance(row, Talk):
        day = date_formats.day(local(row.starts_at).date(), with_year=True)
        words = {"day": day, "series": row.series_label, "state": row.get_state_display()}
        return FoundRow(speaker_and_title(row), _("%(day)s · %(series)s · %(state)s") % words, address)
    beside = {Speaker: "affiliation", Series: "short_name", Room: "building"}.get(type(row))
    return FoundRow(row.name, getattr(row, beside) if beside else "", address)


def _address(model: type[Model], page: str, *keys: int) -> str:
    return reverse(f"admin:seminars_{model._meta.model_name}_{page}", args=keys)
