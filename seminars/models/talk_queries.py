"""The questions that are asked of talks; every page, feed and check is a chain of these words."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from seminars import times
from seminars.models.appearance import JointTalk, TalkTopic
from seminars.models.asked_period import year_in, year_span
from seminars.models.department import Department
from seminars.models.history import RecordedQuerySet
from seminars.models.nearby_talks import NearbyQuerySet, upcoming_first
from seminars.models.people_of_talks import PeopleQuerySet
from seminars.models.room import Room
from seminars.models.room_queries import RoomsQuerySet
from seminars.models.search_index import Finds, WordMatch, number_found
from seminars.models.searching import FACTS, Question, needle
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.states import CALLED_OFF, GOING_AHEAD, PUBLIC, UNSETTLED, Attendance, Material, Recording, State
from seminars.models.talk_address import TalkAddress
from seminars.models.talk_marks import MarksQuerySet
from seminars.models.talk_places import PlacesQuerySet
from seminars.models.talk_prefetches import prefetched_for_lists, prefetched_for_pages
from seminars.models.topic import Topic
from seminars.models.user import User
from seminars.models.wall_times import WallTimesQuerySet
from seminars.text.marking import WITHOUT_SPACES
from seminars.times import AcademicYear, Span

# What follows from the rest or stays the same for good, so that no history is kept of it.
STAMPS = frozenset(
    {
        "address_key", "changed_at", "clashes_by_rules", "entry_digest", "is_shown", "published_at",
        "room_is_exclusive", "search_text", "sequence", "updated_at", "zone_rules",
    }
)  # fmt: skip
REMINDED_FOR = timedelta(days=365)  # older talks get no reminder to add a recording
HAS_ROOM, NO_ROOM = Q(room__isnull=False), Q(room__isnull=True)
HAS_LINK, NO_LINK = ~Q(join_url=""), Q(join_url="")
# As `Talk.is_online` says of one talk.
ONLINE_ALONE = (
    NO_ROOM & HAS_LINK & (Q(moved_online_at__isnull=False) | Q(ends_at__lt=F("starts_at") + timedelta(days=1)))
)
ATTENDED = {
    Attendance.IN_PERSON: HAS_ROOM,
    Attendance.ONLINE: ONLINE_ALONE | (HAS_ROOM & HAS_LINK),
    Attendance.HYBRID: HAS_ROOM & HAS_LINK,
    Attendance.ONLY_IN_PERSON: HAS_ROOM & NO_LINK,
    Attendance.ONLY_ONLINE: ONLINE_ALONE,
}
WITH_MATERIAL = {Material.RECORDING: ~Q(recording_url=""), Material.SLIDES: ~Q(slides_url="")}
_FACTS = WITH_MATERIAL | {"online": ATTENDED[Attendance.ONLINE], "hybrid": ATTENDED[Attendance.HYBRID]}
FIELDS_OF_STAMPS = ("pk", "uid", "sequence", "entry_digest", "created_at", "changed_at")


class Stamps(NamedTuple):
    """What a calendar entry says of itself, and what tells one state of it from every other."""

    talk: int
    uid: str
    sequence: int
    digest: str  # "" before the first stamp
    created_at: datetime
    changed_at: datetime | None

    @classmethod
    def of(cls, talk: models.Model) -> "Stamps":
        """Return the stamps of a talk that was read whole."""
        return cls(*(getattr(talk, name) for name in FIELDS_OF_STAMPS))


class TalkQuerySet(
    PeopleQuerySet, RoomsQuerySet, NearbyQuerySet, WallTimesQuerySet, RecordedQuerySet, MarksQuerySet, PlacesQuerySet
):
    """Talks, by who may see them, when they are, and what they are about."""

    unrecorded = STAMPS

    # --- who may see them ---

    def public(self) -> Self:
        """Keep what visitors may see: everything but drafts."""
        return self.filter(state__in=PUBLIC)

    def drafts(self) -> Self:
        return self.filter(state=State.DRAFT)

    def settled(self) -> Self:
        """Keep what is neither a draft nor tentative."""
        return self.exclude(state__in=UNSETTLED)

    def unsettled(self) -> Self:
        return self.filter(state__in=UNSETTLED)

    def listed(self, named: Iterable[Series] = ()) -> Self:
        """Keep talks with a listed series, or with one of those that the visitor's address names."""
        named_too = Q(pk__in=[]) if not named else self._of_series(named)
        return self.filter(self._of_series(Series.objects.listed()) | named_too)

    def hidden(self) -> Self:
        """Keep what is not both public and listed."""
        joint = JointTalk.objects.filter(series__in=Series.objects.listed()).values("talk")
        unlisted = self.model.objects.filter(series__in=Series.objects.unlisted()).exclude(pk__in=joint)
        # They are few, and each part has an index.
        return self.filter(Q(pk__in=self.model.objects.drafts().values("pk")) | Q(pk__in=unlisted.values("pk")))

    def at(self, address: TalkAddress) -> Self:
        """Keep the talk at this address. Where it is in no listed series, the address must hold its key.

        One question whatever there is, so that the time of an answer does not tell whether such a talk exists.
        """
        has_key = Q(address_key=address.key) if address.key else Q(pk__in=[])
        return self.filter(self._of_series(Series.objects.listed()) | has_key, pk=address.talk)

    def organised_by(self, user: User) -> Self:
        """Keep talks of the series that `user` looks after, joint talks included."""
        return self.filter(self._of_series(Series.objects.organised_by(user)))

    def at_home_with(self, user: User) -> Self:
        """Keep talks whose home series `user` looks after: those they may edit."""
        return self.filter(series__in=Series.objects.organised_by(user))

    # --- when they are ---

    def upcoming(self, now: datetime | None = None) -> Self:
        """Keep talks that are not over; cancelled and postponed ones stay until their day is over. Soonest first."""
        now = now or timezone.now()
        today = times.start_of(times.today(now))
        called_off = Q(state__in=CALLED_OFF, ends_at__gt=today)
        return self.filter(Q(ends_at__gt=min(now, today)), Q(ends_at__gt=now) | called_off).soonest_first()

    def changed_since(self, since: datetime) -> Self:
        """Keep upcoming talks that readers may know otherwise: moved, called off, or with another notice since then."""
        is_news = Q(moved_at__gt=since) | Q(moved_online_at__gt=since) | Q(state__in=CALLED_OFF) | ~Q(notice="")
        return self.upcoming().filter(is_news, changed_at__gt=since, published_at__lte=since)

    def past(self, now: datetime | None = None) -> Self:
        """Keep talks that have taken place, the latest first."""
        return self.filter(ends_at__lte=now or timezone.now()).exclude(state__in=CALLED_OFF).latest_first()

    def ending_after(self, moment: datetime) -> Self:
        """Keep talks that end after a moment, in the order of an index that holds their ends."""
        return self.filter(ends_at__gt=moment).order_by("ends_at", "pk")

    def happening(self, now: datetime | None = None) -> Self:
        """Keep talks that are under way."""
        now = now or timezone.now()
        return self.going_ahead().filter(starts_at__lte=now, ends_at__gt=now).soonest_first()

    def going_ahead(self) -> Self:
        """Keep talks that will be given: neither drafts nor called off."""
        return self.filter(state__in=GOING_AHEAD)

    def ahead(self, now: datetime | None = None) -> Self:
        """Keep talks that are neither over nor called off, drafts too."""
        return self.exclude(state__in=CALLED_OFF).filter(ends_at__gt=now or timezone.now())

    def next(self, now: datetime | None = None) -> models.Model | None:
        """Return the first talk that goes ahead and is not over."""
        return self.going_ahead().upcoming(now).first()

    def next_of_each_series(self, now: datetime | None = None) -> dict[int, models.Model]:
        """Return the next talk of each series, joint talks included, by the series' key: four queries."""
        ahead = self.going_ahead().upcoming(now).values_list("pk", "series", "also_in")
        first: dict[int, int] = {}
        for talk, home, joint in ahead:
            first.setdefault(home, talk)
            first.setdefault(joint, talk)  # under None for a talk that is in no further series
        talks = self.model.objects.for_lists().in_bulk(set(first.values()))
        return {series: talks[talk] for series, talk in first.items()}

    def starting_in(self, *spans: Span) -> Self:
        """Keep talks that start in any of these spans."""
        each = (Q(starts_at__gte=span.starts_at, starts_at__lt=span.ends_at) for span in spans)
        return self.filter(Q(*each, _connector=Q.OR))

    def since(self, moment: datetime) -> Self:
        return self.filter(starts_at__gte=moment)

    def in_feed(self, year: AcademicYear) -> Self:
        """Keep what a calendar feed holds: the academic year before `year` and all that follows. Earliest first."""
        return self.since(year.before().span.starts_at).soonest_first()

    def per_academic_year(self, first_month: int) -> dict[AcademicYear, int]:
        """Count the talks that start in each academic year, the latest year first: two queries.

        A year begins at a moment that is computed here: a database that had to find out the month of each of twenty
        thousand talks in the department's zone would take a tenth of a second.
        """
        ends = self.aggregate(first=Min("starts_at"), last=Max("starts_at"))
        if ends["first"] is None:
            return {}
        first, last = (AcademicYear.of(times.local(moment), first_month).first for moment in ends.values())
        years = [AcademicYear(number, first_month) for number in range(last, first - 1, -1)]
        cases = (When(starts_at__gte=year.span.starts_at, then=year.first) for year in years)
        counted = self.order_by().values_list(Case(*cases)).annotate(Count("pk")).order_by()
        talks = dict(counted)
        return {year: talks[year.first] for year in years if year.first in talks}

    def has_begun_by(self, year: AcademicYear) -> bool:
        """Tell whether any of them starts in this academic year or an earlier one."""
        return self.order_by().filter(starts_at__lt=year.span.ends_at).exists()

    def year_before(self, year: AcademicYear) -> AcademicYear | None:
        """Return the last academic year before this one in which one of them starts."""
        return self.filter(starts_at__lt=year.span.starts_at).latest_first()._year_of_first(year.month)

    def year_after(self, year: AcademicYear) -> AcademicYear | None:
        """Return the first academic year after this one in which one of them starts."""
        return self.filter(starts_at__gte=year.span.ends_at).soonest_first()._year_of_first(year.month)

    def _year_of_first(self, first_month: int) -> AcademicYear | None:
        moment = self.values_list("starts_at", flat=True).first()
        return moment and AcademicYear.of(times.local(moment).date(), first_month)

    def first_and_last_day(self) -> tuple[date, date]:
        """Return the department's days on which the first of them starts and the last, today for both without any."""
        ends = self.order_by().aggregate(first=Min("starts_at"), last=Max("starts_at"))
        return times.today(ends["first"]), times.today(ends["last"])

    def soonest_first(self) -> Self:
        return self.order_by("starts_at", "pk")

    def latest_first(self) -> Self:
        return self.order_by("-starts_at", "-pk")

    def without_promised_recording(self, now: datetime | None = None) -> Self:
        """Keep talks of the last year whose recording was promised and is missing, the latest first."""
        now = now or timezone.now()
        since = times.start_of(times.today(now) - REMINDED_FOR)
        lately = self.past(now).since(since).filter(ends_at__gt=since)  # by which an index leaves out older ones
        return lately.going_ahead().filter(recording=Recording.PLANNED, recording_url="")

    def latest_announced_first(self) -> Self:
        return self.order_by(Coalesce("published_at", "created_at").desc(), "-pk")

    # --- what they are about ---

    def in_series(self, *series: Series) -> Self:
        """Keep talks of any of these series, whether at home there or joint."""
        return self.filter(self._of_series(series))

    def in_room(self, *rooms: Room) -> Self:
        return self.filter(room__in=rooms)

    def in_building(self, building: str) -> Self:
        return self.filter(room__building=building)

    def on_topic(self, *topics: Topic) -> Self:
        return self.filter(pk__in=TalkTopic.objects.filter(topic__in=topics).values("talk"))

    def attended(self, *ways: str) -> Self:
        """Keep talks that people can attend in one of these ways, each an `Attendance`."""
        return self.filter(Q(*(ATTENDED[Attendance(way)] for way in ways), _connector=Q.OR))

    def with_material(self, *kinds: str) -> Self:
        """Keep talks that have any of these, each a `Material`."""
        return self.filter(Q(*(WITH_MATERIAL[Material(kind)] for kind in kinds), _connector=Q.OR))

    def only_talk(self, talk: models.Model) -> Self:
        return self.filter(pk=talk.pk)

    def showing(self, *things: models.Model) -> Self:
        """Keep talks whose page or calendar entry prints any of these series, rooms, speakers or topics, all alike."""
        asked = {Series: self.in_series, Room: self.in_room, Speaker: self.by_speaker, Topic: self.on_topic}
        return asked[type(things[0])](*things)

    def matching(self, question: Question) -> Self:
        """Keep talks in which each word begins a word, or has the meaning of `_facts`; a question about nothing finds
        none."""
        if not question:
            return self.none()
        facts = {word: fact for word in question.words if (fact := _fact(word))}
        found = self._finding(question, [word for word in question.words if word not in facts])
        for word, fact in facts.items():
            found = found.filter(Q(search_text__finds=question.match([word])) | fact)
        if question.period:
            first_month = Department.objects.current().year_begins_in
            found = found.starting_in(question.period.span(first_month))
        return found

    def number_with_words(self, question: Question) -> int | None:
        """Return how many talks, hidden ones too, have the words of a question: one small query on SQLite.

        None on other databases, and where no word has to be looked up.
        """
        return number_found(question.match(word for word in question.words if not _fact(word)), self.db)

    def _finding(self, question: Question, words: Sequence[str]) -> Self:
        """Keep talks whose texts have each of these words; the index cannot tell which stand side by side."""
        beside = [*question.phrases, *(needle(word) for word in words if WITHOUT_SPACES.match(word))]
        found = self.filter(*(Q(search_text__contains=one) for one in beside))
        match = question.match(words)
        return found.filter(search_text__finds=match) if match.groups else found

    def best_first(self, question: Question, now: datetime | None = None) -> Self:
        """Order talks that match: first those with all words in title and names, then with some, then the others.

        Among equals upcoming talks come first, the soonest of them first; then past ones, the latest first.
        """
        groups = question.match(word for word in question.words if not _fact(word)).groups
        in_head = [[term.in_head() for term in group] for group in groups]
        any_in_head = [[term for group in in_head for term in group]]
        parts = [in_head, any_in_head] if len(in_head) > 1 else [in_head] if in_head else []
        ranks = [Finds(F("search_text"), WordMatch.of(part)).desc() for part in parts]
        return self.order_by(*ranks, *upcoming_first(now or timezone.now()))

    @staticmethod
    def _of_series(series: Iterable[Series]) -> Q:
        return Q(series__in=series) | Q(pk__in=JointTalk.objects.filter(series__in=series).values("talk"))

    def on_day(self, day: date) -> Self:
        """Keep talks that take place on a day, in whole or in part, by the clocks where they do."""
        midnight, a_day = datetime.combine(day, time.min), timedelta(days=1)
        nearly = Span(times.start_of(day - 2 * a_day), times.start_of(day + 3 * a_day))  # clocks differ by 26 hours
        return self.during(nearly).filter(starts_local__lt=midnight + a_day, ends_local__gt=midnight)

    def over(self, now: datetime | None = None) -> Self:
        """Keep talks whose end has come, whatever became of them."""
        return self.filter(ends_at__lte=now or timezone.now())

    # --- what is printed with them ---

    def for_lists(self) -> Self:
        """Fetch series, room and people along, but no topics: three queries however many talks."""
        return self.with_series_and_room().prefetch_related(*prefetched_for_lists())

    def with_series_and_room(self) -> Self:
        return self.select_related("series", "room")

    def with_series(self) -> Self:
        """Fetch all of their series along: two queries however many talks."""
        return self.select_related("series").prefetch_related("also_in")

    def for_pages(self) -> Self:
        """Fetch series, room, people and topics along: four queries however many talks."""
        return self.with_series_and_room().prefetch_related(*prefetched_for_pages())

    def for_entries(self) -> Self:
        """Fetch the same along, but not `has_page` of people: for calendar entries and the search."""
        topics = Prefetch("topics", Topic.objects.in_order_of_entries())
        return self.with_series_and_room().prefetch_related(*prefetched_for_lists(), topics)

    def fetch_parts(self, talks: list[models.Model]) -> None:
        """Fetch people, further series and topics for talks that were read without them: three queries."""
        topics = Prefetch("topics", Topic.objects.in_order_of_entries())
        models.prefetch_related_objects(talks, *prefetched_for_lists(), topics)

    def with_topic_mark(self) -> Self:
        """Add `has_topics` to each talk, without a query for them."""
        return self.annotate(has_topics=Exists(TalkTopic.objects.filter(talk=OuterRef("pk"))))

    def first_ones(self, most: int) -> Self:
        """Keep the first `most` of these talks, in their order, as a question that can be asked further."""
        return self.filter(pk__in=list(self.values_list("pk", flat=True)[:most]))

    def primary_keys(self) -> list[int]:
        """Read the primary keys alone, in the order of the talks: one query."""
        return list(self.values_list("pk", flat=True))

    def has_more_than(self, number: int) -> bool:
        """Tell whether there are more talks than so many, without counting all."""
        return self[number : number + 1].exists()

    def in_order_of(self, keys: Iterable[int]) -> list[models.Model]:
        """Read the talks with these primary keys, in their order; those that are gone are left out."""
        found = self.order_by().in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def with_uid(self, uid: str) -> models.Model | None:
        """Return the talk with this identity."""
        return self.filter(uid=uid).first()

    def imported_into(self, series: Iterable[int]) -> Self:
        """Keep the talks at home in the series with these keys that an import brought, with its note."""
        brought = self.filter(series__in=series, imported__isnull=False)
        return brought.select_related("series", "room", "imported")

    def uids_among(self, uids: Iterable[str]) -> set[str]:
        """Return those of these UIDs that a talk has."""
        return set(self.filter(uid__in=uids).order_by().values_list("uid", flat=True))

    def with_keys(self, keys: Iterable[int]) -> Self:
        """Keep the talks with these primary keys."""
        return self.filter(pk__in=keys)


def _fact(word: str) -> Q | None:
    """Return what a word says of a talk wherever it stands: a year that talks are in, "recording", "online"."""
    if year := year_in(word):
        span = year_span(year)
        return Q(starts_at__gte=span.starts_at, starts_at__lt=span.ends_at)
    return _FACTS.get(FACTS.get(word, ""))
