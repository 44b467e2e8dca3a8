"""Every committed change of public data makes an edition, and nothing else does."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from seminars.actions import stamping, talk_changes
from seminars.models import (
    Appearance,
    Break,
    Department,
    Edition,
    FormerAddress,
    JointTalk,
    Photo,
    PublicModel,
    PublicQuerySet,
    Room,
    SeriesOrganiser,
    SeriesTopic,
    Speaker,
    Talk,
    TalkTopic,
    Topic,
    User,
    publishing,
)
from seminars.models.edition import rolled_back, taking_turns
from tests.factories import (
    in_new_york,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db


def number():
    return Edition.objects.current()[0]


def made_at():
    return Edition.objects.current()[1]


@pytest.fixture
def talk():
    return make_talk(speakers=["Ada Lovelace"], topics=[make_topic(name="Engines")], room=make_room())


CHANGES = {
    "saves a talk": lambda talk: talk.save(),
    "deletes a talk": lambda talk: talk.delete(),
    "deletes talks": lambda talk: Talk.objects.filter(pk=talk.pk).delete(),
    "updates talks": lambda talk: Talk.objects.filter(pk=talk.pk).update(title="On looms"),
    "updates talks in bulk": lambda talk: Talk.objects.bulk_update([talk], ["title"]),
    "creates topics in bulk": lambda talk: Topic.objects.bulk_create([Topic(name="Looms", slug="looms")]),
    "creates a room": lambda talk: make_room(),
    "gets or creates a topic": lambda talk: Topic.objects.get_or_create(name="Looms"),
    "updates or creates an address": lambda talk: FormerAddress.objects.remember("/old/", talk),
    "saves a speaker": lambda talk: talk.people.first().save(),
    "changes an appearance": lambda talk: Appearance.objects.update(affiliation="London"),
    "removes an appearance": lambda talk: talk.appearances.first().delete(),
    "adds a topic": lambda talk: talk.topics.add(make_topic()),
    "removes a topic": lambda talk: talk.topics.remove(talk.topics.first()),
    "clears topics": lambda talk: talk.topics.clear(),
    "sets topics": lambda talk: talk.topics.set([make_topic()]),
    "sets the other series": lambda talk: talk.also_in.set([make_series()]),
    "adds the talk to another series": lambda talk: make_series().joint_talks.add(talk),
    "adds the talk to a series as its home": lambda talk: make_series().talks.add(talk),
    "empties a room": lambda talk: talk.room.talks.clear(),
    "adds a default topic": lambda talk: talk.series.default_topics.add(talk.topics.first()),
    "adds a break": lambda talk: Break.objects.create(first_on="2025-11-27", last_on="2025-11-28", reason="Snow"),
    "renames the department": lambda talk: Department.objects.create(pk=1, name="Mathematics"),
    "adds a photo": lambda talk: Photo.objects.create(digest="0" * 64, content=b"", width=1, height=1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_way_to_write_makes_an_edition(talk, change):
    before = number()

    change(talk)

    assert number() > before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_way_to_write_locks_the_row_of_the_edition_first(talk, change):
    with CaptureQueriesContext(connection) as queries:
        change(talk)

    writes = [query["sql"] for query in queries if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert 'UPDATE "seminars_edition"' in writes[0]


def test_every_public_row_is_read_and_written_through_an_edition_making_queryset():
    public = [model for model in apps.get_app_config("seminars").get_models() if issubclass(model, PublicModel)]

    assert len(public) == 13
    for model in public:
        assert isinstance(model._base_manager.all(), PublicQuerySet), model
        assert isinstance(model._default_manager.all(), PublicQuerySet), model


@pytest.mark.parametrize("through", [Appearance, JointTalk, TalkTopic, SeriesTopic])
def test_rows_between_public_rows_are_public(through):
    assert issubclass(through, PublicModel)


def test_a_change_of_accounts_makes_no_edition():
    series, member = make_series(), make_member()
    before = number()

    member.save()
    User.objects.filter(pk=member.pk).update(first_name="Grace")
    make_organiser(series)
    series.organisers.add(member)
    SeriesOrganiser.objects.all().delete()
    member.delete()

    assert number() == before


def test_a_rolled_back_change_makes_no_edition(talk):
    before = Edition.objects.current()

    with transaction.atomic():
        make_room()
        transaction.set_rollback(True)

    assert Edition.objects.current() == before


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_edition_is_forgotten():
    make_room()
    with CaptureQueriesContext(connection) as usual, publishing():
        pass
    with publishing():
        transaction.set_rollback(True)

    with CaptureQueriesContext(connection) as afterwards, publishing():
        pass

    assert len(afterwards) == len(usual)


def test_a_refused_change_makes_no_edition(talk):
    before = number()
    rival = Talk(series=talk.series, room=talk.room, starts_at=talk.starts_at, ends_at=talk.ends_at)

    with pytest.raises(ValidationError, match="is taken by"):
        talk_changes.save(rival)

    assert number() == before


def test_the_time_of_an_edition_never_goes_back(talk):
    later = in_new_york(2999, 1, 1)
    Edition.objects.update(made_at=later)

    talk.save()

    assert Edition.objects.current()[1] == later


@pytest.mark.django_db(transaction=True)
def test_each_edition_has_its_own_second_even_in_quick_succession():
    room = make_room()
    with time_machine.travel(in_new_york(2099, 3, 2, 12, 0), tick=False) as clock:
        seconds = []
        for _ in range(8):
            clock.shift(timedelta(milliseconds=300))
            room.save()
            seconds.append(int(made_at().timestamp()))
        clock.shift(timedelta(seconds=10))
        room.save()
        caught_up = made_at() == timezone.now()

    assert seconds == list(range(seconds[0], seconds[0] + 8))
    assert caught_up


@pytest.mark.django_db(transaction=True)
def test_many_quick_editions_are_hardly_ahead_of_the_clock():
    room = make_room()
    with time_machine.travel(in_new_york(2099, 3, 2, 12, 0), tick=False):
        for _ in range(20):
            room.save()
        ahead = made_at() - timezone.now()

    assert ahead == timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_one_transaction_uses_one_second_and_a_rolled_back_one_uses_none():
    room = make_room()
    with time_machine.travel(in_new_york(2099, 3, 2, 12, 0), tick=False):
        room.save()
        before = made_at()
        with transaction.atomic():
            for _ in range(20):
                room.save()
            with publishing():
                room.save()
                make_room()
        after = made_at()
        with rolled_back():
            room.save()
        room.save()

    assert after - before == timedelta(seconds=1)
    assert made_at() - after == timedelta(seconds=1)


def test_there_is_no_edition_before_the_first_change():
    assert Edition.objects.current() == (0, None)


def test_the_first_change_makes_the_first_edition():
    with publishing():
        pass

    assert number() > 0


def test_a_number_that_a_backup_forgot_never_comes_again(talk):
    with time_machine.travel(in_new_york(2099, 3, 2, 12, 0), tick=False) as clock:
        talk.save()
        backup = number()
        clock.shift(timedelta(seconds=1))
        talk.save()
        lost = number()
        Edition.objects.update(number=backup)
        clock.shift(timedelta(seconds=1))

        talk.save()

    assert backup < lost < number()


def test_numbers_still_increase_if_the_clock_goes_back(talk):
    with time_machine.travel(in_new_york(2099, 3, 2, 12, 0), tick=False) as clock:
        talk.save()
        before = number()
        clock.shift(timedelta(hours=-1))
        talk.save()

    assert number() == before + 1


def test_reading_makes_no_edition(talk):
    before = number()

    list(Talk.objects.public().upcoming().for_pages())
    Speaker.objects.filter(pk=0).exists()

    assert number() == before


def test_looking_for_missing_stamps_alters_no_talk(talk):
    make_draft()

    assert stamping.stamp(Talk.objects.all()) == 0


def test_a_speaker_saved_within_a_transaction_appears_with_its_edition():
    with transaction.atomic():
        speaker = make_speaker()
        within = number()

    assert Speaker.objects.get() == speaker
    assert number() == within


@pytest.mark.django_db(transaction=True)  # else the turn is part of the transaction of the test
def test_the_first_write_of_a_turn_does_not_read_the_edition_again():
    room = make_room()

    with CaptureQueriesContext(connection) as captured, taking_turns():
        Room.objects.filter(pk=room.pk).update(name="Room 307")

    reading = [query["sql"] for query in captured if query["sql"].startswith("SELECT") and "_edition" in query["sql"]]
    assert len(reading) == 1


@pytest.mark.django_db(transaction=True)
def test_each_write_of_a_turn_makes_a_later_edition_though_one_between_them_was_undone():
    room = make_room()
    Edition.objects.update(number=10**15)  # as after a backup from a machine whose clock was ahead

    numbers = []
    with taking_turns():
        for name, is_undone in [("Room 1", False), ("Room 2", True), ("Room 3", False)]:
            with transaction.atomic():
                Room.objects.filter(pk=room.pk).update(name=name)
                numbers.append(Edition.objects.number())
                transaction.set_rollback(is_undone)

    assert (Edition.objects.number(), Room.objects.get().name) == (10**15 + 2, "Room 3")
    assert numbers[0] < numbers[-1]
