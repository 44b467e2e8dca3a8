"""A talk in a time zone of its own is right wherever it is shown: in Vancouver, for a department in Winnipeg."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError

from seminars import date_formats, listings
from seminars.actions import shared_rows
from seminars.formats import announcement
from seminars.models import Talk
from tests.factories import make_room, make_series, make_talk
from tests.ics_checker import parsed
from tests.ics_reading import said

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
VANCOUVER = ZoneInfo("America/Vancouver")
BOTH = "Tuesday, 15 December 2026, 12–1 pm, Winnipeg time (10–11 am, Vancouver time)"


@pytest.fixture(autouse=True)
def _winnipeg(clock, settings):
    settings.TIME_ZONE = "America/Winnipeg"


@pytest.fixture
def talk():
    """10 am in Vancouver, which is noon in Winnipeg; another talk is given at home."""
    make_talk(title="At home", starts_at=datetime(2026, 12, 16, 17, tzinfo=UTC))
    series = make_series(short_name="WEST", slug="west", zone="America/Vancouver")
    room = make_room(name="Room 12", building="Harbour Hall")
    start, end = (datetime(2026, 12, 15, hour, tzinfo=VANCOUVER) for hour in (10, 11))
    return make_talk(series=series, room=room, starts_at=start, ends_at=end, speakers=["Ada Lovelace"], title="Looms")


def text_of(client, path):
    page = re.sub(r"<script.*?</script>|<[^>]+>", " ", client.get(path).content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+([,.)])", r"\1", " ".join(unescape(page).replace("\N{NO-BREAK SPACE}", " ").split()))


def test_the_wall_time_is_the_one_of_its_own_zone(talk):
    assert (talk.local_zone, talk.starts_local) == ("America/Vancouver", datetime(2026, 12, 15, 10))


def test_the_page_says_both_times(talk, client):
    assert BOTH in text_of(client, talk.get_absolute_url())


@pytest.mark.parametrize("path", ["/series/west/", "/talks/{pk}/poster/", "/series/west/poster/", "/screen/"])
def test_lists_posters_and_screens_say_both_times(talk, client, path):
    assert re.search(r"12–1 pm\s*\(10–11 am, Vancouver time\)", text_of(client, path.format(pk=talk.pk)))


EVERY_PAGE = [
    "/", "/talks/{pk}/looms-by-night/", "/series/west/", "/rooms/{room}/", "/speakers/{speaker}/",
    "/search/?q=looms", "/talks/{pk}/poster/", "/series/west/poster/", "/screen/", "/rooms/{room}/screen/", "/embed/",
    "/series/west/embed/",
]  # fmt: skip


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_where_the_days_differ_every_page_says_both(talk, client, path):
    start = datetime(2026, 12, 16, 22, 30, tzinfo=VANCOUVER)
    late = make_talk(
        series=talk.series, room=talk.room, starts_at=start, title="Looms by night", speakers=["Ada Byron"]
    )
    values = {"pk": late.pk, "room": late.room.slug, "speaker": late.people.get().slug}

    text = text_of(client, path.format(**values))

    there = r"\(Wednesday, 16 December, 10:30–11:30 pm, Vancouver time\)"
    assert re.search(rf"12:30–1:30 am(, Winnipeg time)?\s*{there}", text)
    assert "Thursday, 17 December" in text
    assert not re.search("Thursday, 16|Wednesday, 17|Vancouver time, ", text)


def test_a_talk_at_home_has_one_time(talk, client):
    assert "Vancouver" not in text_of(client, Talk.objects.get(title="At home").get_absolute_url())


def test_the_calendar_has_a_zone_for_each(talk, client):
    calendar = parsed(client.get("/calendar.ics").content)

    starts = {event.line("DTSTART").parameters["TZID"]: event.value("DTSTART") for event in calendar.called("VEVENT")}
    assert [zone.value("TZID") for zone in calendar.called("VTIMEZONE")] == ["America/Winnipeg", "America/Vancouver"]
    assert starts == {"America/Vancouver": "20261215T100000", "America/Winnipeg": "20261216T120000"}


def test_json_csv_and_linked_data_have_its_own_time_with_the_offset(talk, client):
    [item] = json.loads(client.get("/series/west/feed.json").content)["items"]
    [row] = csv.DictReader(io.StringIO(client.get("/series/west/talks.csv").content.decode("utf-8-sig")))
    page = client.get(talk.get_absolute_url()).content.decode()
    event = json.loads(re.search(r"<script[^>]*application/ld\+json[^>]*>(.+?)</script>", page)[1])

    start = datetime(2026, 12, 15, 10, tzinfo=VANCOUVER).isoformat()
    assert (item["_seminars"]["start"], item["_seminars"]["zone"]) == (start, "America/Vancouver")
    assert [row[name] for name in ("date", "start", "zone", "utc_offset")] == [
        "2026-12-15",
        "10:00",
        "America/Vancouver",
        f"UTC{start[-6:]}",
    ]
    assert event["startDate"] == start


def test_feeds_and_mail_say_both_times(talk, client):
    atom = unescape(client.get("/series/west/feed.atom").content.decode())
    mail = announcement.render(listings.of_talk(talk)).decode()

    assert BOTH in atom
    assert BOTH in mail


def test_links_to_calendars_have_its_moment_and_its_zone(talk, client):
    page = client.get(talk.get_absolute_url()).content.decode()

    assert "dates=20261215T170000Z%2F20261215T180000Z" in page
    assert "ctz=America%2FVancouver" in page


def test_a_talk_that_gets_a_room_in_another_zone_keeps_its_wall_time(talk):
    home = Talk.objects.get(title="At home")
    home.room = make_room(zone="America/Vancouver")
    home.save()

    home.refresh_from_db()
    assert (home.local_zone, home.starts_local) == ("America/Vancouver", datetime(2026, 12, 16, 12))
    assert home.starts_at == datetime(2026, 12, 16, 12, tzinfo=VANCOUVER)


def test_a_zone_of_the_talk_itself_counts_most(talk):
    talk.zone = "Europe/Berlin"
    talk.save()

    assert Talk.objects.get(pk=talk.pk).starts_at == datetime(2026, 12, 15, 10, tzinfo=ZoneInfo("Europe/Berlin"))


def test_an_unknown_zone_is_refused_with_the_nearest(talk):
    talk.series.zone = "Vancouvr"

    with pytest.raises(ValidationError) as refused:
        talk.series.full_clean()

    assert refused.value.message_dict["zone"] == [
        "“Vancouvr” is not the name of a time zone. Did you mean America/Vancouver?"
    ]


@pytest.mark.parametrize("whose", ["room", "series"])
def test_a_zone_that_is_corrected_keeps_the_wall_times_of_talks_to_come(talk, whose):
    home = Talk.objects.get(title="At home")
    home.room = make_room()
    home.save()
    thing = getattr(home, whose)
    thing.zone = "America/Vancouver"

    shared_rows.save(thing)

    home.refresh_from_db()
    assert (home.local_zone, home.starts_local) == ("America/Vancouver", datetime(2026, 12, 16, 12))
    assert home.starts_at == datetime(2026, 12, 16, 12, tzinfo=VANCOUVER)
    assert home.sequence == 1


@pytest.mark.parametrize(
    ("zone", "line"),
    [
        ("America/Winnipeg", "Time: 12 noon, UTC−5"),
        ("Africa/Casablanca", "Time: 12 noon, UTC"),
        ("America/New_York", None),
        ("Asia/Kolkata", None),
        ("Europe/Berlin", None),
    ],
)
def test_where_the_rules_are_new_the_description_begins_with_the_time(zone, line, settings):
    settings.TIME_ZONE = zone
    talk = make_talk(starts_at=datetime(2026, 12, 15, 12, tzinfo=ZoneInfo(zone)), abstract="Engines.")

    first = said(talk, "DESCRIPTION").splitlines()[0]
    settings.TIMES_IN_WORDS = False
    cache.clear()

    assert first == (line or "Engines.")
    assert said(talk, "DESCRIPTION").splitlines()[0] == "Engines."


@pytest.mark.parametrize(
    ("zone", "offset"), [("America/St_Johns", "UTC−3:30"), ("Asia/Kolkata", "UTC+5:30"), ("UTC", "UTC")]
)
def test_an_offset_is_said_in_hours_and_minutes(zone, offset):
    assert date_formats.offset(datetime(2026, 12, 15, 12, tzinfo=UTC), ZoneInfo(zone)) == offset


def test_a_move_that_is_written_at_once_keeps_the_zone_of_each_talk(talk):
    """Also of one that was moved before, whose earlier start is read along."""
    start, end = (datetime(2026, 12, 17, hour, tzinfo=VANCOUVER) for hour in (14, 15))
    Talk.objects.filter(pk=talk.pk).update(moved_from=talk.starts_at, moved_at=NOW, starts_at=start, ends_at=end)

    row = Talk.objects.values("starts_local", "ends_local", "moved_from_local", "local_zone").get(pk=talk.pk)
    assert row == {
        "starts_local": datetime(2026, 12, 17, 14),
        "ends_local": datetime(2026, 12, 17, 15),
        "moved_from_local": datetime(2026, 12, 15, 10),
        "local_zone": "America/Vancouver",
    }
