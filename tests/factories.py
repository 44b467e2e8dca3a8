"""Make valid rows for tests. A test passes only the values that it is about."""

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.utils import timezone

from seminars.actions import stamping
from seminars.models import (
    Appearance,
    JoinAccess,
    JointTalk,
    Room,
    Series,
    SeriesOrganiser,
    Speaker,
    State,
    Talk,
    TalkTopic,
    Topic,
    User,
)

NEW_YORK = ZoneInfo("America/New_York")
_number = count(1000)  # names of rows that tests name themselves are lower


def in_new_york(*parts: int) -> datetime:
    """`in_new_york(2025, 11, 5, 12)` is noon there."""
    return datetime(*parts, tzinfo=NEW_YORK)


def make_series(**fields) -> Series:
    number = next(_number)
    return Series.objects.create(**{"name": f"Seminar {number}", "short_name": f"S{number}"} | fields)


def make_room(**fields) -> Room:
    return Room.objects.create(**{"name": f"Room {next(_number)}", "building": "Gutmann Hall"} | fields)


def make_speaker(**fields) -> Speaker:
    return Speaker.objects.create(**{"name": f"Speaker {next(_number)}"} | fields)


def make_topic(**fields) -> Topic:
    return Topic.objects.create(**{"name": f"Topic {next(_number)}"} | fields)


def make_talk(*, speakers=(), topics=(), also_in=(), **fields) -> Talk:
    """A confirmed talk of an hour, a week ahead unless `starts_at` or `ends_at` says otherwise, stamped."""
    start = fields.pop("starts_at", None) or timezone.now().replace(microsecond=0, second=0) + timedelta(days=7)
    defaults = {
        "series": fields.get("series") or make_series(),
        "title": f"Talk {next(_number)}",
        "starts_at": start,
        "ends_at": start + timedelta(hours=1),
        "state": State.CONFIRMED,
        "join_access": JoinAccess.OPEN,
    }
    talk = Talk(**defaults | fields)
    if talk.is_public:
        talk.published_at = talk.published_at or timezone.now()
    talk.save()
    for order, speaker in enumerate(speakers):
        person = make_speaker(name=speaker) if isinstance(speaker, str) else speaker
        Appearance.objects.create(talk=talk, speaker=person, order=order)
    for topic in topics:
        TalkTopic.objects.create(talk=talk, topic=topic)
    for series in also_in:
        JointTalk.objects.create(talk=talk, series=series)
    stamping.stamp([talk])
    return talk


def make_draft(**fields) -> Talk:
    return make_talk(**{"state": State.DRAFT} | fields)


def make_member(**fields) -> User:
    number = next(_number)
    return User.objects.create_user(
        **{"username": f"person{number}", "email": f"person{number}@example.org", "password": "open sesame 7"} | fields
    )


def make_organiser(*series: Series, **fields) -> User:
    """An organiser of these series, or of a new one if you pass none."""
    user = make_member(**fields)
    for one in series or [make_series()]:
        SeriesOrganiser.objects.create(series=one, user=user)
    return user


def make_administrator(**fields) -> User:
    return make_member(**{"is_superuser": True, "is_staff": True} | fields)
