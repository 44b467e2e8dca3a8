"""The doorstep: who is answered before Django, and who never is."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import Error, close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from seminars import doorstep
from seminars.actions import talk_changes
from seminars.publication import answers
from tests.factories import in_new_york, make_talk

pytestmark = pytest.mark.django_db


class Door(doorstep.Doorstep):
    """A doorstep that counts how often Django was asked."""

    def __init__(self):
        self.asked, site = 0, get_wsgi_application()

        def counting(environ, start_response):
            self.asked += 1
            return site(environ, start_response)

        super().__init__(counting)

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
    monkeypatch.setattr(doorstep, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Door()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_connection_goes_back_as_at_the_end_of_a_request(door, monkeypatch):
    closed = []
    monkeypatch.setattr(doorstep, "close_old_connections", lambda: closed.append(door.asked))

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


def test_the_doorstep_reads_every_word_that_the_publication_reads():
    assert set(doorstep.WORDS) >= answers.CONDITIONS


@pytest.mark.parametrize("path", ["/search/?q=x", "/talks/1/join/", "/next/", "/sign-in/", "/nowhere/", "/healthz"])
def test_what_the_publication_does_not_answer_is_never_given_again(door, path):
    door.get(path)
    door.get(path)

    assert (door.asked, door.given) == (2, {})


def test_what_is_given_again_is_bounded(door, monkeypatch):
    monkeypatch.setattr(doorstep, "MOST", 20_000)

    for number in range(50):
        door.get(f"/?unknown={number}")

    assert door.size == sum(map(doorstep._size, door.given.values())) <= 20_000


def test_what_is_large_is_not_held_twice(door, monkeypatch):
    monkeypatch.setattr(doorstep, "LARGEST", len(door.get("/")[2]) - 1)
    door.given.clear()

    door.get("/")
    door.get("/calendar.ics")

    assert [asked[2] for asked in door.given] == ["/calendar.ics"]


def test_words_without_end_are_not_kept(door):
    door.get("/", HTTP_IF_NONE_MATCH=f'"{"x" * 1000}"')

    assert door.given == {}


def test_django_deals_with_a_database_that_does_not_answer(door, monkeypatch):
    def broken(_held):
        raise Error

    door.get("/")
    monkeypatch.setattr(answers.Held, "holds", broken)

    assert door.get("/")[0] == "200 OK"
