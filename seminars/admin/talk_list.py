"""The talk list of the desk: its columns and filters."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.admin.base import DeskList
from seminars.admin.rights import rights
from seminars.admin.shortcuts import Shortcuts
from seminars.date_formats import hours
from seminars.models import Gap, Talk, TalkQuerySet, gaps_of, lacking
from seminars.text import sort_key
from seminars.times import local

HOSTED_SINCE = timedelta(days=730)


class WhenFilter(admin.SimpleListFilter):
    """Upcoming talks unless something else is asked for: past ones, all, a search or a date."""

    title = _("date")
    parameter_name = "when"
    questions = {"upcoming": TalkQuerySet.upcoming, "past": TalkQuerySet.past, "all": TalkQuerySet.soonest_first}

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        narrowed = any(name == SEARCH_VAR or name.startswith("starts_at__") for name in request.GET)
        self.otherwise = "all" if narrowed else "upcoming"
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("upcoming", gettext("Upcoming")), ("past", gettext("Past")), ("all", gettext("All"))]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        for value, words in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": value == self.chosen, "query_string": query, "display": words}

    @property
    def chosen(self) -> str:
        return self.value() if self.value() in self.questions else self.otherwise

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return self.questions[self.chosen](queryset)


class SeriesFilter(admin.SimpleListFilter):
    """The organiser's own series."""

    title = _("series")
    parameter_name = "series"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        self.series = {series.slug: series for series in access.series_of(request.user).in_order()}
        return [(slug, series.short_name) for slug, series in self.series.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        series = self.series.get(self.value())
        return series and queryset.in_series(series)


class GapFilter(admin.SimpleListFilter):
    """What is missing."""

    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return Gap.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(lacking(Gap(self.value()))) if self.value() in Gap else None


class HostFilter(admin.SimpleListFilter):
    """Who hosts or hosted a talk of the last two years or a coming one, known people and others by their names."""

    title = _("host")
    parameter_name = "host"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        since = timezone.now() - HOSTED_SINCE
        names = sorted(access.talks_on_the_desk_of(request.user).since(since).host_names(), key=sort_key)
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.hosted_by(self.value()) if self.value() else None


class KeysetPaginator(Paginator):
    """Finds the keys of a page before it reads its rows: an index holds those, so that the last page is as quick."""

    def _get_page(self, rows: QuerySet, *args: Any) -> Page:
        keys = list(rows.values_list("pk", flat=True))
        return super()._get_page(self.object_list.filter(pk__in=keys), *args)


class TalkList(DeskList):
    """The talk list; a single page is read as `KeysetPaginator` reads one of several."""

    def get_queryset(self, *args: Any, **options: Any) -> QuerySet[Talk]:
        return super().get_queryset(*args, **options).for_entries()

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            keys = self.queryset.order_by().primary_keys()  # in any order, for which an index is enough
            self.result_list = (
                self.root_queryset.for_entries().with_keys(keys).order_by(*self.get_ordering(request, self.queryset))
            )


@admin.display(description=_("when"), ordering="starts_at")
def when(talk: Talk) -> str:
    start = local(talk.starts_at)
    words = date_format(start, gettext("D j M Y"))
    return format_html(
        '<time datetime="{}">{}</time> <span class="clock">{}</span>', start.isoformat(), words, hours(talk.span)
    )


@admin.display(description=_("talk"), ordering="title")
def what(talk: Talk) -> str:
    return talk.title or gettext("Title to be announced")


@admin.display(description=_("speakers"), empty_value="–")
def who(talk: Talk) -> str:
    return talk.speaker_names


@admin.display(description=_("series"), ordering="series__short_name")
def where_it_belongs(talk: Talk) -> str:
    """Return the short names of its series, the home series first."""
    return " + ".join(series.short_name for series in talk.all_series)


@admin.display(description=_("missing"), empty_value="–")
def missing(talk: Talk) -> str:
    gaps = ", ".join(str(gap.label) for gap in gaps_of(talk))
    return gaps and format_html('<span class="on-a-phone">{}</span> {}', gettext("Missing:"), gaps)


def change_of(request: HttpRequest) -> Callable[[Talk], str]:
    """Return the column with the changes that this person may make at once, each of which leads back to this list."""
    asked, shortcuts = rights(request), Shortcuts(back_to=request.get_full_path())

    @admin.display(description=_("change"), empty_value="")
    def change(talk: Talk) -> str:
        if talk.is_over() or not asked.may("change", Talk, talk):
            return ""
        return shortcuts.links(talk)

    return change
