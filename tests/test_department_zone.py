"""The time zone of the department, which an administrator changes on the desk, and what follows from it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from seminars import times
from seminars.actions import department_zone, stamping, zone_changes
from seminars.models import Break, Change, Department, Edition, Talk, ZoneRules, publishing
from seminars.models.department import department_read_once
from seminars.models.edition import ZoneChanged
from tests.admin_forms import errors_in, form_of, messages_of
from tests.factories import in_new_york, make_room, make_series, make_talk
from tests.ics_checker import parsed
from tests.pages import main, words
from tests.zones import stored

pytestmark = pytest.mark.django_db
PAGE = "/admin/department-zone/"
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.fixture(autouse=True)
def _department(db, monday):
    Department.objects.create(pk=1, name="Q")


def move_to(zone):
    """Give the department a zone as the desk does."""
    with department_read_once():
        department_zone.prepare()
        department_zone.change(zone, by=None)
        return department_zone.finish()


def chosen(client, zone):
    """The page after a zone was typed and previewed, and what it showed."""
    preview = client.post(PAGE, {"time_zone": zone, "_preview": "1"})
    seen = preview.context["mark"]
    return client.post(PAGE, {"time_zone": zone, "seen": seen, "_save": "1"}), preview


def test_a_zone_that_is_previewed_and_saved_keeps_all_local_times(administrator_client):
    coming, past = make_talk(starts_at=in_new_york(2026, 1, 5, 12)), make_talk(starts_at=in_new_york(2025, 1, 6, 12))

    answer, preview = chosen(administrator_client, "europe/berlin")

    shown = words(main(preview))
    assert "1 upcoming talk will begin at a different time in UTC." in shown
    assert "1 past talk keeps its local time as well, so its time in UTC changes too." in shown
    assert "Monday, 5 January 2026, 5 pm" in shown
    assert "Monday, 5 January 2026, 11 am" in shown
    assert answer.status_code == 302
    assert Department.objects.get().time_zone == BERLIN
    assert [stored(coming), stored(past)] == ["11:00", "11:00"]
    assert {talk.starts_local.hour for talk in Talk.objects.all()} == {12}
    assert messages_of(administrator_client) == [
        "The department’s time zone is now Europe/Berlin.", "2 talks have new times in UTC.",
    ]  # fmt: skip


def test_a_preview_changes_nothing(administrator_client):
    talk = make_talk(starts_at=in_new_york(2026, 1, 5, 12))
    edition = Edition.objects.number()

    administrator_client.post(PAGE, {"time_zone": BERLIN, "_preview": "1"})

    assert (Department.objects.get().time_zone, stored(talk), Edition.objects.number()) == ("", "17:00", edition)


def test_a_change_that_is_only_shown_writes_nothing_at_talks(administrator_client):
    own = make_talk(starts_at=in_new_york(2026, 1, 6, 12), zone=NEW_YORK)

    administrator_client.post(PAGE, {"time_zone": BERLIN, "seen": "other", "_save": "1"})

    assert Talk.objects.get(pk=own.pk).local_zone == ""


def test_a_change_that_was_not_previewed_is_shown_first(administrator_client):
    answer = administrator_client.post(PAGE, {"time_zone": BERLIN, "seen": "other", "_save": "1"})

    assert answer.status_code == 200
    assert Department.objects.get().time_zone == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Europe/Berlni", "Did you mean Europe/Berlin?"),
        ("", "The department already has this time zone."),
        ("x" * 65, "at most 64"),
    ],
)
def test_what_is_no_other_zone_is_refused_and_stays_in_the_form(administrator_client, typed, sentence):
    answer = administrator_client.post(PAGE, {"time_zone": typed, "_preview": "1"})

    assert sentence in " ".join(errors_in(answer))
    assert f'value="{typed}"' in answer.text or not typed


def test_only_administrators_change_the_zone(organiser_client):
    assert organiser_client.post(PAGE, {"time_zone": BERLIN, "_save": "1"}).status_code == 403
    assert Department.objects.get().time_zone == ""


def test_the_form_of_the_department_leads_to_the_page(administrator_client):
    page = administrator_client.get("/admin/seminars/department/1/change/").text

    assert f'America/New_York <a href="{reverse("admin:department-zone")}">Change the time zone</a>' in page


@pytest.mark.django_db(transaction=True)
def test_pages_feeds_and_cards_follow_at_once_in_workers_that_have_kept_them(wsgi_client, talk):
    addresses = ["/", talk.get_absolute_url(), "/calendar.ics", "/feed.json", "/feed.atom", "/feed.csv"]
    for _time in range(2):
        before = [wsgi_client.get(address)[2].decode() for address in addresses]

    move_to(BERLIN)
    after = [wsgi_client.get(address)[2].decode() for address in addresses]

    [old], [new] = (parsed(pages[2].encode()).called("VEVENT") for pages in (before, after))
    start, sequence = "20351107T120000", int(old.line("SEQUENCE").value)
    assert [(one.line("DTSTART").value, one.line("DTSTART").parameters["TZID"]) for one in (old, new)] == [
        (start, NEW_YORK), (start, BERLIN),
    ]  # fmt: skip
    assert int(new.line("SEQUENCE").value) == sequence + 1
    assert [f"X-WR-TIMEZONE:{zone}" in pages[2] for pages, zone in ((before, NEW_YORK), (after, BERLIN))] == [True] * 2
    assert [NEW_YORK in page for page in after] == [False] * len(addresses)
    assert ["New York" in page for page in after] == [False] * len(addresses)
    assert ["Berlin" in page for page in (after[1], after[3], after[5])] == [True] * 3


@pytest.mark.django_db(transaction=True)
def test_what_names_the_zone_follows_at_once_even_if_no_talk_begins_at_another_moment(wsgi_client, talk):
    addresses = [talk.get_absolute_url(), "/calendar/2035-11/", "/calendar.ics", "/feed.json", "/feed.csv"]
    move_to(BERLIN)
    for _time in range(2):
        before = [wsgi_client.get(address)[2].decode() for address in addresses]

    moved = move_to("Europe/Paris")
    after = [wsgi_client.get(address)[2].decode() for address in addresses]

    assert moved == 0
    assert [("Berlin" in page, "Paris" in page) for page in before] == [(True, False)] * len(addresses)
    assert [("Berlin" in page, "Paris" in page) for page in after] == [(False, True)] * len(addresses)


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_kept_for_the_departments_own_day(wsgi_client, talk):
    move_to("Pacific/Kiritimati")  # where it is tomorrow
    with time_machine.travel(datetime(2025, 11, 4, 9, 30, tzinfo=UTC), tick=False) as clock:
        wsgi_client.get("/calendar.ics")
        clock.shift(timedelta(minutes=10))
        asked = wsgi_client.asked
        wsgi_client.get("/calendar.ics")
        assert wsgi_client.asked == asked
        clock.shift(timedelta(minutes=30))  # past midnight there
        headers = dict(wsgi_client.get("/calendar.ics")[1])

    assert headers["Last-Modified"] == "Tue, 04 Nov 2025 10:00:00 GMT"


def test_today_and_breaks_are_those_of_the_new_zone(client):
    make_talk(starts_at=in_new_york(2025, 11, 3, 23), ends_at=in_new_york(2025, 11, 3, 23, 30))
    move_to("Pacific/Kiritimati")

    with department_read_once():
        assert times.today().isoformat() == "2025-11-04"
        assert not Talk.objects.upcoming().exists()
        assert Break.objects.count() == 0


def test_talks_rooms_and_series_that_name_the_former_zone_stay_in_it_without_a_word_to_subscribers():
    of_talk = make_talk(starts_at=in_new_york(2026, 1, 5, 12), zone=NEW_YORK)
    of_room = make_talk(starts_at=in_new_york(2026, 1, 6, 12), room=make_room(zone=NEW_YORK))
    of_series = make_talk(starts_at=in_new_york(2026, 1, 7, 12), series=make_series(zone=NEW_YORK))
    before = list(Talk.objects.order_by("pk").values_list("sequence", "changed_at"))

    moved = move_to(BERLIN)
    with department_read_once():
        stamped = stamping.stamp(Talk.objects.all())

    assert (moved, stamped) == (0, 0)
    assert [stored(talk) for talk in (of_talk, of_room, of_series)] == ["17:00"] * 3
    assert set(Talk.objects.values_list("local_zone", flat=True)) == {NEW_YORK}
    assert list(Talk.objects.order_by("pk").values_list("sequence", "changed_at")) == before


def test_talks_that_name_the_new_zone_become_talks_of_the_departments_zone():
    talk = make_talk(starts_at=datetime(2026, 1, 5, 11, tzinfo=UTC), zone=BERLIN)

    moved = move_to(BERLIN)

    assert (moved, stored(talk), Talk.objects.get().local_zone) == (0, "11:00", "")


def test_changing_back_undoes_it_in_one_act(administrator_client):
    talk = make_talk(starts_at=in_new_york(2026, 1, 5, 12), room=make_room())
    own = make_talk(starts_at=in_new_york(2026, 1, 6, 12), zone=NEW_YORK)
    chosen(administrator_client, BERLIN)
    page = administrator_client.get(PAGE)

    administrator_client.post(PAGE, {"time_zone": NEW_YORK, "seen": page.context["back"].mark, "_save": "1"})

    assert "Change back to America/New_York" in page.text
    assert [stored(talk), stored(own)] == ["17:00", "17:00"]
    assert [one.local_zone for one in Talk.objects.all()] == ["", ""]
    assert Talk.objects.get(pk=talk.pk).sequence == 2
    assert Talk.objects.get(pk=own.pk).sequence == 0


@pytest.mark.parametrize("former", ["", NEW_YORK, "Asia/Tokyo"])
def test_changing_back_writes_what_the_department_had_chosen_or_nothing(administrator_client, former):
    Department.objects.update(time_zone=former)
    chosen(administrator_client, BERLIN)
    page = administrator_client.get(PAGE)
    (back,) = re.findall(r'<input type="hidden" name="time_zone" value="([^"]*)">', page.text)

    sent = {"time_zone": back, "seen": page.context["back"].mark, "_save": "1"}
    assert administrator_client.post(PAGE, sent).status_code == 302

    assert (back, Department.objects.get().time_zone) == (former, former)


def test_changing_back_names_the_zone_if_the_setting_of_the_server_has_changed_in_the_meantime(
    administrator_client, settings
):
    chosen(administrator_client, BERLIN)
    settings.TIME_ZONE = "Asia/Tokyo"

    assert f'<input type="hidden" name="time_zone" value="{NEW_YORK}">' in administrator_client.get(PAGE).text


def test_the_change_is_one_of_the_history_and_is_not_undone_talk_by_talk(administrator_client):
    talk = make_talk(starts_at=in_new_york(2026, 1, 5, 12))
    chosen(administrator_client, BERLIN)

    change = Change.objects.latest("pk")
    page = administrator_client.get(f"/admin/seminars/talk/{talk.pk}/history/").text

    assert str(change) == "Time zone of the department changed from America/New_York to Europe/Berlin"
    assert change.who != "The site"
    assert str(change) in page
    assert f'name="change" value="{change.pk}"' not in page


def test_the_desk_says_so_and_lists_the_talks(administrator_client):
    talk = make_talk(starts_at=in_new_york(2026, 1, 5, 12))
    chosen(administrator_client, BERLIN)

    assert "The department’s time zone is now Europe/Berlin instead of America/New_York." in words(
        administrator_client.get("/admin/").text
    )
    page = words(administrator_client.get("/admin/time-zones/").text)
    assert "instead of America/New_York" in page
    assert talk.title in page


@pytest.mark.django_db(transaction=True)
def test_a_request_that_began_in_the_former_zone_writes_nothing_after_the_change():
    make_talk(starts_at=in_new_york(2026, 1, 5, 12))
    with department_read_once():  # as at the start of a request
        move_to(BERLIN)
        with pytest.raises(ZoneChanged), publishing():
            pass


@pytest.mark.django_db(transaction=True)
def test_somebody_whose_form_comes_too_late_reads_what_happened(organiser_client, series):
    talk = make_talk(series=series, title="Before", starts_at=in_new_york(2026, 1, 5, 12))
    address = f"/admin/seminars/talk/{talk.pk}/change/"
    form = form_of(organiser_client, address)
    changes = iter(["UPDATE seminars_department SET time_zone = 'Europe/Berlin'"])

    def another_worker(execute, sql, parameters, many, context):
        if "seminars_user" in sql and (change := next(changes, None)):  # when the request has begun
            execute(change, (), many, context)
        return execute(sql, parameters, many, context)

    organiser_client.raise_request_exception = False
    with connection.execute_wrapper(another_worker):
        answer = organiser_client.post(address, form | {"title": "After"})

    assert answer.status_code == 503
    assert "Nothing is saved: the department’s time zone has just been changed." in words(answer.text)
    assert Talk.objects.get().title == "Before"


def test_a_worker_that_was_stopped_half_way_is_followed_by_the_next(monkeypatch):
    monkeypatch.setattr(zone_changes, "BATCH", 1)
    talks = [make_talk(starts_at=in_new_york(2026, 1, day, 12)) for day in (5, 6)]
    with department_read_once():
        department_zone.change(BERLIN, by=None)

    moved = zone_changes.follow_newer_rules()

    assert moved == 2
    assert [stored(talk) for talk in talks] == ["11:00", "11:00"]
    assert Change.objects.filter(follows_zone_rules=True).count() == 1
    assert ZoneRules.objects.get(local_zone="").rules != ""


def test_talks_one_after_the_other_in_a_room_all_move(monkeypatch):
    monkeypatch.setattr(zone_changes, "BATCH", 1)
    room = make_room()
    talks = [
        make_talk(room=room, starts_at=in_new_york(2026, 1, 5, hour), ends_at=in_new_york(2026, 1, 5, hour + 1))
        for hour in range(8, 20)
    ]

    move_to(BERLIN)
    move_to("Pacific/Honolulu")
    move_to(NEW_YORK)

    assert [stored(talk) for talk in talks] == [f"{(hour + 5) % 24:02}:00" for hour in range(8, 20)]
    assert set(Talk.objects.values_list("clashes_by_rules", flat=True)) == {False}


def test_a_zone_that_the_data_lacks_is_passed_over(client):
    Department.objects.update(time_zone="Mars/Olympus")

    assert client.get("/").status_code == 200
    with department_read_once() as department:
        assert (department.zone, times.zone_name()) == (NEW_YORK, NEW_YORK)


def test_naming_the_zone_of_the_server_moves_nothing(administrator_client):
    talk = make_talk(starts_at=in_new_york(2026, 1, 5, 12))

    chosen(administrator_client, NEW_YORK)

    assert (Department.objects.get().time_zone, stored(talk), Talk.objects.get().sequence) == (NEW_YORK, "17:00", 0)
    assert "Change back" not in administrator_client.get(PAGE).text
