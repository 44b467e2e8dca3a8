"""New time zone rules put two talks into one room: both stay, the desk says so, and older rules undo it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from seminars.actions import lifecycle, talk_changes, zone_changes
from seminars.models import Talk
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_draft, make_room, make_talk
from tests.zones import WINNIPEG, new_data, noon, old_data

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
FIVE_PM = datetime(2026, 12, 15, 17, tzinfo=UTC)  # noon in Winnipeg by the new rules, 11 am by the old ones


@pytest.fixture(autouse=True)
def _winnipeg(clock, settings):
    settings.TIME_ZONE = WINNIPEG


@pytest.fixture
def room():
    return make_room(name="Room 12")


@pytest.fixture
def clashing(room):
    """A talk at noon in Winnipeg and one at 17:00 in UTC, which by the new rules are at the same time."""
    with old_data():
        moved = make_talk(title="Looms", room=room, starts_at=noon((2026, 12, 15)))
        there = make_talk(title="Engines", room=room, zone="UTC", starts_at=FIVE_PM)
        zone_changes.follow_present_rules()
    with new_data():
        zone_changes.follow_newer_rules()
        yield Talk.objects.get(pk=moved.pk), Talk.objects.get(pk=there.pk)


def noted():
    """The talks with the note; PostgreSQL checks that no others clash."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
    return set(Talk.objects.filter(clashes_by_rules=True))


def sharing():
    return set(Talk.objects.filter(shares_room=True))


def test_talks_that_clash_by_new_rules_are_noted_and_share_nothing_on_purpose(clashing):
    assert (noted(), sharing()) == ({*clashing}, set())


def test_what_the_rules_did_is_undone_with_the_rules_forward_and_back(clashing):
    notes = [noted()]
    for data in (old_data, new_data, old_data):
        with data():
            zone_changes.follow_present_rules()
            notes.append(noted())

    assert notes == [{*clashing}, set(), {*clashing}, set()]
    assert sharing() == set()


def test_what_an_organiser_chose_stays_when_the_rules_go_back(clashing):
    moved, _there = clashing
    moved.shares_room = True
    talk_changes.save(moved)
    chosen = noted(), sharing()
    with old_data():
        zone_changes.follow_present_rules()

    assert chosen == (set(), {moved})
    assert (noted(), sharing()) == (set(), {moved})


def test_either_can_be_edited_while_they_clash(clashing):
    for talk in clashing:
        talk.title = f"{talk.title}, revised"
        talk_changes.save(talk)

    assert noted() == {*clashing}


def test_a_third_talk_is_still_refused_the_room(clashing, room):
    with pytest.raises(ValidationError, match="Room 12 is taken by"):
        talk_changes.save(
            Talk(series=clashing[0].series, room=room, starts_at=FIVE_PM, ends_at=FIVE_PM + timedelta(hours=1))
        )


def test_neither_may_be_moved_to_where_a_third_talk_is(clashing, room):
    make_talk(title="Cards", room=room, starts_at=FIVE_PM + timedelta(days=1))

    with pytest.raises(ValidationError, match=r"Room 12 is taken by .*Cards"):
        lifecycle.move(clashing[0], starts_at=FIVE_PM + timedelta(days=1), by=None)


RESOLVED = {
    "one is moved": lambda moved, there: lifecycle.move(moved, starts_at=FIVE_PM + timedelta(hours=3), by=None),
    "the other is moved": lambda moved, there: lifecycle.move(there, starts_at=FIVE_PM + timedelta(hours=3), by=None),
    "one gets another room": lambda moved, there: lifecycle.change_room(moved, room=make_room(), by=None),
    "one is cancelled": lambda moved, there: lifecycle.cancel(moved, by=None),
}


@pytest.mark.parametrize("resolve", RESOLVED.values(), ids=RESOLVED.keys())
def test_an_organiser_who_resolves_it_removes_the_note_from_both(clashing, resolve):
    resolve(*clashing)

    assert (noted(), sharing()) == (set(), set())


def test_the_note_goes_after_a_draft_that_was_in_the_way_is_deleted(clashing, room):
    _moved, there = clashing
    lifecycle.move(there, starts_at=FIVE_PM + timedelta(days=1), by=None)
    with old_data():
        zone_changes.follow_present_rules()
        draft = make_draft(room=room, zone="UTC", starts_at=FIVE_PM)
    zone_changes.follow_newer_rules()
    before = len(noted())

    lifecycle.delete(draft, by=None)
    call_command("housekeeping", verbosity=0)

    assert (before, noted()) == (2, set())


def test_the_desk_lists_both_talks_of_a_clash(clashing):
    client = signed_in(make_administrator())
    front, page, changes = (text_of(client.get(f"/admin/{path}")) for path in ("", "time-zones/", "changes/"))

    assert front.count("Room 12 is taken by “Engines”, 12–1 pm. Choose another room or time.") == 1
    assert front.count("Room 12 is taken by “Looms”, 5–6 pm, UTC. Choose another room or time.") == 1
    assert page.count("Another talk now has the room at the same time.") == 2
    assert "The site, Saturday, 28 November" in changes


def text_of(answer):
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\N{NO-BREAK SPACE}", " ").split()
    )
