"""One search over all that a desk lists: talks, drafts too, people, rooms, series and topics."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import date_formats
from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.models import Room, Series, Speaker, Talk, Topic
from seminars.models.searching import LONGEST, Question
from seminars.models.talk_naming import speaker_and_title
from seminars.times import local

MOST_FOUND = 10  # of each kind


@dataclass(frozen=True)
class FoundRow:
    """One row: its name, what tells it from others, and its form."""

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
        asked = parameters.words(self.request.GET, "q")[:LONGEST]
        groups = list(_groups(self.request, asked)) if asked else []
        return super().get_context_data(asked=asked, groups=groups, **words)


def _groups(request: HttpRequest, asked: str) -> Iterator[Group]:
    for model in (Talk, Speaker, Series, Room, Topic):
        rows = list(_rows(request, model, asked)[: MOST_FOUND + 1])
        if rows:
            found = [_found(row) for row in rows[:MOST_FOUND]]
            more = f"{_address(model, 'changelist')}?{urlencode({'q': asked})}" if len(rows) > MOST_FOUND else ""
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


def _found(row: Model) -> FoundRow:
    address = _address(type(row), "change", row.pk)
    if isinstance(row, Talk):
        day = date_formats.day(local(row.starts_at).date(), with_year=True)
        words = {"day": day, "series": row.series_label, "state": row.get_state_display()}
        return FoundRow(speaker_and_title(row), _("%(day)s · %(series)s · %(state)s") % words, address)
    beside = {Speaker: "affiliation", Series: "short_name", Room: "building"}.get(type(row))
    return FoundRow(row.name, getattr(row, beside) if beside else "", address)


def _address(model: type[Model], page: str, *keys: int) -> str:
    return reverse(f"admin:seminars_{model._meta.model_name}_{page}", args=keys)
