"""Listings: a title, an address and the talks under it. Every page and feed renders one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Self
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import languages
from seminars.kept_entries import MANY_TALKS
from seminars.models import (
    Attendance,
    Department,
    Material,
    Room,
    Series,
    Speaker,
    Talk,
    TalkQuerySet,
    Topic,
    User,
    search_index,
)
from seminars.models.page_addresses import AddressedModel, AddressedQuerySet
from seminars.models.searching import Question
from seminars.models.talk_prefetches import talks_to_list
from seminars.models.terms import Term
from seminars.selectors.best_answers import asks_for_words_alone, best_answers, number_of_answers
from seminars.times import AcademicYear, local

RowsOf = Callable[[str], AddressedQuerySet]
FILTERS: dict[str, type[AddressedModel]] = {"series": Series, "topic": Topic, "room": Room, "speaker": Speaker}

LABELS = {
    "series": gettext_lazy("Series"),
    "topic": gettext_lazy("Topic"),
    "room": gettext_lazy("Room"),
    "speaker": gettext_lazy("Speaker"),
    "mode": gettext_lazy("How to attend"),
    "has": gettext_lazy("Material"),
    "year": gettext_lazy("Academic year"),
}
FIXED: dict[str, type[models.TextChoices]] = {"mode": Attendance, "has": Material}  # filters that take no rows
ANYWHERE = [name for name in LABELS if name != "year"]  # in a feed, `year` means a part of the archive

TALKS_ON_A_PAGE = 60
MOST_KEYS = 20_000  # talks whose keys the archive reads at once; a million would take 50 MB
FOUND_ON_A_PAGE = 10
LIMITS = range(1, 51)  # talks that a visitor can ask for, in an embedded list or with `limit` in a feed


class UnknownFilter(ValueError):
    """A filter names nothing that there is; the message says which."""


class UnknownYear(UnknownFilter):
    """There is no archive of an academic year; the message says which."""


@dataclass(frozen=True)
class Listing:
    """The talks of one scope, in no particular order yet: pages and feeds choose their part of `talks`."""

    title: str
    address: str  # the path of its page, ending in a slash, prefix included
    talks: TalkQuerySet
    department: Department
    description: str = ""  # Markdown
    subject: models.Model | None = None  # the series, room, speaker, topic or talk that it is about
    query: str = ""  # the filters as a query string without "?", in one order
    chosen: Mapping[str, list] = field(default_factory=dict)  # the filters: rows, choices or academic years
    is_private: bool = False  # one person's own: it tells no address of itself, and marks what is not settled
    is_large: bool = False  # thousands of talks, in an order that takes time: a page reads only those that it shows
    best: Sequence[int] = ()  # of a large one: primary keys of its first page, where they are known sooner
    number: int | None = None  # of a large one: how many talks it has, where that is known sooner
    year: AcademicYear | None = None  # only the talks that start in this academic year, which is in the archive
    is_upcoming: bool = False  # only upcoming talks
    limit: int | None = None  # only so many of the upcoming talks, the soonest ones

    def address_of(self, name: str, *, past_too: bool = False) -> str:
        """Return the path of this listing in another format, such as "calendar.ics" or "feed.atom"."""
        # A talk's page ends in a slug that changes with its title, its calendar file does not.
        root = self.subject.lasting_path if isinstance(self.subject, Talk) else self.address
        if not name.endswith("/"):  # a file, which is the same for visitors of every language
            root = languages.address_in(root)
        query = "&".join(filter(None, (self.query, self.part(past_too=past_too))))
        return f"{root}{name}" + (f"?{query}" if query else "")

    def part(self, *, past_too: bool) -> str:
        """Return the parameters that say which part of its talks a feed has, as a query string without "?"."""
        if self.is_upcoming:
            return f"upcoming&limit={self.limit}" if self.limit else "upcoming"
        return f"year={self.year.slug}" if self.year else "past=all" if past_too else ""

    def in_feed(self, *, past_too: bool = False) -> TalkQuerySet:
        """Return the talks of a feed, the earliest first: of this and the previous academic year and all that follow;
        all there are with `past_too`, and for one talk, which is in its file however old it is. Less if only one year
        or upcoming talks are asked for."""
        if self.is_upcoming:
            return self.talks.upcoming().first_ones(self.limit) if self.limit else self.talks.upcoming()
        if self.year:
            return self.talks.starting_in(self.year.span).soonest_first()
        if past_too or isinstance(self.subject, Talk):
            return self.talks.soonest_first()
        return self.talks.in_feed(self.department.academic_year())

    def archive_of(self, slug: str) -> Self:
        """Return the archived academic year with this slug; raise UnknownYear before the first year with a talk."""
        with suppress(ValueError):
            year = AcademicYear.from_slug(slug, self.department.year_begins_in)
            if year < self._first_year_in_feed and self.talks.has_begun_by(year):
                return replace(self, year=year)
        raise UnknownYear(_("There are no archived talks of “%(year)s” here.") % {"year": slug})

    def only_upcoming(self, limit: str = "") -> Self:
        """Return the same with upcoming talks alone, at most `limit`; raise UnknownFilter if it is not in LIMITS."""
        if limit and limit not in map(str, LIMITS):
            words = _("“%(value)s” is not a valid limit. Enter a number from %(least)s to %(most)s.")
            raise UnknownFilter(words % {"value": limit, "least": LIMITS[0], "most": LIMITS[-1]})
        return replace(self, is_upcoming=True, limit=int(limit) if limit else None)

    def with_feeds_of(self, year: AcademicYear) -> Self:
        """Return the same with feeds of this academic year alone, if it is in the archive."""
        with suppress(UnknownYear):
            return self.archive_of(year.slug)
        return self

    def archive_links(self, *, past_too: bool = False) -> dict[str, Self]:
        """Return what its feed links to, by relation (RFC 5005 §4): the archived years next to it, and from the archive
        the feed itself. Nothing where the feed has all talks, or the listing no more than MANY_TALKS."""
        if self.is_upcoming or (not self.year and (past_too or not self.talks.has_more_than(MANY_TALKS))):
            return {}
        years = {"prev-archive": self.talks.year_before(self.year or self._first_year_in_feed)}
        if self.year:
            newer = self.talks.year_after(self.year)
            years["next-archive"] = newer if newer and newer < self._first_year_in_feed else None
        links = {relation: replace(self, year=year) for relation, year in years.items() if year}
        return links | ({"current": replace(self, year=None)} if self.year else {})

    @property
    def _first_year_in_feed(self) -> AcademicYear:
        return self.department.academic_year().before()

    @property
    def page(self) -> str:
        """The path of its page, with the filters that made it."""
        return f"{self.address}?{self.query}" if self.query else self.address

    @property
    def colour(self) -> str:
        """The accent of the one series that it is about, else the department's."""
        return self.subject.colour if isinstance(self.subject, Series) else self.department.accent


def _listed() -> TalkQuerySet:
    """Return all talks that visitors find; each caller gets a copy, which has not been read."""
    return _once_listed().all()


@cache
def _once_listed() -> TalkQuerySet:
    """Make the query once, which takes Django longer than to copy it."""
    return Talk.objects.public().listed()


def everything() -> Listing:
    """All talks of listed series."""
    department = Department.objects.current()
    return Listing(str(department), reverse("front"), _listed(), department, description=department.tagline)


def of_series(series: Series, department: Department | None = None) -> Listing:
    """The talks of one series, listed or not."""
    title = _("%(series)s: %(name)s") % {"series": series.short_name, "name": series.name}
    if series.short_name in series.name:
        title = series.name
    return _of(series, title, Talk.objects.public().in_series(series), series.tagline, department)


def of_room(room: Room, department: Department | None = None) -> Listing:
    """The talks in one room."""
    title = _("Talks in %(room)s") % {"room": room}
    return _of(room, title, _listed().in_room(room), room.location, department)


def of_speaker(speaker: Speaker, department: Department | None = None) -> Listing:
    """The talks at which one person appears."""
    title = _("Talks with %(speaker)s") % {"speaker": speaker}
    return _of(speaker, title, _listed().by_speaker(speaker), speaker.affiliation, department)


def of_topic(topic: Topic, department: Department | None = None) -> Listing:
    """The talks on one topic."""
    title = _("Talks on %(topic)s") % {"topic": topic}
    return _of(topic, title, _listed().on_topic(topic), department=department)


def of(thing: Series | Room | Speaker | Topic, department: Department | None = None) -> Listing:
    """The talks of a series, room, speaker or topic; pass the `department` row if you have it already."""
    scopes = {Series: of_series, Room: of_room, Speaker: of_speaker, Topic: of_topic}
    return scopes[type(thing)](thing, department=department)


def rows_of(kind: str) -> AddressedQuerySet:
    """Return the rows that have a page: each "series", "room", "speaker" or "topic"."""
    return Speaker.objects.public() if kind == "speaker" else FILTERS[kind].objects.all()


def of_talk(talk: Talk, among: TalkQuerySet | None = None) -> Listing:
    """One talk alone; it has no page beside its own."""
    return _of(talk, talk.headline, (Talk.objects.public() if among is None else among).only_talk(talk))


def filtered(parameters: Mapping[str, Iterable[str]]) -> Listing:
    """The talks that match GET parameters: values of one name are alternatives, different names must all hold.

    Empty values are no filter and parameters that are no filter are passed over; raise UnknownFilter for a value that
    there is not. A series that the address names is shown even if it is unlisted.
    """
    chosen = chosen_in(parameters)
    whole = everything()
    if not chosen:
        return whole
    talks = narrowed(Talk.objects.public().listed(named=chosen.get("series", ())), chosen)
    titles = ", ".join(str(getattr(value, "label", value)) for values in chosen.values() for value in values)
    query = urlencode([(name, _slug(value)) for name in chosen for value in chosen[name]])
    title = _("%(department)s: %(filters)s") % {"department": whole.title, "filters": titles}
    return Listing(title, whole.address, talks, whole.department, whole.description, query=query, chosen=chosen)


def chosen_in(parameters: Mapping[str, Iterable[str]], rows: RowsOf = rows_of) -> dict[str, list]:
    """Return what GET parameters name, by filter, among the `rows` of each kind; raise UnknownFilter for another."""
    asked = {name: [value for value in parameters.get(name, ()) if value] for name in ANYWHERE}
    return {name: _found(name, values, rows) for name, values in asked.items() if values}


def narrowed(talks: TalkQuerySet, chosen: Mapping[str, list]) -> TalkQuerySet:
    """Keep talks for which each of the chosen filters holds; the values of one are alternatives."""
    for name, values in chosen.items():
        narrow = {"mode": talks.attended, "has": talks.with_material}.get(name, talks.showing)
        talks = narrow(*values)
    return talks


def with_material(parameters: Mapping[str, Iterable[str]]) -> Listing:
    """The past talks with a recording or slides that match GET parameters, which may also name academic years.

    Its feeds have no `year`, unless a single one is asked for that is in the archive.
    """
    has = [value for value in parameters.get("has", ()) if value]
    found = filtered({**parameters, "has": has or list(Material)})
    chosen, talks = dict(found.chosen), found.talks.past()
    if not has:
        del chosen["has"]
    if years := _years(parameters.get("year", ()), found.department.year_begins_in):
        chosen["year"], talks = years, talks.starting_in(*(year.span for year in years))
    listing = replace(found, talks=talks, chosen=chosen)
    return listing.with_feeds_of(years[0]) if len(years) == 1 else listing


def followed(parameters: Mapping[str, Iterable[str]]) -> Listing:
    """What one can subscribe to with these filters; a single series, room, speaker or topic is followed as itself."""
    listing = filtered(parameters)
    alone = [value for values in listing.chosen.values() for value in values]
    if len(alone) != 1 or not isinstance(alone[0], models.Model):
        return listing
    return replace(of(alone[0], department=listing.department), chosen=listing.chosen)


def of_organiser(person: User, among: TalkQuerySet) -> Listing:
    """The talks that one person looks after, drafts included: `among`, which `access` gives them."""
    department = Department.objects.current()
    title = _("%(department)s: drafts and talks of %(person)s") % {"department": department, "person": person}
    return Listing(title, reverse("front"), among, department, is_private=True)


def search(question: Question, within: Listing | None = None) -> Listing:
    """The talks of a filtered listing, or of all, that match a question.

    Filters alone find what they leave, the latest first; without words and filters there is nothing.
    """
    whole = within or everything()
    with_words = Talk.objects.number_with_words(question) or 0
    question = replace(question, is_common=with_words > search_index.MOST_FEW)
    query = urlencode({"q": question.typed}) + (f"&{whole.query}" if whole.query else "")
    title = _("Search: %(words)s") % {"words": question.typed} if question.typed else _("Search")
    talks = whole.talks.matching(question).best_first(question)
    if whole.chosen and not question.typed:
        talks = whole.talks.latest_first()
    further = {"is_large": question.is_common}
    if question.is_common and asks_for_words_alone(question):
        further["best"] = best_answers(whole.talks, question, with_words, FOUND_ON_A_PAGE)
        further["number"] = None if whole.chosen else number_of_answers(question, with_words)
    return Listing(title, reverse("search"), talks, whole.department, query=query, chosen=whole.chosen, **further)


def page_of_answers(found: Listing, number: str | None) -> Page:
    """Return one page of what a search has found."""
    keys = found.talks.values_list("pk", flat=True) if found.is_large else found.talks.primary_keys()
    return _page_of(keys, number, FOUND_ON_A_PAGE, count=found.number, best=found.best)


def page_of(talks: TalkQuerySet | list[int], number: str | None, size: int = TALKS_ON_A_PAGE) -> Page:
    """Return one page of talks, or of those with these keys; an unknown number gives the nearest page."""
    if isinstance(talks, list):
        return _page_of(talks, number, size)
    keys = talks.values_list("pk", flat=True)
    first = keys[: MOST_KEYS + 1]
    return _page_of(first if len(first) <= MOST_KEYS else keys, number, size)


def upcoming_and_past(listing: Listing, number: str | None) -> tuple[Page, Page]:
    """Return the first page of what is upcoming and page `number` of what is past, all talks fetched together."""
    both = (listing.talks.upcoming(), "1"), (listing.talks.past(), number)
    pages = [Paginator(talks.primary_keys(), TALKS_ON_A_PAGE).get_page(asked) for talks, asked in both]
    shown = {talk.pk: talk for talk in talks_to_list(Talk, [key for page in pages for key in page])}
    for page in pages:
        page.object_list = [shown[key] for key in page if key in shown]
    return pages[0], pages[1]


def rest_of_term(listing: Listing) -> list[Talk]:
    """Return the upcoming talks of the term in which the first of them lies."""
    upcoming = listing.talks.upcoming()
    first = upcoming.first()
    if first is None:
        return []
    day = local(first.starts_at).date()
    term = Term.of(day, listing.department.year_begins_in)
    return list(upcoming.starting_in(term.span).for_lists())


def _page_of(
    keys: Sequence[int] | models.QuerySet,
    number: str | None,
    size: int,
    *,
    count: int | None = None,
    best: Sequence[int] = (),
) -> Page:
    """Return one page of talks with what lists show.

    The keys of all are read first, from an index alone, which counts them too; only the talks shown are read whole.
    Where `keys` is a QuerySet that was not read, they are counted in a query of their own unless their `count` is
    known, and no other keys are read. `best` are the keys of the first page, if the caller knows them.
    """
    paginator = Paginator(keys, size)
    if count is not None:
        paginator.count = count  # which Django would ask for at first use
    page = paginator.get_page(number)
    shown = best if best and page.number == 1 else page.object_list
    page.object_list = talks_to_list(Talk, shown)
    return page


def _found(name: str, values: list[str], rows: RowsOf) -> list:
    """Return what the values mean, each once, in one order, so that equal filters have equal addresses."""
    known = {value: value for value in FIXED[name]} if name in FIXED else rows(name).with_slugs(values)
    for value in values:
        if value not in known:
            raise _unknown(name, value)
    return sorted({known[value] for value in values}, key=_slug)


def _years(slugs: Iterable[str], first_month: int) -> list[AcademicYear]:
    """Return the academic years with these slugs, each once, the earliest first; raise UnknownFilter for another."""
    years = set()
    for slug in filter(None, slugs):
        try:
            years.add(AcademicYear.from_slug(slug, first_month))
        except ValueError as unknown:
            raise _unknown("year", slug) from unknown
    return sorted(years)


def _unknown(name: str, value: str) -> UnknownFilter:
    return UnknownFilter(_("There is no “%(value)s” here (%(name)s).") % {"name": LABELS[name], "value": value})


def _slug(value: models.Model | str) -> str:
    return value.slug if isinstance(value, models.Model) else str(value)


def _of(
    subject: models.Model,
    title: str,
    talks: TalkQuerySet,
    description: str = "",
    department: Department | None = None,
) -> Listing:
    department = department or Department.objects.current()
    return Listing(title, subject.get_absolute_url(), talks, department, description, subject)
