"""Organisers type what the clocks show where a talk takes place: in Vancouver, for a department in Winnipeg."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from seminars.actions import accounts, lifecycle, planning, rearranging, shared_rows, talk_changes
from seminars.actions.room_availability import rooms_for
from seminars.models import Break, Change, Talk
from seminars.models.history import copy_to_history
from seminars.selectors.talk_warnings import warnings_of
from tests.admin_forms import address_of, errors_in, form_of, signed_in, transition_page
from tests.factories import make_administrator, make_draft, make_room, make_series, make_talk
from tests.ics_checker import parsed

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

    assert shown == ("2026-12-15", "10:00")
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

    assert typed["starts_at_1"] == "10:00"
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


def test_the_dates_of_a_term_are_shown_by_both_clocks(administrator_client, west):
    asked = {
        "series": west.pk, "first_on": "2026-12-01", "last_on": "2026-12-07", "weekdays": [1], "starts": "10:00",
        "minutes": 60, "room": "", "skipped": "",
    }  # fmt: skip

    page = text_of(administrator_client.post("/admin/plan/", asked))

    assert "Tuesday, 1 December 2026 12–1 pm (10–11 am, Vancouver time) free" in page


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

    assert offer.taken == "taken by WEST: First, 12–1 pm, Vancouver time"


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


@pytest.fixture
def late(west):
    """At 22:30 on Wednesday, 16 December in Vancouver, which is Thursday in Winnipeg."""
    start = datetime(2026, 12, 16, 22, 30, tzinfo=VANCOUVER)
    return make_talk(series=west, room=make_room(name="Room 12", zone="America/Vancouver"), starts_at=start)


def test_a_clash_is_told_by_the_clocks_there(west, late):
    start = datetime(2026, 12, 16, 22, tzinfo=VANCOUVER)

    with pytest.raises(ValidationError) as refused:
        talk_changes.save(Talk(series=west, room=late.room, starts_at=start, ends_at=start + timedelta(hours=1)))

    [sentence] = refused.value.message_dict["room"]
    assert sentence == (
        f"Room 12 is taken by “{late.title}”, 10:30–11:30 pm, Vancouver time. Choose another room or time."
    )


@pytest.mark.parametrize(("day", "is_closed"), [(15, False), (16, True), (17, False)])
def test_a_day_is_closed_by_the_calendar_there(administrator_client, late, day, is_closed):
    asked = {"day": f"2026-12-{day}", "building": "", "action": "cancel", "reason": "Snow"}

    found = administrator_client.post("/admin/closing/", asked)

    assert [one.talk for one, _is_ticked in found.context["rows"]] == [late] * is_closed
    assert ("10:30–11:30 pm, Vancouver time" in text_of(found)) == is_closed


def test_a_day_at_home_is_closed_by_the_calendar_at_home(administrator_client, late):
    thursday = make_talk(starts_at=datetime(2026, 12, 17, 5, tzinfo=UTC))  # midnight in Winnipeg
    asked = {"day": "2026-12-17", "building": "", "action": "cancel", "reason": "Snow"}

    found = administrator_client.post("/admin/closing/", asked)

    assert [one.talk for one, _is_ticked in found.context["rows"]] == [thursday]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_day_is_closed_at_the_ends_of_the_earth(administrator_client, settings, zone):
    settings.TIME_ZONE = {"Pacific/Kiritimati": "Etc/GMT+12"}.get(zone, "Pacific/Kiritimati")
    midnight = datetime(2026, 12, 16, tzinfo=ZoneInfo(zone))
    talks = [make_talk(zone=zone, starts_at=midnight + timedelta(hours=hours)) for hours in (0, 23)]

    found = Talk.objects.on_day(date(2026, 12, 16))

    assert list(found.soonest_first()) == talks


def test_nothing_looks_odd_about_an_evening_there(late):
    assert warnings_of(late) == []


def test_a_break_is_on_a_day_there(administrator_client, late, clock):
    clock.move_to(datetime(2026, 12, 10, 9, tzinfo=UTC))
    Break.objects.create(first_on=date(2026, 12, 17), last_on=date(2026, 12, 17), reason="Thursday off")
    before = text_of(signed_in(make_administrator()).get("/admin/"))
    Break.objects.update(first_on=date(2026, 12, 16), last_on=date(2026, 12, 16))
    after = text_of(signed_in(make_administrator()).get("/admin/"))

    sentence = "During a break (Thursday off): move it"
    assert (sentence in before, sentence in after) == (False, True)


def test_the_schedule_names_the_day_there(administrator_client, west, late):
    page = administrator_client.get(f"/admin/schedule/?series={west.pk}").content.decode()

    assert 'Wednesday, 16 December"' in page
    assert 'Thursday, 17 December"' not in page


def test_the_history_tells_the_time_there(administrator_client, talk):
    talk.starts_at, talk.ends_at = (TEN.replace(hour=hour, tzinfo=VANCOUVER) for hour in (14, 15))
    talk_changes.save(talk)

    history = text_of(administrator_client.get(f"/admin/seminars/talk/{talk.pk}/history/"))

    assert (
        "Tuesday, 15 December 2026, 10 am (Vancouver time) Tuesday, 15 December 2026, 2 pm (Vancouver time)" in history
    )
    assert "noon" not in history


def test_new_rules_are_told_in_the_history_without_a_table(administrator_client, talk):
    rule_change = Change.objects.create(sentence="Time zone rules changed", follows_zone_rules=True)
    copy_to_history(Talk.objects.filter(pk=talk.pk), Talk.history.model, rule_change, kind="~")

    page = administrator_client.get(f"/admin/seminars/talk/{talk.pk}/history/").content.decode()

    told = page.partition("Time zone rules changed")[2].partition("</article>")[0]
    assert "<table" not in told


def test_a_plan_that_overlaps_is_told_the_time_there(west):
    starts = time(10), time(10, 30)
    plan = planning.Plan(west, date(2026, 12, 1), date(2026, 12, 7), frozenset({1}), starts, 60)

    with pytest.raises(ValidationError, match="1 December, 10 am and Tuesday, 1 December, 10:30 am overlap"):
        planning.slots_of(plan)


def test_a_move_and_a_swap_name_the_time_there(administrator_client, talk, west):
    page = text_of(administrator_client.get(transition_page("move", talk)))
    schedule = text_of(administrator_client.get(f"/admin/schedule/?series={west.pk}"))

    assert "Tuesday, 15 December, 12 noon (10–11 am, Vancouver time)" in page
    assert "Tuesday, 15 December, 10 am: " in schedule


def test_the_join_page_names_the_time_there(client, talk):
    talk.join_url, talk.join_access = "https://example.org/meet", "timed"
    talk_changes.save(talk)

    page = text_of(client.get(talk.join_path))

    assert "The link appears on Tuesday, 15 December at 9:45 am (Vancouver time), 15 minutes before" in page


def test_the_calendar_of_a_person_has_the_time_there(late, client):
    person = accounts.renew_calendar(make_administrator())

    calendar = parsed(client.get(f"/private/{person.feed_token}/calendar.ics").content)

    [entry] = calendar.called("VEVENT")
    assert (entry.value("DTSTART"), entry.line("DTSTART").parameters["TZID"]) == (
        "20261216T223000",
        "America/Vancouver",
    )
    assert "America/Vancouver" in [zone.value("TZID") for zone in calendar.called("VTIMEZONE")]


def text_of(answer):
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\N{NO-BREAK SPACE}", " "))
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
