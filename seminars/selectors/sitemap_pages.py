"""The pages that search engines may find, and when what stands on each of them last changed."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone

from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.department import Department
from seminars.models.room import Room
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.states import CALLED_OFF, Role
from seminars.models.talk import Talk
from seminars.models.talk_address import TalkAddress, talk_path, talk_slug
from seminars.models.topic import Topic
from seminars.times import AcademicYear, local

INDEXES = ("series-index", "room-index", "speaker-index", "topic-index", "archive", "recordings", "subscribe")

END = 0, ()  # what no key of a talk is

Thing = TypeVar("Thing")
OfTalk = Callable[[int], list[Thing]]


class SitemapPage(NamedTuple):
    """The path of a page, and when it last changed; None where no row tells."""

    path: str
    changed_at: datetime | None


class _Talk(NamedTuple):
    """What is read of a talk: a model instance with its people would take twenty times as long."""

    key: int
    series: int
    room: int | None
    title: str
    starts_at: datetime
    has_taken_place: bool
    changed_at: datetime


class _Person(NamedTuple):
    """Somebody at a talk."""

    path: str
    name: str
    speaks: bool


def findable_pages() -> list[SitemapPage]:
    """Return every page worth finding, nine queries however many: those of listed series, of their public talks, and
    of whatever such a talk mentions. A talk whose speaker is not known yet is not worth it."""
    latest: dict[str, datetime | None] = dict.fromkeys([reverse("front"), *map(reverse, INDEXES)])
    listed = Series.objects.listed().in_order().paths()
    latest |= dict.fromkeys(listed.values())
    for path, changed_at in _mentions(listed):
        latest[path] = max(changed_at, latest.get(path) or changed_at)
    return [SitemapPage(*page) for page in latest.items()]


def _mentions(listed: dict[int, str]) -> Iterator[tuple[str, datetime]]:
    """Yield the path of every page on which a talk stands, with the moment at which the talk changed."""
    front, archive, rooms = reverse("front"), _archive(), Room.objects.paths()
    joint, topics, people = _joint_series(), _topics(), _people()
    for talk in _talks():
        series = [talk.series, *joint(talk.key)]
        present = people(talk.key)
        paths = [front, *(listed[one] for one in series if one in listed), *topics(talk.key)]
        paths += [person.path for person in present]
        if names := [person.name for person in present if person.speaks]:
            paths.append(talk_path(TalkAddress(talk.key), talk_slug(talk.title, ", ".join(names))))
        if talk.room:
            paths.append(rooms[talk.room])
        if talk.has_taken_place:
            paths.append(archive(talk.starts_at))
        yield from ((path, talk.changed_at) for path in paths)


def _archive() -> Callable[[datetime], str]:
    """Return what tells the page of the academic year in which a talk starts."""
    first_month = Department.objects.current().year_begins_in
    page = cache(lambda year: reverse("archive-year", args=[year.slug]))
    return lambda starts_at: page(AcademicYear.of(local(starts_at).date(), first_month))


def _talks() -> Iterator[_Talk]:
    has_taken_place = Q(ends_at__lte=timezone.now()) & ~Q(state__in=CALLED_OFF)
    changed_at = Greatest("updated_at", Coalesce("changed_at", "updated_at"))
    talks = Talk.objects.public().listed().order_by("-pk")
    rows = talks.values_list("pk", "series", "room", "title", "starts_at", has_taken_place, changed_at)
    return map(_Talk._make, rows.iterator())


def _joint_series() -> OfTalk[int]:
    return _of_talk(JointTalk.objects.order_by("-talk", "pk").values_list("talk", "series").iterator())


def _people() -> OfTalk[_Person]:
    """Return what tells who is at a talk, in their order."""
    known = {person.pk: _as_listener_and_speaker(person) for person in Speaker.objects.only("name", "slug")}
    rows = Appearance.objects.order_by("-talk", "order", "pk").values_list("talk", "speaker", "role").iterator()
    return _of_talk((talk, known[speaker][role == Role.SPEAKER]) for talk, speaker, role in rows)


def _as_listener_and_speaker(person: Speaker) -> list[_Person]:
    """Return the same person twice, as all of their talks share them: not speaking and speaking."""
    return [_Person(person.get_absolute_url(), person.name, speaks) for speaks in (False, True)]


def _topics() -> OfTalk[str]:
    """Return what tells the pages of the topics of a talk."""
    pages, rows = Topic.objects.paths(), TalkTopic.objects.order_by("-talk", "pk").values_list("talk", "topic")
    return _of_talk((talk, pages[topic]) for talk, topic in rows.iterator())


def _of_talk(pairs: Iterable[tuple[int, Thing]]) -> OfTalk[Thing]:
    """Return what tells the things of one talk after another. Talks come by key, the highest first, as the pairs do.

    Only the things of one talk are in memory.
    """
    groups = groupby(pairs, key=itemgetter(0))
    key, group = next(groups, END)

    def of(talk: int) -> list[Thing]:
        nonlocal key, group
        while key > talk:
            key, group = next(groups, END)
        return [thing for _talk, thing in group] if key == talk else []

    return of
