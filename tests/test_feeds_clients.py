"""How each calendar program asks: Google and vdirsyncer for everything, Apple by date, Thunderbird by ETag."""

from datetime import timedelta

import pytest

from seminars.actions import talk_changes

from .factories import in_new_york, make_talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
# The headers of each client at every visit, and the validators that it sends back. Thunderbird's are from its source
# (CalICSCalendar, httpHooks.onBeforeGet), vdirsyncer's from storage/http.py, which sends no condition at all.
CLIENTS = {
    "google": ({"user-agent": "Google-Calendar-Importer", "accept-encoding": "gzip, deflate, br"}, []),
    "apple": (
        {
            "user-agent": "macOS/15.1 (24B83) dataaccessd/1.0",
            "accept": "*/*",
            "accept-language": "de-DE,de;q=0.9",
            "accept-encoding": "gzip, deflate, br",
        },
        [("if-modified-since", "Last-Modified")],
    ),
    "apple by both": (
        {"user-agent": "iOS/18.1 (22B83) dataaccessd/1.0", "accept": "*/*"},
        [("if-none-match", "ETag"), ("if-modified-since", "Last-Modified")],
    ),
    "thunderbird": (
        {
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0",
            "accept": "text/calendar,text/plain;q=0.8,*/*;q=0.5",
            "accept-encoding": "gzip, deflate, br, zstd",
            "accept-language": "en-US,en;q=0.5",
        },
        [("if-none-match", "ETag")],
    ),
    "thunderbird before it had a tag": (
        {"accept": "text/calendar,text/plain;q=0.8,*/*;q=0.5"},
        [("if-modified-since", "Last-Modified")],
    ),
    "vdirsyncer": ({"user-agent": "vdirsyncer/0.21", "accept": "*/*", "accept-encoding": "gzip, deflate"}, []),
}


@pytest.fixture
def talk():
    return make_talk(title="On engines")


def visit(client, who, last=None):
    """What `who` is answered, who has the answer of the last visit."""
    usual, validators = CLIENTS[who]
    conditions = {asked: last[told] for asked, told in validators} if last else {}
    return client.get("/calendar.ics", headers=usual | conditions)


@pytest.mark.parametrize("who", CLIENTS)
def test_each_client_gets_the_whole_feed_at_first(client, clock, talk, who):
    clock.shift(60)

    answer = visit(client, who)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert (answer.has_header("Content-Encoding"), answer.has_header("Vary"), answer.cookies) == (False, False, {})
    assert answer.content == client.get("/calendar.ics").content


@pytest.mark.parametrize("who", CLIENTS)
def test_no_client_gets_a_feed_twice_that_it_already_has(client, clock, talk, who):
    clock.shift(60)
    first = visit(client, who)
    clock.shift(3600)

    second = visit(client, who, last=first)

    asks = bool(CLIENTS[who][1])
    assert (second.status_code, second.content) == ((304, b"") if asks else (200, first.content))
    assert [second[name] for name in ("ETag", "Last-Modified")] == [first[name] for name in ("ETag", "Last-Modified")]


@pytest.mark.parametrize("pause", [timedelta(seconds=0.4), timedelta(seconds=2), timedelta(days=2)], ids=str)
@pytest.mark.parametrize("who", CLIENTS)
def test_each_client_gets_a_change_at_its_next_visit_even_a_recent_one(client, clock, talk, who, pause):
    first = visit(client, who)
    clock.shift(pause)
    talk.title = "On looms"
    talk_changes.save(talk)
    client.get("/calendar.ics")  # somebody is there at once, and the answer is kept
    clock.shift(1)

    second = visit(client, who, last=first)

    assert (second.status_code, "On looms" in second.text, "On engines" in second.text) == (200, True, False)


@pytest.mark.parametrize("who", CLIENTS)
def test_each_client_gets_the_feed_again_when_its_window_moves(client, clock, who):
    make_talk(starts_at=in_new_york(2025, 9, 3, 12), title="Long ago")
    first = visit(client, who)
    clock.move_to(in_new_york(2027, 8, 1, 0, 1))

    second = visit(client, who, last=first)

    assert ("Long ago" in first.text, second.status_code, "Long ago" in second.text) == (True, 200, False)
