"""The WSGI cache: which requests are answered without Django, and which never are."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import Error, close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from seminars.actions import talk_changes
from seminars.page_cache import cached_responses, wsgi
from tests.factories import in_new_york, make_talk

pytestmark = pytest.mark.django_db


class Door(wsgi.WSGICache):
    """A WSGI cache that counts how often Django was asked."""

    def __init__(self, **options):
        self.asked, site = 0, get_wsgi_application()

        def counting(environ, start_response):
            self.asked += 1
            return site(environ, start_response)

        super().__init__(counting, **options)

    def get(self, path, **headers):
        """Status, headers and bytes, as a WSGI server gets them."""
        path, _mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "HTTP_HOST": "talks.example.edu",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        }  # fmt: skip
        told = []
        answer = self(environ | headers, lambda status, headers: told.extend([status, dict(headers)]))
        body = b"".join(answer)
        getattr(answer, "close", int)()
        return *told, body


@pytest.fixture
def door(monkeypatch):
    """It keeps the connection of the test, as Django's own client does."""
    monkeypatch.setattr(wsgi, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Door()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_connection_goes_back_as_at_the_end_of_a_request(door, monkeypatch):
    closed = []
    monkeypatch.setattr(wsgi, "close_old_connections", lambda: closed.append(door.asked))

    for _ in range(3):
        door.get("/")

    assert closed == [1, 1]


@pytest.mark.parametrize("path", ["/", "/calendar.ics", "/calendar.ics?past=all&unknown=1"])
def test_the_same_words_get_the_same_answer_for_one_query_without_django(door, path):
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=1)):
        make_talk()
    first = door.get(path)

    with CaptureQueriesContext(connection) as queries:
        again = door.get(path)

    assert (door.asked, len(queries)) == (1, 1)
    assert again == first


def test_a_feed_that_was_changed_this_very_second_is_django_s_until_its_date_is_settled(door):
    with time_machine.travel(in_new_york(2026, 3, 2, 12), tick=False) as clock:
        make_talk()
        dates = []
        for seconds in (0.4, 0.4, 0.4, 0.4):
            clock.shift(seconds)
            dates.append(door.get("/calendar.ics")[1]["Last-Modified"][-12:-4])

    assert (dates, door.asked) == (["16:59:59", "16:59:59", "17:00:00", "17:00:00"], 3)  # in GMT


def test_an_unchanged_answer_is_a_304_without_django(door):
    etag = door.get("/")[1]["ETag"]
    first = door.get("/", HTTP_IF_NONE_MATCH=etag)

    again = door.get("/", HTTP_IF_NONE_MATCH=etag)

    assert (again, again[0], door.asked) == (first, "304 Not Modified", 2)


def test_after_an_edit_django_is_asked(door):
    talk = make_talk(title="Engines")
    door.get("/calendar.ics")

    talk.title = "Looms"
    talk_changes.save(talk)

    assert b"Looms" in door.get("/calendar.ics")[2]


def test_a_page_holds_for_its_minute_and_a_feed_for_its_day(door):
    with time_machine.travel(in_new_york(2026, 3, 2, 23, 58, 10), tick=False) as clock:
        asked = []
        for minutes in (0, 0, 1, 1):
            clock.shift(timedelta(minutes=minutes))
            before = door.asked
            door.get("/")
            door.get("/calendar.ics")
            asked.append(door.asked - before)

    assert asked == [2, 0, 1, 2]


@pytest.mark.parametrize(
    "other",
    [
        {"REQUEST_METHOD": "HEAD"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_IF_NONE_MATCH": '"another"'},
        {"HTTP_IF_MODIFIED_SINCE": "Mon, 02 Mar 2026 14:00:00 GMT"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"wsgi.url_scheme": "https"},
        {"SCRIPT_NAME": "/elsewhere"},
        {"QUERY_STRING": "page=2"},
        {"HTTP_COOKIE": "sessionid=x"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_words_are_for_django(door, other):
    door.get("/")

    door.get("/", **other)

    assert door.asked == 2


def test_responses_vary_on_every_condition_that_the_page_cache_reads():
    assert set(wsgi.VARIES_ON) >= cached_responses.CONDITIONS


@pytest.mark.parametrize("path", ["/search/?q=x", "/talks/1/join/", "/next/", "/sign-in/", "/nowhere/", "/healthz"])
def test_what_the_page_cache_does_not_answer_is_never_sent_again(door, path):
    door.get(path)
    door.get(path)

    assert (door.asked, len(door.responses)) == (2, 0)


def test_the_memory_is_bounded_and_the_least_recently_used_response_goes_first(door):
    small = Door(max_bytes=20_000)
    small.get("/?unknown=first")

    for number in range(50):
        small.get(f"/?unknown={number}")
        small.get("/?unknown=first")

    assert sum(map(wsgi._size, small.responses.values())) <= 20_000
    assert (small.asked, 1 < len(small.responses) < 50) == (51, True)


def test_large_responses_are_not_cached_twice(door, monkeypatch):
    monkeypatch.setattr(wsgi, "MAX_BODY", len(door.get("/")[2]) - 1)
    door.responses.clear()

    door.get("/")
    door.get("/calendar.ics")

    assert [key[2] for key in door.responses] == ["/calendar.ics"]


def test_requests_with_long_headers_are_not_cached(door):
    door.get("/", HTTP_IF_NONE_MATCH=f'"{"x" * 1000}"')

    assert len(door.responses) == 0


def test_django_deals_with_a_database_that_does_not_answer(door, monkeypatch):
    def broken(_freshness):
        raise Error

    door.get("/")
    monkeypatch.setattr(cached_responses.Freshness, "lasts", broken)

    assert door.get("/")[0] == "200 OK"
