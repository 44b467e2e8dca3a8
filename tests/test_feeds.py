"""The calendar feeds over HTTP: who is answered what, and what never leaves the house."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import icalendar
import pytest
import time_machine
import vobject
from django.core.cache import cache
from django.db import DatabaseError
from django.urls import set_script_prefix
from ical.calendar_stream import IcsCalendarStream

from seminars.actions import lifecycle, printed, talks
from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import Edition, JoinAccess, State, Talk, TalkQuerySet

from .factories import (
    in_new_york,
    make_draft,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from .ics_checker import complaints, parsed

pytestmark = pytest.mark.django_db

LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def every_feed():
    """A talk and the address of each feed that holds it."""
    series, room, topic = make_series(slug="asset"), make_room(slug="room-414"), make_topic(slug="logic")
    speaker = make_speaker(slug="ada-lovelace", name="Ada Lovelace")
    talk = make_talk(series=series, room=room, topics=[topic], speakers=[speaker], title="On engines")
    scopes = ["", "series/asset/", "rooms/room-414/", "speakers/ada-lovelace/", "topics/logic/", f"talks/{talk.pk}/"]
    combined = "/calendar.ics?series=asset&topic=logic&room=room-414&speaker=ada-lovelace&mode=in-person"
    return [*(f"/{scope}calendar.ics" for scope in scopes), combined, "/calendar.ics?past=all"]


def uids(answer):
    return [event.value("UID") for event in parsed(answer.content).called("VEVENT")]


# --- what is answered ---


def test_every_scope_answers_with_a_good_calendar_of_its_talk(client, every_feed):
    answers = [client.get(address) for address in every_feed]

    assert [answer.status_code for answer in answers] == [200] * 8
    assert [complaints(answer.content) for answer in answers] == [[]] * 8
    assert [uids(answer) for answer in answers] == [[Talk.objects.get().uid]] * 8


def test_three_other_readers_find_the_same_talks(client):
    talk = make_talk(title="On engines", speakers=["Ada Lovelace"], abstract="Let $x$, y; z\\n.\n\n— ü", join_url=LINK)
    cancelled = lifecycle.cancel(make_talk(starts_at=talk.starts_at + timedelta(days=40)), by=None)
    text = client.get("/calendar.ics").text

    by_icalendar = icalendar.Calendar.from_ical(text).events
    by_vobject = vobject.readOne(text).vevent_list
    by_ical = IcsCalendarStream.calendar_from_ics(text).events

    starts = [talk.starts_at, cancelled.starts_at]
    summaries = [ics_entry.summary(facts_of(row)) for row in (talk, cancelled)]
    assert [event.start for event in by_icalendar] == starts
    assert [event.dtstart.value for event in by_vobject] == starts
    assert [event.start for event in by_ical] == starts
    assert [str(event["SUMMARY"]) for event in by_icalendar] == summaries
    assert [event.summary.value for event in by_vobject] == summaries
    assert [event.summary for event in by_ical] == summaries
    assert [event.status for event in by_ical] == ["CONFIRMED", "CANCELLED"]


def test_a_feed_may_be_read_by_anyone_kept_for_minutes_and_not_indexed(client, every_feed):
    for address in every_feed:
        answer = client.get(address)

        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Content-Disposition"].startswith("inline")
        assert answer["Cache-Control"] == "public, max-age=300"
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert re.fullmatch(r'"[0-9a-f]{32}"', answer["ETag"])
        assert (answer.has_header("Vary"), answer.has_header("Content-Encoding"), answer.cookies) == (False, False, {})


def test_nothing_is_negotiated(client):
    make_talk()
    plain = client.get("/calendar.ics")

    for header in (
        {"accept": "application/json"},
        {"accept-encoding": "gzip"},
        {"accept-language": "de"},
        {"range": "bytes=0-9"},
    ):
        answer = client.get("/calendar.ics", headers=header)

        assert (answer.status_code, answer.content, answer["ETag"]) == (200, plain.content, plain["ETag"])


def test_head_says_what_get_says_and_nothing_else_is_allowed(client):
    make_talk()
    got = client.get("/calendar.ics")

    head, options, post = client.head("/calendar.ics"), client.options("/calendar.ics"), client.post("/calendar.ics")

    assert (head.status_code, head.content, dict(head.headers)) == (200, b"", dict(got.headers))
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (post.status_code, post["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("query", ["series=none", "topic=none", "room=none", "speaker=none", "mode=none"])
def test_a_filter_that_there_is_not_is_not_found(client, query):
    assert client.get(f"/calendar.ics?{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["past=all&past=all", "past=", "%FF=%00", "series=", "x" * 3000, "&&==&", "past[]=all", "series=&topic="]
)
def test_an_absurd_query_gets_the_whole_feed(client, query):
    make_talk()

    answer = client.get(f"/calendar.ics?{query}")

    assert (answer.status_code, complaints(answer.content), len(uids(answer))) == (200, [], 1)


def test_only_past_all_asks_for_what_is_long_past(client):
    ahead, long_past = make_talk(), make_talk(starts_at=in_new_york(2020, 3, 4, 12))

    assert uids(client.get("/calendar.ics?past=some")) == [ahead.uid]
    assert uids(client.get("/calendar.ics?past=all")) == [long_past.uid, ahead.uid]
    assert uids(client.get(f"/talks/{long_past.pk}/calendar.ics")) == [long_past.uid]


def test_a_former_slug_is_answered_and_not_redirected(client):
    series, talk_room = make_series(slug="old-name"), make_room(slug="room-307")
    talk = make_talk(series=series, room=talk_room)
    series.slug, talk_room.slug = "new-name", "room-414"
    printed.save(series)
    printed.save(talk_room)

    answers = [client.get(f"/{scope}/calendar.ics") for scope in ("series/old-name", "rooms/room-307")]

    assert [(answer.status_code, uids(answer)) for answer in answers] == [(200, [talk.uid])] * 2


def test_addresses_carry_the_prefix_under_which_the_site_runs(client, settings):
    talk = make_talk(title="On engines", join_url=LINK)
    without = client.get("/calendar.ics").text
    cache.clear()  # as a restart with the other setting does
    settings.FORCE_SCRIPT_NAME = "/seminars"
    set_script_prefix("/seminars/")
    try:
        calendar = parsed(client.get("/calendar.ics").content)
    finally:
        set_script_prefix("/")

    assert f"URL:http://talks.example.edu/talks/{talk.pk}/on-engines/" in without
    assert calendar.value("SOURCE") == "http://talks.example.edu/seminars/calendar.ics"
    event = calendar.called("VEVENT")[0]
    assert event.value("URL") == f"http://talks.example.edu/seminars/talks/{talk.pk}/on-engines/"
    assert event.value("CONFERENCE") == f"http://talks.example.edu/seminars/talks/{talk.pk}/join/"


# --- conditional requests ---


def test_an_unchanged_feed_is_told_by_either_validator(client, clock):
    make_talk()
    clock.shift(60)
    got = client.get("/calendar.ics")

    by_tag = client.get("/calendar.ics", headers={"if-none-match": got["ETag"]})
    by_weak_tag = client.get("/calendar.ics", headers={"if-none-match": f'"x", W/{got["ETag"]}'})
    by_date = client.get("/calendar.ics", headers={"if-modified-since": got["Last-Modified"]})
    by_head = client.head("/calendar.ics", headers={"if-none-match": "*"})

    for answer in (by_tag, by_weak_tag, by_date, by_head):
        assert (answer.status_code, answer.content) == (304, b"")
        for name in ("ETag", "Last-Modified", "Cache-Control", "X-Robots-Tag", "Access-Control-Allow-Origin"):
            assert answer[name] == got[name]


def test_the_entity_tag_decides_alone_where_both_are_sent(client, clock):
    make_talk()
    clock.shift(60)
    got = client.get("/calendar.ics")
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)

    changed = client.get("/calendar.ics", headers={"if-none-match": '"old"', "if-modified-since": tomorrow})
    unchanged = client.get(
        "/calendar.ics", headers={"if-none-match": got["ETag"], "if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    )

    assert (changed.status_code, unchanged.status_code) == (200, 304)


@pytest.mark.parametrize(
    "headers",
    [
        {"if-modified-since": "yesterday"},
        {"if-modified-since": "Wed, 99 Foo 2026 25:61:61 GMT"},
        {"if-modified-since": ""},
        {"if-none-match": "nonsense"},
        {"if-none-match": '"'},
        {"if-none-match": ",".join(['"a"'] * 500)},
        {"if-none-match": "é"},
    ],
    ids=str,
)
def test_nonsense_gets_the_whole_feed(client, headers):
    make_talk()

    answer = client.get("/calendar.ics", headers=headers)

    assert (answer.status_code, complaints(answer.content)) == (200, [])


def test_the_date_is_that_of_the_edition_or_the_start_of_today(client, clock):
    talk = make_talk()
    clock.shift(60)
    first = parsedate_to_datetime(client.get("/calendar.ics")["Last-Modified"])
    talk.title = "Another title"
    talks.save(talk)
    clock.shift(60)
    edited = parsedate_to_datetime(client.get("/calendar.ics")["Last-Modified"])
    clock.move_to(in_new_york(2026, 10, 3, 9))
    later = parsedate_to_datetime(client.get("/calendar.ics")["Last-Modified"])

    assert (first, edited) == (NOW, NOW + timedelta(seconds=60))
    assert later == in_new_york(2026, 10, 3)


def test_a_second_change_within_one_second_is_seen_by_a_client_that_knows_only_dates(client, clock):
    talk = make_talk()
    got = client.get("/calendar.ics")
    clock.shift(0.5)
    talk.title = "Another title"
    talks.save(talk)
    clock.shift(60)

    answer = client.get("/calendar.ics", headers={"if-modified-since": got["Last-Modified"]})

    assert (answer.status_code, "Another title" in answer.text) == (200, True)


def test_a_feed_that_fails_is_a_503_and_no_part_of_a_calendar(client, monkeypatch):
    make_talk()

    def broken(self):
        raise DatabaseError("disk full")

    monkeypatch.setattr(TalkQuerySet, "stamps", broken)
    answer = client.get("/calendar.ics")

    assert (answer.status_code, answer.content, answer["Retry-After"]) == (503, b"", "120")
    assert (answer.has_header("ETag"), answer["Cache-Control"]) == (False, "no-store")


# --- what never leaves the house ---


def test_what_is_private_is_in_no_feed(client, every_feed):
    public = Talk.objects.get()
    home, room, topic, speaker = public.series, public.room, public.topics.get(), public.appearances.get().speaker
    hidden = make_series(is_listed=False, slug="secret", name="Hidden series", short_name="HIDDEN")
    speaker.email, speaker.other_names = "ada@private.example", "Byron"
    printed.save(speaker)
    known = {"room": room, "topics": [topic], "speakers": [speaker], "starts_at": NOW + timedelta(days=30)}
    behind_a_door = {"join_url": LINK, "passcode": "leaked-code", "notes": "Leaked notes", "series": home}
    make_draft(**known, title="Leaked draft", series=home)
    make_talk(**known | {"room": None}, title="Leaked unlisted", series=hidden)
    make_talk(**known | behind_a_door | {"room": make_room()}, title="Members only", join_access=JoinAccess.MEMBERS)
    make_talk(**known | behind_a_door | {"room": make_room()}, title="Timed", join_access=JoinAccess.TIMED)

    answers = [client.get(address) for address in every_feed]

    assert [answer.status_code for answer in answers] == [200] * 8
    assert [re.findall("(?i)leaked|hidden|zoom|private|byron", answer.text) for answer in answers] == [[]] * 8
    assert ("Members only" in answers[0].text, "Timed" in answers[0].text) == (True, True)
    assert "Leaked unlisted" in client.get("/series/secret/calendar.ics").text


def test_the_file_of_a_draft_and_of_its_speaker_are_not_found(client):
    draft = make_draft(speakers=[make_speaker(slug="ada")])

    assert client.get(f"/talks/{draft.pk}/calendar.ics").status_code == 404
    assert client.get("/speakers/ada/calendar.ics").status_code == 404


def test_a_visit_makes_no_edition(client, every_feed):
    before = Edition.objects.current()

    for address in every_feed:
        client.get(address)

    assert Edition.objects.current() == before


def test_each_public_state_is_in_the_feed_of_everything(client):
    made = {make_talk(state=state).uid for state in State if state != State.DRAFT}

    assert set(uids(client.get("/calendar.ics"))) == made
