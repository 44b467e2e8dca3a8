"""The page with the text of an announcement, to copy or to open in one's own mail program."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from seminars import access, date_formats, listings
from seminars.admin.talk_initial import chosen_series
from seminars.formats import announcement
from seminars.forms import parameters
from seminars.listings import Listing
from seminars.models import Series, Talk
from seminars.times import Span, start_of, today

WEEK = timedelta(weeks=1)


def announcement_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the announcement of the talk, or of the week of a series, that the address names."""
    if parameters.words(request.GET, "talk"):
        return _of_talk(request, context, _talk(request))
    series = chosen_series(request)
    if series is None and parameters.words(request.GET, "series"):
        raise Http404
    return _of_week(request, context, series, _monday(request)) if series else _choice(request, context)


def _talk(request: HttpRequest) -> Talk:
    talks = access.talks_on_the_desk_of(request.user).with_all_that_is_printed()
    found = parameters.row(request.GET, "talk", talks)
    if found is None:
        raise Http404
    return found


def _monday(request: HttpRequest) -> date:
    day = parameters.day(request.GET, "week") if parameters.words(request.GET, "week") else today()
    if day is None:
        raise Http404
    return day - timedelta(days=day.weekday())


def _of_talk(request: HttpRequest, context: dict[str, Any], talk: Talk) -> HttpResponse:
    return _page(request, context | {"talk": talk}, listings.of_talk(talk), talk.series)


def _of_week(request: HttpRequest, context: dict[str, Any], series: Series, monday: date) -> HttpResponse:
    whole = listings.of_series(series)
    talks = whole.talks.starting_in(Span(start_of(monday), start_of(monday + WEEK)))
    title = _("%(series)s: week of %(day)s") % {
        "series": series.short_name,
        "day": date_formats.day(monday, with_year=True),
    }
    weeks = {"before": monday - WEEK, "after": monday + WEEK}
    return _page(request, context | weeks, replace(whole, title=title, talks=talks), series)


def _page(request: HttpRequest, context: dict[str, Any], listing: Listing, series: Series) -> HttpResponse:
    words: dict[str, Any] = {"title": _("Announcement"), "listing": listing, "series": series}
    if listing.talks.exists():
        words |= {
            "subject": announcement.subject(listing),
            "plain": announcement.render(listing).decode(),
            "html": announcement.html(listing),
            "mailto": announcement.mailto(series.mailing_list, listing),
        }
    return TemplateResponse(request, "admin/announcement.html", context | words)


def _choice(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    words = {"title": _("Announcement"), "all_series": access.series_of(request.user).in_order()}
    return TemplateResponse(request, "admin/schedule_choice.html", context | words)
