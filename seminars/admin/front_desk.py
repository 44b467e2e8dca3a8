"""The front desk: the next four weeks of the organiser's series, and what each talk still needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from seminars import access, date_formats
from seminars.admin.rights import own_talks, rights
from seminars.admin.transitions import address_of, shortcuts
from seminars.forms.next_page import with_next
from seminars.models import Break, Gap, Recording, Series, State, Talk, TalkQuerySet, Topic, gaps_of
from seminars.models.talk_naming import clash_sentence
from seminars.times import Span, local, start_of, today

WEEKS = 4
MOST_TALKS = 100  # in the timetable; the talk list shows the rest
MOST_RECORDINGS = 10
MISSED_FOR = timedelta(days=365)  # do not remind of older recordings
SOON = timedelta(days=7)  # remind of deadlines this near
CLOSE = timedelta(days=14)  # by then a talk should no longer be provisional

# Where on the talk's form a gap is filled, and the transitions that fill the others.
PLACES = {Gap.SPEAKER: "appearances-group", Gap.ABSTRACT: "id_abstract"}
TRANSITIONS = {Gap.TITLE: "title", Gap.ROOM: "room", Gap.LINK: "link"}


@dataclass(frozen=True)
class Task:
    """One thing that needs doing, and where one click does it."""

    words: str
    address: str


@dataclass(frozen=True)
class TimetableTalk:
    """A talk of the timetable, with what it lacks and what to do about it; empty if the user cannot change the talk."""

    talk: Talk
    is_mine: bool
    missing: list[Task]
    urgent: list[Task]

    @property
    def shortcuts(self) -> list[tuple[Promise | str, str]]:
        return shortcuts(self.talk, back_to=reverse("admin:index")) if self.is_mine and not self.talk.is_over() else []


@dataclass
class TimetableWeek:
    """A heading, and the talks and breaks below it."""

    title: str
    entries: list[TimetableTalk | Break] = field(default_factory=list)


class FrontDesk:
    """The first page of one person's desk, with the same number of queries for any number of talks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.rights = request, rights(request)
        self.talks: TalkQuerySet = access.talks_on_the_desk_of(request.user)
        self.today = today()
        self.until = self.today + timedelta(weeks=WEEKS)
        self.span = Span(start_of(self.today), start_of(self.until))

    # --- what there is ---

    @cached_property
    def series(self) -> list[Series]:
        return list(access.series_of(self.rights.user).in_order())

    @cached_property
    def coming(self) -> list[Talk]:
        """The talks of the four weeks, including talks that began earlier and are not over; one more than is shown."""
        talks = self.talks.during(self.span).soonest_first().for_pages()
        return list(talks[: MOST_TALKS + 1])

    @property
    def has_more(self) -> bool:
        return len(self.coming) > MOST_TALKS

    @cached_property
    def is_first_day(self) -> bool:
        """Tell whether there is no talk at all yet."""
        return not self.coming and not self.talks.exists()

    # --- the timetable ---

    @cached_property
    def weeks(self) -> list[TimetableWeek]:
        """The four weeks from today's on, empty ones too."""
        first = self.today - timedelta(days=self.today.weekday())
        weeks = {first + timedelta(weeks=number): TimetableWeek(_week(number, first)) for number in range(WEEKS + 1)}
        for day, entry in sorted(self._dated(), key=lambda dated: dated[0]):
            weeks[day - timedelta(days=day.weekday())].entries.append(entry)
        shown = list(weeks.values())
        return shown if shown[-1].entries else shown[:-1]  # the fifth is the rest of the fourth

    def _dated(self) -> Iterator[tuple[date, TimetableTalk | Break]]:
        for pause in self._breaks:
            yield max(pause.first_on, self.today), pause
        for talk in self.coming[:MOST_TALKS]:
            # One that began yesterday is still on.
            yield max(local(talk.starts_at).date(), self.today), self._entry(talk)

    def _entry(self, talk: Talk) -> TimetableTalk:
        is_mine = self._is_mine(talk)
        missing = list(self._missing(talk)) if is_mine and not talk.is_over() else []
        return TimetableTalk(talk, is_mine, missing, urgent=list(self._urgent(talk)) if is_mine else [])

    def _is_mine(self, talk: Talk) -> bool:
        return self.rights.is_administrator or talk.series_id in self.rights.own_series

    def _missing(self, talk: Talk) -> Iterator[Task]:
        for gap in gaps_of(talk):
            yield Task(str(gap.label), _where_to_fill(gap, talk))
        if self._topics_are_used and not talk.is_called_off and not talk.topics.all():
            yield Task(_("topics"), _form(talk, "topic_rows-group"))

    @cached_property
    def _topics_are_used(self) -> bool:
        return Topic.objects.exists()

    def _urgent(self, talk: Talk) -> Iterator[Task]:
        for other in self._in_the_same_room(talk):
            yield Task(clash_sentence(talk, other), _transition("room", talk))
        for pause in self._breaks_on(talk):
            yield Task(_("During a break (%(reason)s): move it") % {"reason": pause.reason}, _transition("move", talk))
        if talk.state == State.TENTATIVE and local(talk.starts_at).date() <= self.today + CLOSE and not talk.is_over():
            yield Task(_("Still provisional: confirm it or cancel it"), _transition("confirm", talk))
        if talk.state == State.DRAFT:
            yield self._announce(talk)

    def _announce(self, talk: Talk) -> Task:
        last = _announce_by(talk)
        words = {"day": date_formats.day(last)}
        if talk.is_over():
            return Task(_("Still a draft, but its date has passed: announce it or delete it"), _form(talk))
        if last < self.today:
            said = _("Announce it now: it was due on %(day)s") % words
        else:
            said = _("Announce it by today") if last == self.today else _("Announce it by %(day)s") % words
        return Task(said, _transition("announce", talk))

    @cached_property
    def _breaks(self) -> list[Break]:
        last = self.until - timedelta(days=1)
        breaks = access.breaks_on_the_desk_of(self.rights.user).touching(self.today, last)
        return list(breaks.select_related("series"))

    def _breaks_on(self, talk: Talk) -> list[Break]:
        """Return the breaks on the day of a talk that is to go ahead."""
        day = local(talk.starts_at, talk.zone_info).date()
        concerned = {None, talk.series_id} if not (talk.is_called_off or talk.is_over()) else set()
        there = (one for one in self._breaks if one.series_id in concerned)
        return [one for one in there if one.first_on <= day <= one.last_on]

    def _in_the_same_room(self, talk: Talk) -> Iterator[Talk]:
        for other in self._at_odds if talk.holds_room else ():
            if other.pk != talk.pk and other.room_id == talk.room_id and other.span.overlaps(talk.span):
                yield other

    @cached_property
    def _at_odds(self) -> list[Talk]:
        """The talks, anybody's, that share a room against the rules in these weeks."""
        return list(Talk.objects.during(self.span).in_conflict().for_lists()[:MOST_TALKS])

    # --- reminders ---

    @cached_property
    def deadlines(self) -> list[tuple[Talk, Task]]:
        """The drafts that are to be announced within a week, or should have been."""
        drafts = [talk for talk in self.coming if talk.state == State.DRAFT and not talk.is_over()]
        due = [talk for talk in [*drafts, *self._later_drafts] if _announce_by(talk) <= self.today + SOON]
        return [(talk, self._announce(talk)) for talk in due if self._is_mine(talk)]

    @property
    def all_deadlines(self) -> str:
        """The address at which all of them are announced at once."""
        return address_of("announce", [talk.pk for talk, _mend in self.deadlines], back_to=reverse("admin:index"))

    @cached_property
    def _later_drafts(self) -> list[Talk]:
        """The drafts after the four weeks in series that announce so early that a deadline may be near."""
        longest = max((series.announce_days for series in self.series), default=0)
        last = start_of(self.today + timedelta(days=longest + 1) + SOON)
        if last <= self.span.ends_at:
            return []
        talks = self.talks.drafts().starting_in(Span(self.span.ends_at, last)).soonest_first()
        return list(talks.for_lists()[:MOST_TALKS])

    @cached_property
    def recordings(self) -> list[tuple[Talk, Task]]:
        """The latest past talks whose promised recording is missing."""
        lately = own_talks(self.request).past().since(start_of(self.today - MISSED_FOR))
        lacking = lately.going_ahead().filter(recording=Recording.PLANNED, recording_url="")
        words = _("Add the link to the recording, or say that there is none")
        talks = lacking.for_lists()[:MOST_RECORDINGS]
        return [(talk, Task(words, _transition("recording", talk))) for talk in talks]


def _announce_by(talk: Talk) -> date:
    """Return the last day on which its series would announce it."""
    return local(talk.starts_at).date() - timedelta(days=talk.series.announce_days)


def _week(number: int, first: date) -> str:
    if number < 2:
        return _("Next week") if number else _("This week")
    return _("Week of %(day)s") % {"day": date_formats.day(first + timedelta(weeks=number))}


def _form(talk: Talk, place: str = "") -> str:
    address = reverse("admin:seminars_talk_change", args=[talk.pk]) + (f"#{place}" if place else "")
    return with_next(address, reverse("admin:index"))


def _transition(name: str, talk: Talk) -> str:
    return address_of(name, [talk.pk], back_to=reverse("admin:index"))


def _where_to_fill(gap: Gap, talk: Talk) -> str:
    if gap == Gap.BIOGRAPHY:
        people = [person.speaker for person in talk.speakers if not person.speaker.biography]
        address = reverse("admin:seminars_speaker_change", args=[people[0].pk]) + "#id_biography"
        return with_next(address, reverse("admin:index"))
    return _transition(TRANSITIONS[gap], talk) if gap in TRANSITIONS else _form(talk, PLACES[gap])
