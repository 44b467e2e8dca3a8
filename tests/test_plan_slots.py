"""Plan a term: what a date has already, rooms that are free instead, and ticks that stay."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.actions import planning
from seminars.actions.slots import SlotStatus
from seminars.models import State, Talk
from tests.admin_forms import errors_in, fields_of, signed_in
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_talk
from tests.plans import address, made, make_series_on_wednesdays, plan_of, ticked_in, ticks_of, wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return make_series_on_wednesdays()


def test_a_talk_of_the_series_that_day_is_shown_with_a_link_and_not_ticked(series):
    same = make_draft(series=series, title="Same hour", starts_at=in_new_york(2030, 10, 2, 12))
    later = make_talk(series=series, title="Later", starts_at=in_new_york(2030, 10, 9, 15))
    off = make_talk(series=series, title="Off", state=State.CANCELLED, starts_at=in_new_york(2030, 10, 16, 12))
    make_talk(title="Another series", room=make_room(), starts_at=in_new_york(2030, 10, 23, 12))
    client = signed_in(make_organiser(series))

    shown = client.post(address(), wishes(series))

    found = [(row.slot.verdict, row.is_ticked, row.slot.is_offered) for row in shown.context["rows"][:4]]
    assert found == [
        (SlotStatus.PLANNED, False, False),
        (SlotStatus.THAT_DAY, False, True),
        (SlotStatus.THAT_DAY, False, True),
        (SlotStatus.FREE, True, True),
    ]
    for talk in (same, later, off):
        assert f'href="{reverse("admin:seminars_talk_change", args=[talk.pk])}"' in shown.text


def test_a_second_talk_of_a_day_is_planned_only_if_its_date_is_ticked(series):
    make_talk(series=series, starts_at=in_new_york(2030, 10, 9, 15))
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))

    sent = wishes(series) | ticks_of(shown, "2030-10-09T12:00") | {"_save": "1"}
    client.post(address(), sent)
    client.post(address(), sent)

    assert Talk.objects.on_day(date(2030, 10, 9)).count() == 2


def test_a_talk_of_the_series_that_overlaps_is_already_there_and_no_second_one_is_offered(series):
    make_draft(series=series, room=series.default_room, starts_at=in_new_york(2030, 10, 2, 12, 15))

    slot = planning.slots_of(plan_of(series))[0]

    assert (slot.verdict, slot.is_offered, slot.rooms) == (SlotStatus.THAT_DAY, False, ())


def test_a_talk_added_that_day_since_the_preview_is_shown_first(series):
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))
    make_draft(series=series, starts_at=in_new_york(2030, 10, 9, 15))

    response = client.post(address(), wishes(series) | ticks_of(shown, "2030-10-02T12:00") | {"_save": "1"})

    assert "Check its dates again." in response.text
    assert ticked_in(response) == ["2030-10-02T12:00"]
    assert Talk.objects.count() == 1


def test_a_date_whose_room_is_taken_offers_the_rooms_that_are_free_then(series):
    free, small, busy = make_room(name="Free"), make_room(name="Small", capacity=5), make_room(name="Busy")
    series.default_room.capacity = 40
    series.default_room.save()
    for room in (series.default_room, busy):
        make_talk(room=room, starts_at=in_new_york(2030, 10, 9, 12))
    client = signed_in(make_organiser(series))

    shown = client.post(address(), wishes(series))
    assert shown.context["rows"][1].slot.rooms == (free,)
    assert small not in shown.context["rows"][1].slot.rooms
    choice = {"room-2030-10-09T12:00": free.pk, "_save": "1"}
    client.post(address(), wishes(series) | ticks_of(shown, "2030-10-02T12:00") | choice)

    rooms = dict(Talk.objects.in_series(series).values_list("starts_at", "room__name"))
    assert rooms == {in_new_york(2030, 10, 2, 12): "Room 414", in_new_york(2030, 10, 9, 12): "Free"}


def test_another_room_that_was_taken_since_is_refused_and_all_ticks_stay(series):
    free, other = make_room(name="Free"), make_room(name="Other")
    make_talk(room=series.default_room, starts_at=in_new_york(2030, 10, 9, 12))
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))
    make_talk(room=free, title="Quicker", starts_at=in_new_york(2030, 10, 9, 12))

    choice = {"room-2030-10-09T12:00": free.pk, "_save": "1"}
    response = client.post(address(), wishes(series) | ticks_of(shown, "2030-10-16T12:00") | choice)

    assert "Free is taken by “Quicker”" in errors_in(response)[1]
    assert ticked_in(response) == ["2030-10-16T12:00"]
    assert response.context["rows"][1].slot.rooms == (other,)
    assert Talk.objects.in_series(series).count() == 0


@pytest.mark.parametrize("change", [{"starts": "12:30"}, {"starts": "13"}, {"minutes": 45}, {"last_on": "2031-01-08"}])
def test_dates_stay_ticked_and_unticked_when_the_plan_changes(series, change):
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))
    days = {key[:10] for key in ticked_in(shown)} - {"2030-10-09", "2030-12-25"}
    ticks = ticks_of(shown, *(f"{day}T12:00" for day in days))

    again = client.post(address(), wishes(series) | change | ticks)

    more = {"2031-01-08"} if "last_on" in change else set()
    assert {key[:10] for key in ticked_in(again)} == days | more


def test_dates_stay_ticked_through_a_plan_that_is_refused(series):
    client = signed_in(make_organiser(series))
    make_talk(room=series.default_room, starts_at=in_new_york(2030, 10, 9, 12))
    free = make_room()
    shown = client.post(address(), wishes(series))
    sent = ticks_of(shown, "2030-10-16T12:00") | {"room-2030-10-09T12:00": free.pk}

    for refused in ({"last_on": "2030-09-01"}, {"starts": "12:00, 12:30"}):
        response = client.post(address(), wishes(series) | refused | sent)
        kept = fields_of(response)
        assert (kept["slot"], kept["shown"], kept["room-2030-10-09T12:00"]) == (
            "2030-10-16T12:00", sent["shown"], str(free.pk),
        )  # fmt: skip
    again = client.post(address(), wishes(series) | kept | wishes(series))
    assert ticked_in(again) == ["2030-10-16T12:00"]
    assert again.context["rows"][1].room == free


def test_a_year_of_a_talk_each_day_is_planned_in_few_queries(series):
    plan = plan_of(series, last_on=date(2031, 10, 2), weekdays=set(range(7)))

    with CaptureQueriesContext(connection) as queries:
        assert len(made(plan)) == 366
    assert len(queries) <= 60
