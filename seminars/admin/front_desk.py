"""The front desk: the next talk, the term week by week, and what each talk of the next weeks still needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import access, date_formats
from seminars.admin.first_steps import Step, steps_of
from seminars.admin.rights import own_talks, rights
from seminars.admin.shortcuts import Shortcuts
from seminars.admin.term_strip import TermStrip
from seminars.admin.transitions import address_of
from seminars.admin.what_waits import what_waits
from seminars.forms.next_page import with_next
from seminars.models import Break, Department, Gap, Series, State, Talk, TalkQuerySet, gaps_of
from seminars.models.talk_naming import clash_sentence
from seminars.models.terms import Term
from seminars.selectors.coming_term import ComingTalk, coming_talks
from seminars.times import local, start_of, today

WEEKS = 4
MOST_TALKS = 100  # in the timetable; the talk list shows the rest
MOST_RECORDINGS = MOST_DUE = 10
NEEDED = (Gap.SPEAKER, Gap.TITLE)  # before a talk can be announced well
MOST_COMING = 1000  # talks that are looked at
SOON = timedelta(days=7)  # remind of deadlines this near
CLOSE = timedelta(days=14)  # by then a talk should no longer be provisional, and have title and speaker

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
    offered: Shortcuts

    @property
    def shortcuts(self) -> SafeString:
        return self.offered.links(self.talk) if self.is_mine and not self.talk.is_over() else SafeString()


@dataclass
class TimetableWeek:
    """A heading, and the talks and breaks below it."""

    title: str
    entries: list[TimetableTalk | Break] = field(default_factory=list)


class FrontDesk:
    """The first page of one person's desk, with the same number of queries for any number of talks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.rights, self.waits = request, rights(request), what_waits(request)
        self.talks: TalkQuerySet = access.talks_on_the_desk_of(request.user)
        self.now, self.today = timezone.now(), today()

    # --- what there is ---

    @cached_property
    def series(self) -> list[Series]:
        return list(access.series_of(self.rights.user).in_order())

    @property
    def is_first_day(self) -> bool:
        """Tell whether there is no talk at all yet."""
        return "talks" not in self.waits

    @cached_property
    def overview(self) -> list[ComingTalk]:
        """The talks of today and of all days to come, without their texts, the soonest first."""
        return coming_talks(self.talks.ending_after(start_of(self.today)), MOST_COMING)

    @cached_property
    def ahead(self) -> list[ComingTalk]:
        """Those that are not over, nor called off."""
        return [talk for talk in self.overview if talk.ends_at > self.now and not talk.is_called_off]

    @cached_property
    def first_day(self) -> date:
        """Today, or the day of the next talk if no talk is in the next four weeks."""
        next_day = self.ahead[0].day if self.ahead else self.today
        return next_day if next_day >= self.today + timedelta(weeks=WEEKS) else self.today

    @property
    def is_later(self) -> bool:
        return self.first_day > self.today

    @property
    def first_day_words(self) -> str:
        return date_formats.day(self.first_day)

    @cached_property
    def until(self) -> date:
        return self.first_day + timedelta(weeks=WEEKS)

    @cached_property
    def read(self) -> dict[int, Talk]:
        """The talks that are shown with what they lack: of four weeks, to be announced, and without their recording.

        Of the four weeks one more than is shown.
        """
        keys = [talk.pk for talk in self.overview if talk.starts_at < start_of(self.until)][: MOST_TALKS + 1]
        talks = self.talks.with_keys({*keys, *self._later_drafts, *self._unrecorded})
        return {talk.pk: talk for talk in talks.soonest_first().for_lists().with_topic_mark()}

    @cached_property
    def coming(self) -> list[Talk]:
        """The talks of the four weeks, including talks that began earlier and are not over; one more than is shown."""
        shown = {talk.pk for talk in self.overview if talk.starts_at < start_of(self.until)}
        return [talk for talk in self.read.values() if talk.pk in shown]

    @property
    def next_talk(self) -> Talk | None:
        """The next talk that is not called off, a draft too."""
        return self.read.get(self.ahead[0].pk) if self.ahead else None

    @property
    def days_until_next(self) -> str:
        """How far away the next talk is, in words."""
        days = (self.ahead[0].day - self.today).days
        if days <= 1:
            return _("tomorrow") if days == 1 else _("today")
        return ngettext("in %(number)d day", "in %(number)d days", days) % {"number": days}

    @property
    def has_more(self) -> bool:
        return len(self.coming) > MOST_TALKS

    # --- the term ---

    @cached_property
    def term(self) -> TermStrip | None:
        """The term of the next talk, week by week; None if no talk is planned."""
        if not self.ahead:
            return None
        first_month = Department.objects.current().year_begins_in
        term = Term.of(max(self.ahead[0].day, self.today), first_month)
        upcoming = [talk for talk in self.overview if talk.ends_at > self.now]
        return TermStrip(term, upcoming, self._breaks, self.series, self._is_own)

    def _is_own(self, series: int) -> bool:
        return self.rights.is_administrator or series in self.rights.own_series

    # --- the timetable ---

    @cached_property
    def weeks(self) -> list[TimetableWeek]:
        """The four weeks from the first day on, empty ones too."""
        first = self.first_day - timedelta(days=self.first_day.weekday())
        weeks = {
            day: TimetableWeek(self._title_of(day)) for day in (first + timedelta(weeks=n) for n in range(WEEKS + 1))
        }
        for day, entry in sorted(self._dated(), key=lambda dated: dated[0]):
            weeks[day - timedelta(days=day.weekday())].entries.append(entry)
        shown = list(weeks.values())
        return shown if shown[-1].entries else shown[:-1]  # the fifth is the rest of the fourth

    def _dated(self) -> Iterator[tuple[date, TimetableTalk | Break]]:
        for pause in self._breaks:
            if self.first_day <= pause.last_on and pause.first_on < self.until:
                yield max(pause.first_on, self.first_day), pause
        for talk in self.coming[:MOST_TALKS]:
            # One that began yesterday is still on.
            yield max(local(talk.starts_at).date(), self.first_day), self._entry(talk)

    def _title_of(self, monday: date) -> str:
        weeks = (monday - self.today).days // 7 + 1  # from this one
        if weeks < 2:
            return _("Next week") if weeks else _("This week")
        return _("Week of %(day)s") % {"day": date_formats.day(monday)}

    def _entry(self, talk: Talk) -> TimetableTalk:
        is_mine = self._is_mine(talk)
        missing = list(self._missing(talk)) if is_mine and not talk.is_over() else []
        urgent = list(self._urgent(talk)) if is_mine else []
        return TimetableTalk(talk, is_mine, missing, urgent, self._shortcuts)

    @cached_property
    def _shortcuts(self) -> Shortcuts:
        return Shortcuts(back_to=reverse("admin:index"))

    def _is_mine(self, talk: Talk) -> bool:
        return self._is_own(talk.series_id)

    def _missing(self, talk: Talk) -> Iterator[Task]:
        for gap in gaps_of(talk):
            yield Task(str(gap.label), _where_to_fill(gap, talk))
        if "topics" in self.waits and not talk.is_called_off and not talk.has_topics:
            yield Task(_("topics"), _form(talk, "topic_rows-group"))

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
        last = max([self.until - timedelta(days=1), *(talk.day for talk in self.overview[-1:])])
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
        """The talks, anybody's, that share a room against the rules with those that are shown."""
        keys = Talk.objects.keys_beside(self.coming)
        return list(Talk.objects.with_keys(keys).soonest_first().for_lists()[:MOST_TALKS]) if keys else []

    # --- reminders ---

    @cached_property
    def deadlines(self) -> list[tuple[Talk, Task]]:
        """The drafts that are to be announced within a week, or should have been."""
        drafts = [talk for talk in self.read.values() if talk.state == State.DRAFT and not talk.is_over()]
        due = [talk for talk in drafts if _announce_by(talk) <= self.today + SOON]
        return [(talk, self._announce(talk)) for talk in due if self._is_mine(talk)]

    @property
    def all_deadlines(self) -> str:
        """The address at which all of them are announced at once."""
        return address_of("announce", [talk.pk for talk, _mend in self.deadlines], back_to=reverse("admin:index"))

    @cached_property
    def _later_drafts(self) -> list[int]:
        """The keys of drafts, also after the four weeks, in series that announce so early that a deadline is near."""
        days = {series.pk: series.announce_days for series in self.series}
        near = self.today + SOON
        drafts = [talk for talk in self.ahead if talk.is_draft and talk.series in days]
        due = [talk.pk for talk in drafts if talk.day - timedelta(days=days[talk.series]) <= near]
        return due[:MOST_TALKS]

    @cached_property
    def due(self) -> list[tuple[Talk, list[Task]]]:
        """The talks of the next two weeks that still lack a title or a speaker."""
        close = [talk for talk in self.ahead if talk.day <= self.today + CLOSE and {*talk.gaps} & {*NEEDED}]
        talks = [self.read[talk.pk] for talk in close if talk.pk in self.read]
        needed = {str(gap.label) for gap in NEEDED}
        return [
            (talk, [*(task for task in self._missing(talk) if task.words in needed), *_asking(talk)])
            for talk in talks[:MOST_DUE]
            if self._is_mine(talk)
        ]

    @cached_property
    def recordings(self) -> list[tuple[Talk, Task]]:
        """The latest past talks whose promised recording is missing."""
        words = _("Add the link to the recording, or say that there is none")
        talks = (self.read[key] for key in self._unrecorded if key in self.read)
        return [(talk, Task(words, _transition("recording", talk))) for talk in talks]

    @cached_property
    def _unrecorded(self) -> list[int]:
        if "recordings" not in self.waits:
            return []
        return list(own_talks(self.request).without_promised_recording().values_list("pk", flat=True)[:MOST_RECORDINGS])

    @cached_property
    def steps(self) -> list[Step]:
        """The first steps of somebody who sets up the site, or a series; empty once they are done or put away."""
        return steps_of(self.request, self.waits, self.series)


def _announce_by(talk: Talk) -> date:
    """Return the last day on which its series would announce it."""
    return local(talk.starts_at).date() - timedelta(days=talk.series.announce_days)


def _form(talk: Talk, place: str = "") -> str:
    address = reverse("admin:seminars_talk_change", args=[talk.pk]) + (f"#{place}" if place else "")
    return with_next(address, reverse("admin:index"))


def _asking(talk: Talk) -> list[Task]:
    """Return the task to ask the speaker, if there is one who can say what is missing."""
    return [Task(_("Ask the speaker"), f"{reverse('admin:ask-speaker')}?talk={talk.pk}")] if talk.speakers else []


def _transition(name: str, talk: Talk) -> str:
    return address_of(name, [talk.pk], back_to=reverse("admin:index"))


def _where_to_fill(gap: Gap, talk: Talk) -> str:
    if gap == Gap.BIOGRAPHY:
        people = [person.speaker for person in talk.speakers if not person.speaker.biography]
        address = reverse("admin:seminars_speaker_change", args=[people[0].pk]) + "#id_biography"
        return with_next(address, reverse("admin:index"))
    return _transition(TRANSITIONS[gap], talk) if gap in TRANSITIONS else _form(talk, PLACES[gap])
