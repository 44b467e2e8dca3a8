"""The term on the first page of the desk: a strip of weeks with talks, breaks and free dates, and what is missing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import date_formats
from seminars.forms.next_page import with_next
from seminars.models import Break, Gap, Series, State
from seminars.models.terms import Term
from seminars.selectors.coming_term import SIGNS, ComingTalk, FreeDate, TermWeek, speakers_of, weeks_of
from seminars.times import start_of, today

MOST_IN_A_WEEK = 4
MOST_FREE = 3


@dataclass(frozen=True)
class Link:
    """Words that lead to a form or a filtered list."""

    words: str
    address: str


@dataclass(frozen=True)
class StripTalk:
    """One talk of the strip."""

    talk: ComingTalk
    name: str
    series: str
    missing: list[str]

    @property
    def address(self) -> str:
        return with_next(reverse("admin:seminars_talk_change", args=[self.talk.pk]), reverse("admin:index"))

    @property
    def day(self) -> str:
        return date_formats.day(self.talk.day)

    @property
    def state(self) -> str:
        return State(self.talk.state).label


@dataclass(frozen=True)
class StripWeek:
    """One week of the strip: as many talks and free dates as have room, and links to the others."""

    title: str
    talks: list[StripTalk]
    more: Link | None
    breaks: list[Break]
    free: list[Link]


class TermStrip:
    """The talks of a term that are to come, with the same number of queries for any number of talks."""

    def __init__(
        self, term: Term, upcoming: list[ComingTalk], breaks: list[Break], series: list[Series],
        is_own: Callable[[int], bool],
    ) -> None:  # fmt: skip
        self.term, self.is_own, self.today = term, is_own, today()
        self.series = {one.pk: one for one in series}
        self.found = weeks_of(term, upcoming, breaks, series, self.today)
        self.talks = [talk for week in self.found for talk in week.talks]
        self.later = [talk for talk in upcoming if talk.day > term.last_on]

    @property
    def is_to_come(self) -> bool:
        return self.term.first_on > self.today

    @cached_property
    def weeks(self) -> list[StripWeek]:
        return [self._shown(week) for week in self.found]

    @cached_property
    def counts(self) -> list[Link]:
        """How many talks there are, how many are drafts, and what is missing; each leads to these talks."""
        drafts = sum(talk.is_draft for talk in self.talks)
        gaps = Counter(gap for talk in self.talks if self.is_own(talk.series) for gap in talk.gaps)
        links = [Link(_talks(len(self.talks)), self._list())]
        if drafts:
            words = ngettext("%(number)d draft", "%(number)d drafts", drafts) % {"number": drafts}
            links.append(Link(words, self._list(state__exact=State.DRAFT)))
        missing = (Link(WITHOUT[gap] % {"number": gaps[gap]}, self._list(missing=gap)) for gap in SIGNS if gaps[gap])
        return [*links, *missing]

    @cached_property
    def after(self) -> Link | None:
        """The talks after the term."""
        if not self.later:
            return None
        words = _("After this term: %(talks)s") % {"talks": _talks(len(self.later))}
        return Link(words, _talk_list(starts_at__gte=start_of(self.term.after.first_on)))

    def _list(self, **narrowed: str) -> str:
        first, end = max(self.today, self.term.first_on), self.term.after.first_on
        return _talk_list(starts_at__gte=start_of(first), starts_at__lt=start_of(end), **narrowed)

    def _shown(self, week: TermWeek) -> StripWeek:
        rest = len(week.talks) - MOST_IN_A_WEEK
        more = None
        if rest > 0:
            words = ngettext("%(number)d more talk", "%(number)d more talks", rest) % {"number": rest}
            last = week.monday + timedelta(weeks=1)
            more = Link(words, _talk_list(starts_at__gte=start_of(week.monday), starts_at__lt=start_of(last)))
        talks = [self._talk(talk) for talk in week.talks[:MOST_IN_A_WEEK]]
        free = [_add_on(one) for one in week.free[:MOST_FREE]]
        return StripWeek(date_formats.dates(week.monday, week.last_on, with_year=False), talks, more, week.breaks, free)

    def _talk(self, talk: ComingTalk) -> StripTalk:
        name = self._speakers.get(talk.pk) or talk.title or _("To be announced")
        series = self.series.get(talk.series)
        missing = [str(gap.label) for gap in talk.gaps] if self.is_own(talk.series) else []
        return StripTalk(talk, name, series.short_name if series and len(self.series) > 1 else "", missing)

    @cached_property
    def _speakers(self) -> dict[int, str]:
        return speakers_of(talk for week in self.found for talk in week.talks[:MOST_IN_A_WEEK])


WITHOUT = {
    Gap.TITLE: gettext_lazy("%(number)d without a title"),
    Gap.SPEAKER: gettext_lazy("%(number)d without a speaker"),
    Gap.ABSTRACT: gettext_lazy("%(number)d without an abstract"),
    Gap.ROOM: gettext_lazy("%(number)d without a room"),
    Gap.LINK: gettext_lazy("%(number)d without a link"),
}


def _talks(number: int) -> str:
    return ngettext("%(number)d talk", "%(number)d talks", number) % {"number": number}


def _talk_list(**narrowed: object) -> str:
    """Return the address of the talk list with these filters."""
    query = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in narrowed.items()}
    return f"{reverse('admin:seminars_talk_changelist')}?{urlencode(query)}"


def _add_on(free: FreeDate) -> Link:
    """Return the link to the form that adds a talk on a free date."""
    words = _("%(series)s: %(day)s is free") % {"series": free.series.short_name, "day": date_formats.day(free.day)}
    query = urlencode({"series": free.series.pk, "on": free.day.isoformat()})
    return Link(words, with_next(f"{reverse('admin:seminars_talk_add')}?{query}", reverse("admin:index")))
