"""Which talks belong to which series, room, speaker and topic: all of them at once, in five queries."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from django.db import models

from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.room import Room
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.talk_queries import TalkQuerySet
from seminars.models.topic import Topic

Membership = dict[int, set[int]]  # primary keys of talks by that of what they belong to


def talk_membership(talks: TalkQuerySet) -> dict[type[models.Model], Membership]:
    """Return the primary keys of `talks` under everything that has a page and a feed."""
    keys = talks.order_by().values("pk")
    joint = JointTalk.objects.filter(talk__in=keys).values_list("series_id", "talk_id")
    return {
        Series: _grouped(chain(talks.order_by().values_list("series_id", "pk"), joint)),
        Room: _grouped(talks.order_by().filter(room__isnull=False).values_list("room_id", "pk")),
        Speaker: _grouped(Appearance.objects.filter(talk__in=keys).values_list("speaker_id", "talk_id")),
        Topic: _grouped(TalkTopic.objects.filter(talk__in=keys).values_list("topic_id", "talk_id")),
    }


def _grouped(pairs: Iterable[tuple[int, int]]) -> Membership:
    found: Membership = defaultdict(set)
    for thing, talk in pairs:
        found[thing].add(talk)
    return found
