"""The example department shows every state, and its rows are as the actions would write them."""

from datetime import date, time, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
import time_machine
from django.db import connection, transaction
from PIL import Image

from seminars import times
from seminars.actions import example, stamping, talk_changes
from seminars.formats.ics_facts import facts_of
from seminars.models import (
    Appearance,
    Break,
    Department,
    JointTalk,
    Mode,
    Photo,
    Room,
    Series,
    Speaker,
    Talk,
    Topic,
)
from tests.example_states import missing_states

pytestmark = pytest.mark.django_db

NOW = times.at(date(2025, 11, 5), time(21, 40))  # an evening on which no seminar is under way


@pytest.fixture(scope="module", autouse=True)
def _department(django_db_setup, django_db_blocker):
    """The example, loaded once for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            example.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def now(clock):
    return NOW


@pytest.fixture
def loaded(now):
    return Talk.objects.for_pages()


def test_the_example_has_every_state(loaded, now):
    talks = list(loaded)

    assert missing_states(talks, now) == []


def test_the_example_has_a_department_with_three_series(loaded):
    department = Department.objects.current()

    assert department.is_example
    assert department.contact_email
    assert Series.objects.listed().count() == Series.objects.count() == 3
    assert len(set(Series.objects.values_list("default_weekday", flat=True))) == 3
    assert len(set(Series.objects.values_list("colour", flat=True))) == 3
    assert len(set(Series.objects.values_list("kind", flat=True))) == 3
    assert Series.objects.get(kind="Thesis defence").announce_days == 14
    assert list(Room.objects.filter(is_exclusive=False).values_list("name", flat=True)) == ["Atrium"]
    assert [room.former_name() for room in Room.objects.all() if room.former_name()] == ["Room 307"]
    assert set(Break.objects.values_list("reason", flat=True)) >= {"Thanksgiving", "Winter break"}


def test_the_example_has_two_past_years_and_the_coming_term(loaded, now):
    starts = list(loaded.soonest_first().values_list("starts_at", flat=True))

    assert timedelta(weeks=100) < now - starts[0] < timedelta(weeks=105)
    assert timedelta(weeks=14) < starts[-1] - now < timedelta(weeks=18)
    assert max(later - earlier for earlier, later in pairwise(starts)) < timedelta(weeks=12)


def test_people_attend_in_every_way(loaded):
    assert {talk.mode for talk in loaded} >= {Mode.ONLINE, Mode.HYBRID}


def test_every_row_is_valid(loaded):
    for model in (Department, Series, Room, Speaker, Topic, Break, Talk, Appearance, JointTalk):
        for row in model.objects.all()[:60]:
            row.full_clean()


def test_no_two_talks_hold_one_room(loaded):
    assert not Talk.objects.in_conflict().exists()
    if connection.vendor == "postgresql":
        connection.check_constraints()


def test_no_series_meets_on_a_break(loaded):
    for pause in Break.objects.select_related("series"):
        span = times.Span(times.start_of(pause.first_on), times.start_of(pause.last_on + timedelta(days=1)))
        talks = loaded.starting_in(span)

        assert not (talks.in_series(pause.series) if pause.series else talks).exists()


def test_rows_are_as_the_actions_would_write_them(loaded):
    for talk in loaded:
        assert talk.room_is_exclusive == bool(talk.room and talk.room.is_exclusive)
        assert bool(talk.published_at) == talk.is_public
        assert (talk.entry_digest, talk.changed_at >= talk.created_at) == (facts_of(talk).digest, True)
        assert all(person.affiliation == person.speaker.affiliation for person in talk.appearances.all())
    assert stamping.stamp(Talk.objects.all()) == 0


def test_the_times_of_each_row_are_in_order(loaded, now):
    for talk in loaded.public():
        assert talk.created_at < talk.published_at <= talk.changed_at < now
        assert talk.published_at < talk.starts_at
        assert talk.changed_at.microsecond == 0


def test_saving_a_talk_of_the_example_again_changes_nothing(loaded):
    for talk in loaded.public()[:40]:
        before = (talk.sequence, talk.changed_at, talk.moved_at, talk.moved_online_at)

        talk_changes.save(talk)

        talk.refresh_from_db()
        assert (talk.sequence, talk.changed_at, talk.moved_at, talk.moved_online_at) == before


def test_portraits_are_small_pictures(loaded):
    photos = list(Photo.objects.all())

    assert len(photos) > 50
    for photo in photos:
        picture = Image.open(BytesIO(bytes(photo.content)))
        assert picture.format == "WEBP"
        assert picture.size == (photo.width, photo.height)
        assert max(picture.size) <= 512
        assert len(photo.content) < 20_000
    assert Speaker.objects.filter(photo=None).exists()
