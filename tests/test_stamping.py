"""SEQUENCE and LAST-MODIFIED rise once for a change that a calendar entry prints, and never otherwise."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from seminars.actions import lifecycle, stamping, talk_changes
from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import Appearance, Role, Talk
from tests.factories import (
    in_new_york,
    make_draft,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.stamps import raised, stamps

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)


# --- a talk's own facts ---

CHANGES = {
    "title": "On looms",
    "abstract": "On looms.",
    "ends_at": NOON + timedelta(minutes=75),
    "join_url": "https://meet.example.org/1",
    "programme": "Coffee 15:30",
    "notice": "Bring a pencil",
    "state": "tentative",
    "room": None,
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_fact_raises_the_sequence_by_one(talk, field):
    before = stamps(talk)
    setattr(talk, field, CHANGES[field])

    talk_changes.save(talk)

    assert raised(talk, before) == 1


@pytest.mark.parametrize(
    ("field", "value"), [("notes", "Call her"), ("slides_url", "https://a.example/s"), ("kind", "Tea")]
)
def test_a_value_that_no_entry_prints_raises_nothing(talk, field, value):
    before = stamps(talk)
    setattr(talk, field, value)

    talk_changes.save(talk)

    assert stamps(talk) == before


SPACED = {
    "title": " On engines ",
    "abstract": "\r\nOn engines.\r\n\r\nAnd looms.\n",
    "notice": " Tea\u00a0 ",
    "programme": "Tea ",
}


@pytest.mark.parametrize("field", SPACED)
def test_spaces_that_no_entry_prints_raise_nothing_when_a_form_takes_them_away(talk, field):
    setattr(talk, field, SPACED[field])
    talk_changes.save(talk)
    before, shown = stamps(talk), ics_entry.description(facts_of(talk)) + ics_entry.summary(facts_of(talk))

    setattr(talk, field, SPACED[field].strip().replace("\r\n", "\n"))
    talk_changes.save(talk)

    assert ics_entry.description(facts_of(talk)) + ics_entry.summary(facts_of(talk)) == shown
    assert stamps(talk) == before


def test_a_save_without_a_change_changes_nothing(talk):
    before = stamps(talk)

    talk_changes.save(Talk.objects.get())
    talk_changes.save(talk)

    assert stamps(talk) == before


def test_a_changed_link_that_entries_do_not_show_raises_nothing():
    talk = make_talk(join_access="members", join_url="https://meet.example.org/1", passcode="1")
    before = stamps(talk)
    talk.join_url, talk.passcode = "https://meet.example.org/2", "2"

    talk_changes.save(talk)

    assert stamps(talk) == before


def test_time_written_in_another_zone_is_no_change(talk):
    before = stamps(talk)
    talk.starts_at = in_new_york(2035, 11, 7, 12)

    talk_changes.save(talk)

    assert stamps(talk) == before


def test_each_change_raises_once_and_a_change_back_as_well(talk):
    first = stamps(talk)

    for title in ("On looms", "On engines", "On looms"):
        before = stamps(talk)
        talk.title = title
        talk_changes.save(talk)
        assert raised(talk, before) == 1

    assert stamps(talk)[0] == first[0] + 3


def test_actions_within_one_second_have_different_stamps(talk):
    with time_machine.travel("2025-11-05T12:00:00.9Z", tick=False):
        moments = [lifecycle.cancel(talk, by=None).changed_at, lifecycle.reinstate(talk, by=None).changed_at]

    assert moments == sorted(set(moments))
    assert {moment.microsecond for moment in moments} == {0}


def test_stamps_never_go_back_when_the_clock_does(talk):
    Talk.objects.update(changed_at=in_new_york(2050, 1, 1))
    talk.title = "On looms"

    talk_changes.save(talk)

    assert stamps(talk)[1] == in_new_york(2050, 1, 1) + timedelta(seconds=1)


def test_an_entry_is_never_changed_before_it_was_created():
    created_at = in_new_york(2049, 1, 1)
    talk = make_talk(created_at=created_at)

    assert stamps(talk)[1] > created_at


def test_the_first_stamp_keeps_the_sequence_of_an_imported_talk():
    assert stamps(make_talk(sequence=4))[0] == 4


# --- who is stamped ---


def test_a_draft_that_changes_is_stamped_later_but_its_sequence_stays():
    draft = make_draft()
    before = stamps(draft)
    draft.title = "On looms"

    talk_changes.save(draft)

    after = stamps(draft)
    assert (after[0], after[1] > before[1], after[2] != before[2]) == (0, True, True)


def test_a_draft_that_is_saved_without_a_change_is_not_stamped():
    draft = make_draft()
    before = stamps(draft)
    draft.notes = "Ask her about slides"

    talk_changes.save(draft)

    assert stamps(draft) == before


def test_the_sequence_begins_to_count_when_a_talk_is_announced():
    draft = make_draft()
    for title in ("On looms", "On engines"):
        draft.title = title
        talk_changes.save(draft)

    announced = stamps(lifecycle.announce(draft, by=None))
    draft.title = "On looms"
    talk_changes.save(draft)

    assert (announced[0], raised(draft, announced)) == (0, 1)


def test_a_talk_that_was_withdrawn_is_stamped_on(talk):
    before = stamps(talk)

    lifecycle.withdraw(talk, by=None)
    lifecycle.announce(talk, by=None)

    assert stamps(talk)[0] == before[0] + 2


def test_the_callers_own_talk_gets_the_stamps(talk):
    talk.title = "On looms"

    talk_changes.save(talk)

    assert (talk.sequence, talk.changed_at, talk.entry_digest) == stamps(talk)


def test_talks_from_a_generator_get_their_stamps_too(talk):
    Talk.objects.update(title="On looms")

    stamping.stamp(one for one in [talk])

    assert (talk.sequence, talk.changed_at, talk.entry_digest) == stamps(talk)


# --- people, series and topics of a talk ---


def test_a_speaker_who_is_added_raises_it_once(talk):
    before = stamps(talk)
    Appearance.objects.create(talk=talk, speaker=make_speaker(), order=1)
    Appearance.objects.create(talk=talk, speaker=make_speaker(), order=2, role=Role.MODERATOR)

    stamping.stamp([talk])

    assert raised(talk, before) == 1


def test_speakers_who_change_places_raise_it(talk):
    second = Appearance.objects.create(talk=talk, speaker=make_speaker(), order=1)
    stamping.stamp([talk])
    before = stamps(talk)

    Appearance.objects.filter(pk=second.pk).update(order=0)
    Appearance.objects.exclude(pk=second.pk).update(order=1)
    stamping.stamp([talk])

    assert raised(talk, before) == 1


def test_a_second_series_raises_it(talk):
    before = stamps(talk)
    talk.also_in.add(make_series())

    stamping.stamp([talk])

    assert raised(talk, before) == 1


def test_a_topic_raises_it(talk):
    before = stamps(talk)
    talk.topics.add(make_topic())

    stamping.stamp([talk])

    assert raised(talk, before) == 1


# --- the command ---


def stamp():
    said = StringIO()
    call_command("stamp", stdout=said)
    return said.getvalue()


def test_the_command_repairs_what_a_raw_update_left(talk, other_talk):
    before, others = stamps(talk), stamps(other_talk)
    Talk.objects.filter(pk=talk.pk).update(title="On looms")

    assert stamp() == "1 talk was stamped.\n"

    assert raised(talk, before) == 1
    assert stamps(other_talk) == others
    assert stamp() == "No talk needed a stamp.\n"


def test_the_command_counts(talk, other_talk):
    Talk.objects.update(abstract="On looms")

    assert stamp() == "2 talks were stamped.\n"
