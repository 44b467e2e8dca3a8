"""When time zone rules change: what the desk says, and other workers, machines and programs that write talks."""

import shutil
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import tzdata
from django.core.management import call_command
from django.db import connection

from seminars import zone_data, zone_watch
from seminars.actions import lifecycle, talk_changes, zone_changes
from seminars.models import Change, Talk, ZoneRules, publishing
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_draft, make_room, make_talk
from tests.pages import words
from tests.zones import NEW, OLD, WINNIPEG, new_data, noon, old_data, reading, stored

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock(clock, settings, tmp_path):
    clock.move_to(NOW)
    settings.VAR_DIR, settings.STATIC_ROOT, settings.DEBUG = tmp_path, tmp_path / "static", True  # for `prepare`


@pytest.fixture
def winnipeg(settings):
    settings.TIME_ZONE = WINNIPEG


@pytest.fixture
def talk(winnipeg):
    """A talk that was entered for noon by the old rules, and is read by the new ones from here on."""
    with old_data():
        talk = make_talk(starts_at=noon((2026, 12, 15)), room=make_room(), speakers=["Ada Lovelace"])
        zone_changes.follow_present_rules()
    with new_data():
        yield talk


def desk(path="/admin/"):
    page = signed_in(make_administrator()).get(path).content.decode()
    return words(page.replace("\N{NO-BREAK SPACE}", " "))


def test_the_desk_says_that_rules_have_changed_and_lists_the_talks(talk, clock):
    before = desk()
    zone_changes.follow_newer_rules()
    after, page = desk(), desk("/admin/time-zones/")
    clock.shift(timedelta(days=15))

    assert "The rules of America/Winnipeg have changed" not in before
    assert f"The rules of America/Winnipeg have changed ({tzdata.IANA_VERSION})." in after
    assert f"The site uses the time zone data of {tzdata.IANA_VERSION}." in page
    assert f"Tuesday, 15 December 2026, 12–1 pm, Winnipeg time: {talk.title}" in page
    assert "The clocks skip" not in page
    assert "The rules of America/Winnipeg have changed" not in desk()


def test_the_desk_names_times_that_are_skipped(settings):
    settings.TIME_ZONE = "Europe/Chisinau"
    room = make_room()
    with new_data():
        make_talk(title="Skipped", room=room, starts_at=noon((2027, 3, 28), 2, 30), ends_at=noon((2027, 3, 28), 2, 45))
        make_talk(title="Next", room=room, starts_at=noon((2027, 3, 28), 4), ends_at=noon((2027, 3, 28), 5))
        zone_changes.follow_present_rules()
    with old_data():
        zone_changes.follow_present_rules()
        page = desk("/admin/time-zones/")

    assert "Skipped The clocks skip the time that was typed, so it begins later. Choose another time." in page
    assert page.count("The clocks skip") == 1


def test_a_page_without_talks_names_the_zone_of_the_department(settings):
    settings.TIME_ZONE = WINNIPEG

    assert "America/Winnipeg" in desk("/admin/time-zones/")


def write_in_sql(talk, start, end):
    """Write moments as an earlier release or an operator does, who know nothing of wall times."""
    with connection.cursor() as cursor:
        field = Talk._meta.get_field("starts_at")
        moments = [field.get_db_prep_save(moment, connection) for moment in (start, end)]
        cursor.execute("UPDATE seminars_talk SET starts_at = %s, ends_at = %s WHERE id = %s", [*moments, talk.pk])


def test_a_title_that_is_saved_after_a_move_in_sql_moves_nothing(talk):
    zone_changes.follow_newer_rules()
    write_in_sql(talk, noon((2026, 12, 15), 14), noon((2026, 12, 15), 15))
    one = Talk.objects.get()
    one.title = "On looms"

    talk_changes.save(one)

    assert (stored(talk), Talk.objects.get().starts_local) == ("19:00", datetime(2026, 12, 15, 14))


@pytest.mark.parametrize("command", ["stamp", "prepare", "housekeeping"])
def test_the_commands_take_the_wall_times_of_what_was_written_in_sql(talk, command):
    zone_changes.follow_newer_rules()
    write_in_sql(talk, noon((2026, 12, 15), 14), noon((2026, 12, 15), 15))

    call_command(command, verbosity=0)

    assert Talk.objects.values_list("starts_local", flat=True)[0] == datetime(2026, 12, 15, 14)


def test_a_worker_that_comes_second_finds_nothing_to_move(talk):
    moved = [zone_changes._follow(rules) for rules in [*zone_changes._present_rules()] * 2]

    assert moved == [1, 0]
    assert Change.objects.filter(follows_zone_rules=True).count() == 1


def test_workers_that_move_talks_at_the_same_time_make_one_change(talk):
    other = make_talk(starts_at=noon((2026, 12, 16)))
    write_in_sql(other, noon((2026, 12, 16), 13), noon((2026, 12, 16), 14))
    Talk.objects.filter(pk=other.pk).update(zone_rules="of-another-year")
    rules = next(zone_changes._present_rules())

    with publishing():  # another worker has moved one talk
        zone_changes._move(zone_changes._rows(Talk.objects.filter(pk=talk.pk), ZoneInfo(WINNIPEG)), rules, A_DAY)
    zone_changes.follow_newer_rules()

    [change] = Change.objects.filter(follows_zone_rules=True)
    assert sorted(row.id for row in Talk.history.filter(change=change)) == [talk.pk, other.pk]
    assert ZoneRules.objects.get(local_zone="").rules == rules.rules


def test_each_change_of_the_rules_is_a_change_of_its_own(talk):
    zone_changes.follow_newer_rules()
    with old_data():
        zone_changes.follow_present_rules()
    zone_changes.follow_newer_rules()

    changes = Change.objects.filter(follows_zone_rules=True).order_by("pk")
    versions = [tzdata.IANA_VERSION, "2025b", tzdata.IANA_VERSION]
    assert [str(change) for change in changes] == [f"Time zone rules changed ({version})" for version in versions]


def test_a_talk_within_the_hour_that_was_repeated_keeps_its_length(settings):
    settings.TIME_ZONE = WINNIPEG
    start = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    with old_data():
        make_talk(starts_at=start, ends_at=start + timedelta(hours=1))
        zone_changes.follow_present_rules()
    with new_data():
        zone_changes.follow_present_rules()

        talk = Talk.objects.get()
        assert talk.ends_at - talk.starts_at == timedelta(hours=1)


def test_a_zone_that_is_new_is_not_followed_by_older_data(talk):
    zone_changes.follow_newer_rules()
    west = make_talk(zone="America/Vancouver", starts_at=datetime(2026, 12, 15, 19, tzinfo=UTC))

    with old_data():
        zone_changes.follow_newer_rules()

    assert stored(west) == "19:00"


def test_what_a_machine_with_older_data_saved_is_put_right(talk):
    zone_changes.follow_newer_rules()
    with old_data():
        Talk.objects.get().save()
    before = stored(talk)

    zone_changes.follow_newer_rules()

    assert (before, stored(talk)) == ("18:00", "17:00")


def test_going_back_leaves_no_zone_behind_that_no_talk_is_in(talk, client):
    draft = make_draft(zone="America/Vancouver", starts_at=datetime(2026, 12, 15, 19, tzinfo=UTC))
    zone_changes.follow_newer_rules()
    draft.delete()

    with old_data():
        zone_changes.follow_present_rules()
        assert client.get("/readyz").status_code == 200


def test_a_zone_that_the_data_lacks_breaks_no_page(talk, client):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seminars_talk SET local_zone = 'Mars/Olympus'")

    assert client.get("/").status_code == 200
    assert zone_changes.follow_newer_rules() == 0


def test_a_start_that_was_set_outlives_the_refresh_of_another_field(talk):
    one = Talk.objects.get()
    one.starts_at, one.ends_at = noon((2026, 12, 16)), noon((2026, 12, 16), 13)

    one.refresh_from_db(fields=["sequence"])
    one.save()

    assert Talk.objects.get().starts_local == datetime(2026, 12, 16, 12)


def test_one_object_that_is_saved_twice_is_counted_once(talk):
    one = Talk.objects.get()
    lifecycle.move(one, starts_at=noon((2026, 12, 16)), by=None)
    one.notes = "Bring chalk."
    talk_changes.save(one)

    assert Talk.objects.get().sequence == 1


@pytest.mark.django_db(transaction=True)  # the middleware gives its connection back
def test_rules_are_recorded_under_their_own_release_while_files_are_being_replaced(winnipeg, tmp_path, monkeypatch):
    monkeypatch.setattr(zone_data, "SETTLED_AFTER", float("inf"))  # however slow the machine and late its clock
    folder = tmp_path / "zoneinfo"
    shutil.copytree(OLD, folder)
    with reading(PYTHONTZPATH=str(folder)):
        talk = make_talk(starts_at=noon((2026, 12, 15)))
        for name in (WINNIPEG, "tzdata.zi"):
            (folder / name).unlink()
            shutil.copyfile(NEW / name, folder / name)
        site = zone_watch.ZoneWatch(lambda environ, start_response: [])

        site({}, None)
        found = list(ZoneRules.objects.all())
        site({}, None)

        assert found == []
        assert ZoneRules.objects.get().version == tzdata.IANA_VERSION
        assert stored(talk) == "17:00"
