"""Organisers type what the clocks show where a talk takes place: in Vancouver, for a department in Winnipeg."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from seminars.actions import lifecycle, planning, rearranging, shared_rows
from seminars.actions.room_availability import rooms_for
from seminars.date_formats import field_clock
from seminars.models import Change, Talk
from tests.admin_forms import address_of, errors_in, form_of, transition_page
from tests.factories import make_draft, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
VANCOUVER = ZoneInfo("America/Vancouver")
TEN = datetime(2026, 12, 15, 10)


@pytest.fixture(autouse=True)
def _winnipeg(clock, settings):
    settings.TIME_ZONE = "America/Winnipeg"


@pytest.fixture
def west():
    return make_series(short_name="WEST", zone="America/Vancouver")


@pytest.fixture
def talk(west):
    return make_talk(series=west, starts_at=TEN.replace(tzinfo=VANCOUVER))


def wall(talk):
    return Talk.objects.get(pk=talk.pk).starts_local


def test_the_form_shows_the_time_there_and_saves_what_was_typed(administrator_client, talk):
    address = address_of(talk)
    typed = form_of(administrator_client, address)
    shown = typed["starts_at_0"], typed["starts_at_1"]
    number = Change.objects.count()

    administrator_client.post(address, typed)
    unchanged = wall(talk), Change.objects.count()
    administrator_client.post(address, typed | {"starts_at_1": "11:30:00", "ends_at_1": "12:30:00"})

    assert shown == ("2026-12-15", "10:00:00")
    assert unchanged == (TEN, number)
    assert wall(talk) == TEN.replace(hour=11, minute=30)
    assert "Vancouver time" in administrator_client.get(address).content.decode()


def test_another_zone_in_the_form_keeps_what_was_typed(administrator_client, talk):
    address = address_of(talk)

    administrator_client.post(address, form_of(administrator_client, address) | {"zone": "europe/berlin"})

    saved = Talk.objects.get()
    assert (saved.zone, saved.starts_local) == ("Europe/Berlin", TEN)
    assert saved.starts_at == TEN.replace(tzinfo=ZoneInfo("Europe/Berlin"))


def test_an_unknown_zone_comes_back_with_the_nearest(administrator_client, talk):
    address = address_of(talk)

    answer = administrator_client.post(address, form_of(administrator_client, address) | {"zone": "Berlin"})

    assert errors_in(answer)[-1] == "“Berlin” is not the name of a time zone. Did you mean Europe/Berlin?"
    assert 'value="Berlin"' in answer.content.decode()


def test_a_new_talk_begins_at_the_usual_time_there(administrator_client, west):
    west.default_weekday, west.default_start = 1, time(10)
    west.save()
    address = f"/admin/seminars/talk/add/?series={west.pk}"
    typed = form_of(administrator_client, address)

    administrator_client.post(address, typed | {"title": "Looms"})

    assert typed["starts_at_1"] == "10:00:00"
    assert Talk.objects.get().starts_local.time() == time(10)


def test_a_move_takes_the_time_there(administrator_client, talk):
    page = transition_page("move", talk)
    typed = form_of(administrator_client, page)

    administrator_client.post(page, typed | {"day": "2026-12-16", "start": "09:00"})

    assert typed["start"] == "10:00"
    assert wall(talk) == datetime(2026, 12, 16, 9)


def test_the_schedule_shows_and_takes_the_time_there(administrator_client, talk, west):
    page = f"/admin/schedule/?series={west.pk}"
    typed = form_of(administrator_client, page)

    administrator_client.post(page, typed | {f"talk-{talk.pk}-start": "11:00"})

    assert typed[f"talk-{talk.pk}-start"] == "10:00"
    assert wall(talk) == TEN.replace(hour=11)


def test_a_term_is_planned_by_the_clocks_there(west):
    plan = planning.Plan(west, date(2026, 12, 1), date(2026, 12, 7), frozenset({1}), (time(10),), 60)

    [draft] = planning.make(plan, keep={slot.key for slot in planning.slots_of(plan)}, by=None)

    assert wall(draft) == datetime(2026, 12, 1, 10)


def test_talks_that_change_places_take_the_room_and_the_moment(talk):
    home = make_draft(starts_at=datetime(2026, 12, 16, 17, tzinfo=UTC), room=make_room(), series=talk.series)

    rearranging.swap(talk, home, by=None)

    assert Talk.objects.get(pk=talk.pk).starts_at == home.starts_at
    assert wall(talk) == datetime(2026, 12, 16, 10)


def test_a_zone_and_a_time_that_are_corrected_together_are_both_taken(administrator_client):
    talk = make_talk(starts_at=datetime(2026, 12, 15, 17, tzinfo=UTC))
    address = address_of(talk)
    typed = form_of(administrator_client, address) | {"zone": "America/Vancouver"}

    administrator_client.post(address, typed | {"starts_at_1": "10:00:00", "ends_at_1": "11:00:00"})

    assert wall(talk) == TEN
    assert Talk.objects.get().starts_at == datetime(2026, 12, 15, 17, tzinfo=UTC)


def test_a_room_in_another_zone_is_taken_at_the_time_there(west):
    room = make_room(zone="America/Vancouver")
    there = datetime(2026, 12, 15, 12, tzinfo=VANCOUVER)
    make_talk(series=west, room=room, starts_at=there, title="First")
    talk = make_talk(starts_at=datetime(2026, 12, 15, 17, tzinfo=UTC))  # noon at home

    [offer] = [one for one in rooms_for(talk) if one.room == room]
    with pytest.raises(ValidationError, match="taken by"):
        lifecycle.change_room(talk, room=room, by=None)

    assert offer.taken == f"taken by WEST: First, {field_clock(there)} to {field_clock(there + timedelta(hours=1))}"


def test_the_schedule_keeps_the_time_of_a_talk_that_gets_a_room_in_another_zone(administrator_client, west):
    room, talk = make_room(zone="Europe/Berlin"), make_talk(series=west, starts_at=TEN.replace(tzinfo=VANCOUVER))
    page = f"/admin/schedule/?series={west.pk}"

    administrator_client.post(page, form_of(administrator_client, page) | {f"talk-{talk.pk}-room": str(room.pk)})

    assert (wall(talk), Talk.objects.get().local_zone) == (TEN, "Europe/Berlin")


def test_talks_in_tokyo_are_shifted_by_a_week_of_their_own():
    series = make_series(zone="Asia/Tokyo")
    start = datetime(2027, 7, 14, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    talk = make_talk(series=series, starts_at=start)

    rearranging.shift(talk, by=None)

    assert wall(talk) == datetime(2027, 7, 21, 9)


def test_a_date_to_leave_out_is_one_there():
    series = make_series(zone="Asia/Tokyo")
    day = date(2027, 7, 14)
    plan = planning.Plan(series, day, day, frozenset({2}), (time(9),), 60, skipped=frozenset({day}))

    assert [slot.is_free for slot in planning.slots_of(plan)] == [False]


def test_a_second_pass_of_a_repeated_hour_stays_one(administrator_client):
    talk = make_talk(zone="America/Chicago", starts_at=datetime(2027, 11, 7, 7, 30, tzinfo=UTC))
    address = address_of(talk)

    administrator_client.post(address, form_of(administrator_client, address) | {"title": "Looms"})

    saved = Talk.objects.get()
    assert (saved.title, saved.starts_at) == ("Looms", datetime(2027, 11, 7, 7, 30, tzinfo=UTC))


def test_the_department_s_own_zone_changes_nothing(west):
    talk = make_talk(room=make_room(), starts_at=datetime(2026, 12, 15, 17, tzinfo=UTC))
    talk.room.zone = "America/Winnipeg"

    shared_rows.save(talk.room)

    saved = Talk.objects.get()
    assert (saved.local_zone, saved.sequence) == ("", 0)
