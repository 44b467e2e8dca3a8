"""When time zone rules change, wall times stay and everything else follows, once; forward and back."""

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import tzdata
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from seminars.actions import stamping, talk_changes, undoing, zone_changes
from seminars.formats.ics_facts import facts_of, former_digest
from seminars.models import Change, Edition, Talk, ZoneRules
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_draft, make_room, make_talk
from tests.ics_checker import parsed
from tests.zones import WINNIPEG, in_utc, new_data, noon, old_data, stored

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)

# By zone: a wall time that the new rules move, one that they leave alone, and the hours in UTC of the first.
CHANGED = {
    "America/Winnipeg": (datetime(2026, 12, 15, 12), datetime(2027, 7, 15, 12), "18:00", "17:00"),
    "America/Vancouver": (datetime(2026, 12, 15, 12), datetime(2027, 7, 15, 12), "20:00", "19:00"),
    "America/Havana": (datetime(2026, 12, 15, 12), datetime(2027, 7, 15, 12), "17:00", "16:00"),
    "Africa/Casablanca": (datetime(2026, 12, 15, 12), datetime(2026, 9, 10, 12), "11:00", "12:00"),
}


@pytest.fixture(autouse=True)
def _clock(clock, settings, tmp_path):
    clock.move_to(NOW)
    settings.VAR_DIR, settings.STATIC_ROOT, settings.DEBUG = tmp_path, tmp_path / "static", True  # for `prepare`


def shown(talk):
    """When the talk begins, in UTC and on the wall, by its page, feed, JSON, JSON-LD and a link to a calendar."""
    client = Client()
    page = client.get(talk.get_absolute_url()).content.decode()
    event = parsed(client.get(talk.calendar_path).content).called("VEVENT")[0].line("DTSTART")
    feed = json.loads(client.get("/feed.json?past=all").content)["items"]
    item = next(item for item in feed if item["url"].endswith(talk.get_absolute_url()))
    linked_data = json.loads(re.search(r"<script[^>]*application/ld\+json[^>]*>(.+?)</script>", page)[1])
    moments = {
        "page": re.search(r'<time [^>]*datetime="([^"]+)"', page)[1],
        "json": item["_seminars"]["start"],
        "json-ld": linked_data["startDate"],
    }
    hours = {name: in_utc(datetime.fromisoformat(moment)) for name, moment in moments.items()}
    hours["google"] = re.sub(r".*?dates=\d+T(\d\d)(\d\d).*", r"\1:\2", page, flags=re.DOTALL)
    wall = {datetime.fromisoformat(moment).replace(tzinfo=None) for moment in moments.values()}
    return set(hours.values()), wall, (event.value, event.parameters.get("TZID"))


@pytest.mark.parametrize("zone", CHANGED)
def test_wall_times_stay_and_every_rendering_follows_the_rules_forward_and_back(settings, zone):
    wall, unchanged_wall, before, after = CHANGED[zone]
    settings.TIME_ZONE = zone
    with old_data():
        talk = make_talk(starts_at=wall.replace(tzinfo=ZoneInfo(zone)), room=make_room(), speakers=["Ada Lovelace"])
        unmoved = make_talk(starts_at=unchanged_wall.replace(tzinfo=ZoneInfo(zone)))
        zone_changes.follow_present_rules()
        sequences = []
        Client().get("/calendar.ics")

    for data, hour in ((old_data, before), (new_data, after), (new_data, after), (old_data, before)):
        with data():
            call_command("prepare", verbosity=0)
            hours, walls, (start, name) = shown(talk)
            assert (hours, walls) == ({hour}, {wall})
            assert (start, name) == (f"{wall:%Y%m%dT%H%M%S}", zone)
            assert stored(talk) == hour
        sequences.append([Talk.objects.get(pk=one.pk).sequence for one in (talk, unmoved)])

    assert sequences == [[0, 0], [1, 0], [1, 0], [2, 0]]


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


def test_a_talk_is_shown_at_its_wall_time_even_before_it_was_moved(talk):
    hours, walls, entry = shown(talk)

    assert stored(talk) == "18:00"
    assert (hours, walls) == ({"17:00"}, {datetime(2026, 12, 15, 12)})
    assert entry == ("20261215T120000", WINNIPEG)


def test_subscribers_are_told_once_whatever_is_saved_before_the_talk_moves(talk):
    stamping.stamp(Talk.objects.all())
    told = Talk.objects.get().sequence

    zone_changes.follow_newer_rules()
    zone_changes.follow_newer_rules()
    call_command("stamp", verbosity=0)

    assert (told, Talk.objects.get().sequence) == (0, 1)


def test_subscribers_are_told_of_a_talk_that_somebody_saves_before_it_moves(talk):
    one = Talk.objects.get()
    talk_changes.save(one)

    zone_changes.follow_newer_rules()
    stamping.stamp(Talk.objects.all())

    assert (stored(talk), Talk.objects.get().sequence) == ("17:00", 1)


def test_what_an_organiser_did_before_the_rules_changed_can_still_be_undone(winnipeg):
    with old_data():
        talk = make_talk(starts_at=noon((2026, 12, 15)), title="On looms")
        moved = Talk.objects.get()
        moved.starts_at, moved.ends_at = noon((2026, 12, 16), 9), noon((2026, 12, 16), 10)
        talk_changes.save(moved)
        zone_changes.follow_present_rules()
        change = Change.objects.latest("pk")
    with new_data():
        zone_changes.follow_newer_rules()
        assert [one.is_overtaken for one in Change.objects.filter(pk=change.pk).with_overtaken()] == [False]

        undoing.restore(change, by=None)

        assert (stored(talk), Talk.objects.get().starts_local) == ("17:00", datetime(2026, 12, 15, 12))


def test_new_rules_are_told_in_the_history_of_the_talk_and_cannot_be_undone(talk):
    zone_changes.follow_newer_rules()
    change = Change.objects.latest("pk")

    page = signed_in(make_administrator()).get(f"/admin/seminars/talk/{talk.pk}/history/").content.decode()

    assert f"Time zone rules changed ({tzdata.IANA_VERSION})" in page
    assert f'name="change" value="{change.pk}"' not in page
    with pytest.raises(ValidationError, match="The time zone rules changed"):
        undoing.restore(change, by=None)


def test_digests_of_earlier_releases_are_renewed_before_talks_move(talk):
    one = Talk.objects.for_entries().get()
    Talk.objects.update(entry_digest=former_digest(one, facts_of(one)))

    call_command("prepare", verbosity=0)

    assert (stored(talk), Talk.objects.get().sequence) == ("17:00", 1)
    assert Talk.objects.get().entry_digest == facts_of(one).digest


def test_a_talk_that_is_saved_unchanged_goes_where_the_new_rules_put_it(talk):
    Talk.objects.get().save()

    assert stored(talk) == "17:00"
    assert Talk.objects.get().starts_local == datetime(2026, 12, 15, 12)


def test_the_change_is_told_in_the_history_and_is_the_only_one(talk):
    before = Change.objects.count()
    edition = Edition.objects.number()

    moved = zone_changes.follow_newer_rules()

    change = Change.objects.latest("pk")
    assert (moved, Change.objects.count() - before) == (1, 1)
    assert str(change) == f"Time zone rules changed ({tzdata.IANA_VERSION})"
    assert [row.id for row in Talk.history.filter(change=change)] == [talk.pk]
    assert ZoneRules.objects.get().change == change
    assert Edition.objects.number() > edition


def test_rules_that_were_followed_are_not_followed_again(talk, django_assert_num_queries):
    zone_changes.follow_newer_rules()

    with django_assert_num_queries(4):
        assert zone_changes.follow_newer_rules() == 0


def test_older_data_of_another_machine_moves_nothing_until_an_operator_says_so(talk, caplog, client):
    zone_changes.follow_newer_rules()

    with old_data():
        assert zone_changes.follow_newer_rules() == 0
        answer = client.get("/readyz")
        assert shown(talk)[1:] == ({datetime(2026, 12, 15, 12)}, ("20261215T120000", WINNIPEG))

    assert stored(talk) == "17:00"
    assert (answer.status_code, answer.content.decode()) == (
        503,
        f"time zone data 2025b is older than {tzdata.IANA_VERSION}, by which talks were derived\n",
    )
    assert "Run `manage.py prepare`" in caplog.text


def test_readyz_names_the_release(talk, client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content.decode()) == (200, f"ready, time zone data {tzdata.IANA_VERSION}\n")


def test_another_zone_in_the_settings_moves_nothing_until_an_operator_says_so(talk, settings):
    zone_changes.follow_newer_rules()
    settings.TIME_ZONE = "Europe/Berlin"

    assert zone_changes.follow_newer_rules() == 0
    assert stored(talk) == "17:00"
    zone_changes.follow_present_rules()
    assert stored(talk) == "11:00"


def test_drafts_move_too_and_no_subscriber_is_told(winnipeg):
    with old_data():
        draft = make_draft(starts_at=noon((2026, 12, 15)))
    with new_data():
        zone_changes.follow_newer_rules()

        assert (stored(draft), Talk.objects.get().sequence) == ("17:00", 0)


def test_talks_one_after_the_other_in_a_room_all_move_and_none_is_in_the_way(winnipeg, monkeypatch):
    monkeypatch.setattr(zone_changes, "BATCH", 1)
    room = make_room()
    with old_data():
        talks = [
            make_talk(room=room, starts_at=noon((2026, 12, 15), hour), ends_at=noon((2026, 12, 15), hour + 1))
            for hour in range(10, 14)
        ]
    for data in (new_data, old_data, new_data):
        with data():
            zone_changes.follow_present_rules()

    assert [stored(talk) for talk in talks] == ["15:00", "16:00", "17:00", "18:00"]
    assert set(Talk.objects.values_list("shares_room", flat=True)) == {False}


def test_a_time_that_is_skipped_moves_ahead_by_the_gap_and_comes_back(settings):
    settings.TIME_ZONE = "Europe/Chisinau"
    with new_data():
        talk = make_talk(starts_at=noon((2027, 3, 28), 2, 30))
        zone_changes.follow_present_rules()
        as_typed = stored(talk)
    with old_data():
        zone_changes.follow_present_rules()
        moved = Talk.objects.get()
        as_shown = f"{moved.starts_at.astimezone(timezone.get_default_timezone()):%H:%M}"
        assert (moved.is_skipped, as_shown, moved.starts_local) == (True, "03:30", datetime(2027, 3, 28, 2, 30))
    with new_data():
        zone_changes.follow_present_rules()

        assert not Talk.objects.get().is_skipped
        assert stored(talk) == as_typed


def test_a_time_that_new_rules_repeat_stays_the_same_moment(settings):
    settings.TIME_ZONE = "Europe/Chisinau"
    wall = datetime(2026, 10, 25, 3, 30)
    with old_data():
        talk = make_talk(starts_at=noon((2026, 10, 25), 3, 30), room=make_room(), speakers=["Ada Lovelace"])
        zone_changes.follow_present_rules()
        assert shown(talk) == ({"01:30"}, {wall}, ("20261025T033000", "Europe/Chisinau"))
    with new_data():
        assert zone_changes.follow_present_rules() == 0

        assert shown(talk) == ({"01:30"}, {wall}, ("20261025T013000Z", None))


def test_talks_whose_moments_were_written_in_sql_keep_them(talk):
    zone_changes.follow_newer_rules()
    one = Talk.objects.get()
    Talk.objects.update(starts_at=noon((2026, 12, 16), 9), ends_at=noon((2026, 12, 16), 10))

    assert Talk.objects.get().starts_local == datetime(2026, 12, 16, 9)
    with old_data():
        zone_changes.follow_present_rules()
        assert Talk.objects.get().starts_local == datetime(2026, 12, 16, 9)
    assert one.starts_local == datetime(2026, 12, 15, 12)
