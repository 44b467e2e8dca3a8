"""A change of a room, person, series or topic stamps each public talk that prints it, and no other."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.actions import lifecycle, shared_rows, stamping, talk_changes
from seminars.formats.ics_facts import facts_of
from seminars.models import Appearance, Role, Talk
from tests.factories import (
    in_new_york,
    make_draft,
    make_series,
    make_speaker,
    make_talk,
)
from tests.stamps import raised, stamps

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)


def renamed(thing):
    thing.name = f"{thing.name} the Second"
    return thing


THINGS = {
    "room": lambda talk: renamed(talk.room),
    "speaker": lambda talk: renamed(talk.people.get()),
    "topic": lambda talk: renamed(talk.topics.get()),
}


@pytest.mark.parametrize("thing_of", THINGS.values(), ids=THINGS.keys())
def test_a_new_name_stamps_each_public_talk_that_prints_it_and_no_other(talk, other_talk, thing_of):
    before, others = stamps(talk), stamps(other_talk)

    shared_rows.save(thing_of(talk))

    assert raised(talk, before) == 1
    assert stamps(other_talk) == others


@pytest.mark.parametrize("thing_of", THINGS.values(), ids=THINGS.keys())
def test_a_new_name_makes_a_draft_later_but_no_version_more(talk, other_talk, thing_of):
    draft = make_draft(speakers=talk.people.all(), topics=talk.topics.all(), room=talk.room)
    before = stamps(draft)

    shared_rows.save(thing_of(talk))

    after = stamps(draft)
    assert (after[0], after[1] > before[1], after[2] != before[2]) == (0, True, True)


@pytest.mark.parametrize("thing_of", THINGS.values(), ids=THINGS.keys())
def test_saving_a_thing_as_it_is_stamps_nothing(talk, thing_of):
    thing = thing_of(talk)
    thing.refresh_from_db()
    before = stamps(talk)

    shared_rows.save(thing)

    assert stamps(talk) == before


def test_a_new_short_name_stamps_joint_talks_too(talk, other_talk):
    joined = make_series(short_name="JOIN")
    other_talk.also_in.add(joined)
    stamping.stamp([other_talk])
    home = make_talk(series=joined)
    before = {one: stamps(one) for one in (home, other_talk, talk)}
    joined.short_name = "SAFE"

    shared_rows.save(joined)

    assert [raised(one, before[one]) for one in (home, other_talk, talk)] == [1, 1, 0]


@pytest.mark.parametrize("is_home", [True, False])
def test_a_series_that_is_listed_no_longer_goes_from_its_joint_talks_and_stays_with_its_own(talk, is_home):
    hidden, listed = make_series(short_name="HID"), make_series(short_name="LIST")
    joint = make_talk(series=hidden if is_home else listed)
    joint.also_in.add(listed if is_home else hidden)
    alone = make_talk(series=hidden)
    stamping.stamp([joint])
    before = {one: stamps(one) for one in (joint, alone, talk)}
    hidden.is_listed = False

    shared_rows.save(hidden)

    # The talk that is no longer in a listed series gets another address.
    assert [raised(one, before[one]) for one in (joint, alone, talk)] == [1, 1, 0]
    assert facts_of(Talk.objects.get(pk=joint.pk)).series == ("LIST",)


def test_the_contact_of_the_home_series_is_printed(talk):
    before = stamps(talk)
    talk.series.contact_email = "office@example.org"

    shared_rows.save(talk.series)

    assert raised(talk, before) == 1


def test_a_new_colour_stamps_nothing(talk):
    before = stamps(talk)
    talk.series.colour = "#aa0000"

    shared_rows.save(talk.series)

    assert stamps(talk) == before


def test_a_new_affiliation_leaves_past_talks_as_they_were(talk, ada):
    before = stamps(talk)
    ada.affiliation = "Cambridge"

    shared_rows.save(ada)

    assert stamps(talk) == before
    assert talk.appearances.get().affiliation == "London"


@pytest.mark.parametrize("role", Role.values)
def test_a_new_name_is_printed_whatever_the_role(talk, role):
    person = make_speaker(name="Grace Hopper")
    Appearance.objects.create(talk=talk, speaker=person, role=role)
    stamping.stamp([talk])
    before = stamps(talk)

    shared_rows.save(renamed(person))

    assert raised(talk, before) == 1


def test_coordinates_are_printed(talk):
    before = stamps(talk)
    talk.room.latitude, talk.room.longitude = Decimal("39.952500"), Decimal("-75.191000")

    shared_rows.save(talk.room)

    assert raised(talk, before) == 1


def test_access_notes_are_not_printed(talk):
    before = stamps(talk)
    talk.room.access_notes = "Step-free."

    shared_rows.save(talk.room)

    assert stamps(talk) == before


def test_stamping_many_talks_needs_no_more_queries(talk):
    def queries_for(count):
        for _ in range(count):
            make_talk(room=talk.room, shares_room=True, speakers=talk.people.all(), topics=talk.topics.all())
        Talk.objects.update(abstract=f"{count}")
        with CaptureQueriesContext(connection) as queries:
            assert stamping.stamp(Talk.objects.all()) == Talk.objects.count()
        return len(queries)

    assert queries_for(1) == queries_for(20)


def test_somebody_who_read_the_talk_before_others_changed_it_undoes_no_stamp(talk):
    stale = Talk.objects.get()
    lifecycle.move(talk, starts_at=NOON + timedelta(days=1), by=None)
    lifecycle.cancel(talk, reason="Snow", by=None)
    before = stamps(talk)
    stale.title = "On looms"

    talk_changes.save(stale)

    assert raised(talk, before) == 1


def test_somebody_who_read_the_draft_before_it_was_announced_keeps_it_published():
    draft = make_draft()
    stale = Talk.objects.get()
    announced = lifecycle.announce(draft, by=None)

    talk_changes.save(stale)

    assert Talk.objects.get().published_at == announced.published_at


def test_the_sort_name_follows_a_new_name_unless_somebody_chose_it():
    ada, grace = make_speaker(name="Ada Byron"), make_speaker(name="Grace Murray", sort_name="Murray Hopper, Grace")
    ada.name, grace.name = "Ada Lovelace", "Grace Hopper"

    for speaker in (ada, grace):
        shared_rows.save(speaker)

    assert (ada.sort_name, grace.sort_name) == ("Lovelace, Ada", "Murray Hopper, Grace")
