"""The page with the text of an announcement, to copy or to open in a mail program."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import access, date_formats, listings
from seminars.admin.pages import SeriesPage
from seminars.admin.rights import own_talks
from seminars.admin.transitions import MOST_AT_ONCE, address_of
from seminars.formats import announcement
from seminars.forms import parameters
from seminars.models import Series, Talk
from seminars.times import Span, local, start_of, today

WEEK = timedelta(weeks=1)


class AnnouncementPage(SeriesPage):
    """The announcement of the talk that the address names, or of a week of a series: by default its next talk's."""

    template_name = "admin/announcement.html"
    title = gettext_lazy("Announcement")
    talk: Talk | None = None

    def find_series(self) -> Series | None:
        if not parameters.words(self.request.GET, "talk"):
            return super().find_series()
        talks = access.talks_on_the_desk_of(self.request.user).for_pages()
        self.talk = parameters.row(self.request.GET, "talk", talks)
        if self.talk is None:
            raise Http404
        return self.talk.series

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        about = {"talk": self.talk, "listing": listings.of_talk(self.talk)} if self.talk else self._week()
        listing = about["listing"]
        if listing.talks.exists():
            words |= {
                "subject": announcement.subject(listing),
                "plain": announcement.render(listing).decode(),
                "html": announcement.html(listing),
                "mailto": announcement.mailto(self.series.mailing_list, listing),
            }
        return super().get_context_data(series=self.series, **about, **words)

    def _week(self) -> dict[str, Any]:
        monday, whole = self._monday(), listings.of_series(self.series)
        span = Span(start_of(monday), start_of(monday + WEEK))
        day = date_formats.day(monday, with_year=True)
        title = _("%(series)s: week of %(day)s") % {"series": self.series.short_name, "day": day}
        drafts = own_talks(self.request).in_series(self.series).starting_in(span).drafts().ahead()
        keys = list(drafts.soonest_first().values_list("pk", flat=True)[:MOST_AT_ONCE])
        return {
            "listing": replace(whole, title=title, talks=whole.talks.starting_in(span)),
            "before": monday - WEEK,
            "after": monday + WEEK,
            "drafts": len(keys),
            "announce_drafts": address_of("announce", keys),
        }

    def _monday(self) -> date:
        is_asked = parameters.words(self.request.GET, "week")
        day = parameters.day(self.request.GET, "week") if is_asked else self._day_of_next_talk()
        if day is None:
            raise Http404
        return day - timedelta(days=day.weekday())

    def _day_of_next_talk(self) -> date:
        """Return the day of the next talk of the series, a draft too; today if none is planned."""
        mine = access.talks_on_the_desk_of(self.request.user).in_series(self.series)
        talk = mine.ahead().soonest_first().only("starts_at").first()
        return max(local(talk.starts_at).date(), today()) if talk else today()
