"""The pages that search engines may find, and when what stands on each of them last changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.department import Department
from seminars.models.room import Room
from seminars.models.series import Series
from seminars.models.talk import Talk
from seminars.models.topic import Topic
from seminars.times import AcademicYear, local

INDEXES = ("series-index", "room-index", "speaker-index", "topic-index", "archive", "subscribe")


class Findable(NamedTuple):
    """The path of a page, and when it last changed; None where no row tells."""

    path: str
    changed_at: datetime | None


def findable_pages() -> list[Findable]:
    """Return every page worth finding, eight queries however many: those of listed series, of their public talks, and
    of whatever such a talk mentions. A talk whose speaker is not known yet is not worth it."""
    latest: dict[str, datetime | None] = dict.fromkeys([reverse("front"), *map(reverse, INDEXES)])
    listed = {series.pk: series.get_absolute_url() for series in Series.objects.listed().in_order()}
    latest |= dict.fromkeys(listed.values())
    for path, changed_at in _mentions(listed):
        latest[path] = max(changed_at, latest.get(path) or changed_at)
    return [Findable(*page) for page in latest.items()]


def _mentions(listed: dict[int, str]) -> Iterator[tuple[str, datetime]]:
    """Yield the path of every page on which a talk stands, with the moment at which the talk changed."""
    first_month = Department.objects.current().year_begins_in
    rooms = {room.pk: room.get_absolute_url() for room in Room.objects.in_order()}
    topics, joint = _topics(), _joint_series()
    now = timezone.now()
    for talk in _talks():
        series = [talk.series_id, *joint.get(talk.pk, [])]
        paths = [reverse("front"), *(listed[one] for one in series if one in listed), *topics.get(talk.pk, [])]
        paths += [appearance.speaker.get_absolute_url() for appearance in talk.appearances.all()]
        if talk.speakers:
            paths.append(talk.get_absolute_url())
        if talk.room_id:
            paths.append(rooms[talk.room_id])
        if talk.is_over(now) and not talk.is_called_off:
            year = AcademicYear.of(local(talk.starts_at).date(), first_month)
            paths.append(reverse("archive-year", args=[year.slug]))
        changed_at = max(talk.updated_at, talk.changed_at or talk.updated_at)
        yield from ((path, changed_at) for path in paths)


def _talks() -> list[Talk]:
    people = Appearance.objects.in_order().select_related("speaker")
    people = people.only("talk_id", "role", "order", "speaker__name", "speaker__slug")
    shown = ("series_id", "room_id", "title", "state", "starts_at", "ends_at", "updated_at", "changed_at")
    talks = Talk.objects.public().listed().latest_first().only(*shown)
    return list(talks.prefetch_related(Prefetch("appearances", people)))


def _topics() -> dict[int, list[str]]:
    """Return the pages of the topics of each talk."""
    pages = {topic.pk: topic.get_absolute_url() for topic in Topic.objects.in_order()}
    found: dict[int, list[str]] = {}
    for talk, topic in TalkTopic.objects.values_list("talk", "topic"):
        found.setdefault(talk, []).append(pages[topic])
    return found


def _joint_series() -> dict[int, list[int]]:
    """Return the keys of the further series of each talk."""
    found: dict[int, list[int]] = {}
    for talk, series in JointTalk.objects.values_list("talk", "series"):
        found.setdefault(talk, []).append(series)
    return found
