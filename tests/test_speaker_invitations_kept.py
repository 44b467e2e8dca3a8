"""What becomes of invitations when talks move or go, and when people are merged."""

import pytest

from seminars.actions import bulk_changes, talk_changes
from seminars.actions.bulk_changes import TalkWrite
from seminars.actions.merging import Merger, merge
from seminars.actions.undoing import restore
from seminars.models import Change, SpeakerInvitation, Talk, recording
from tests.admin_forms import signed_in
from tests.factories import make_draft, make_organiser, make_series
from tests.speaking import invite

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return make_series()


@pytest.fixture
def talk(series):
    return make_draft(series=series)


@pytest.fixture
def organiser(series):
    return make_organiser(series, first_name="Grace", last_name="Hopper")


@pytest.fixture
def client(organiser):
    return signed_in(organiser)


def test_merging_two_people_keeps_one_invitation_for_each_date(talk, series):
    kept = invite(talk).speaker
    gone = invite(talk, "A. Lovelace").speaker
    SpeakerInvitation.objects.create(series=series, speaker=gone)

    merge(Merger(kept, gone), by=None)

    found = SpeakerInvitation.objects.values_list("speaker", "talk")
    assert sorted(found, key=str) == sorted([(kept.pk, talk.pk), (kept.pk, None)], key=str)


@pytest.mark.parametrize(("kept", "gone"), [("idea", "declined"), ("declined", "idea"), ("invited", "declined")])
def test_of_two_merged_people_the_invitation_that_got_furthest_stays(talk, kept, gone):
    first, second = invite(talk, state=kept), invite(talk, "A. Lovelace", state=gone)

    merge(Merger(first.speaker, second.speaker), by=None)

    assert list(SpeakerInvitation.objects.values_list("speaker", "state")) == [(first.speaker.pk, "declined")]


def test_the_invitations_of_a_deleted_draft_are_ideas_without_a_date(client, talk, series):
    one = invite(talk)

    talk.delete()

    one.refresh_from_db()
    assert (one.talk, one.series) == (None, series)


def test_an_invitation_goes_with_its_talk_to_another_series(talk):
    one, other = invite(talk), make_series()
    talk.series = other

    talk_changes.save(talk)
    talk.delete()

    one.refresh_from_db()
    assert (one.talk, one.series) == (None, other)


def test_an_invitation_goes_with_its_talk_when_an_edited_spreadsheet_names_another_series(talk):
    one, before = invite(talk), Talk.objects.for_entries().get(pk=talk.pk)
    changed = bulk_changes.copy_to_change(before)
    changed.series = other = make_series()
    bulk_changes.prepare(changed, before)

    with recording():
        bulk_changes.write([TalkWrite(changed, before)])

    one.refresh_from_db()
    assert one.series == other


def test_an_invitation_comes_back_with_its_talk_when_the_move_is_undone(talk, series, organiser):
    one = invite(talk)
    talk.series = make_series()
    talk_changes.save(talk)

    restore(Change.objects.latest("pk"), by=None)

    one.refresh_from_db()
    assert one.series == series
