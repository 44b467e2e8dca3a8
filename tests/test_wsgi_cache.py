"""The WSGI cache: which requests it answers without Django, and which it never answers."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from seminars.actions import talk_changes
from seminars.page_cache import cached_responses, wsgi
from tests.database_queries import before_queries
from tests.factories import in_new_york, make_talk
from tests.wsgi_client import WSGIClient

# The cache closes connections as at the end of a request, so a transaction around a test would be lost.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_cache_checks_the_connection_at_the_end_of_a_request_as_django_does(wsgi_client):
    wsgi_client.get("/")
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    marked_after_error = connection.errors_occurred

    wsgi_client.get("/")

    assert (marked_after_error, connection.errors_occurred, wsgi_client.asked) == (True, False, 1)


@pytest.mark.parametrize("path", ["/", "/calendar.ics", "/calendar.ics?past=all&unknown=1"])
def test_the_same_request_gets_the_same_answer_for_one_query_without_django(wsgi_client, path):
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=1)):
        make_talk()
    first = wsgi_client.get(path)

    with CaptureQueriesContext(connection) as queries:
        again = wsgi_client.get(path)

    assert (wsgi_client.asked, len(queries)) == (1, 1)
    assert again == first


def test_a_feed_that_changed_in_this_second_reaches_django_until_its_date_is_settled(wsgi_client):
    with time_machine.travel(in_new_york(2026, 3, 2, 12), tick=False) as clock:
        with transaction.atomic():  # one edition
            make_talk()
        dates = []
        for seconds in (0.4, 0.4, 0.4, 0.4):
            clock.shift(seconds)
            dates.append(wsgi_client.get("/calendar.ics")[1]["Last-Modified"][-12:-4])

    assert (dates, wsgi_client.asked) == (["16:59:59", "16:59:59", "17:00:00", "17:00:00"], 3)  # in GMT


def test_an_unchanged_answer_is_a_304_without_django(wsgi_client):
    etag = wsgi_client.get("/")[1]["ETag"]
    first = wsgi_client.get("/", HTTP_IF_NONE_MATCH=etag)

    again = wsgi_client.get("/", HTTP_IF_NONE_MATCH=etag)

    assert (again, again[0], wsgi_client.asked) == (first, "304 Not Modified", 2)


def test_after_an_edit_django_is_asked(wsgi_client):
    talk = make_talk(title="Engines")
    wsgi_client.get("/calendar.ics")

    talk.title = "Looms"
    talk_changes.save(talk)

    assert b"Looms" in wsgi_client.get("/calendar.ics")[2]


def test_an_edit_frees_the_memory_of_all_responses_from_before(wsgi_client):
    for path in ("/", "/calendar.ics", "/feed.atom"):
        wsgi_client.get(path)
    held = len(wsgi_client.responses)

    make_talk()
    wsgi_client.get("/rooms/")
    wsgi_client.get("/series/")

    assert (held, [key[2] for key in wsgi_client.responses]) == (3, ["/rooms/", "/series/"])


def test_a_response_of_an_earlier_edition_that_comes_late_is_not_cached(wsgi_client):
    site = wsgi_client.application

    def slowly(environ, start_response):
        """Answer after an edit and the first response of its edition."""
        response = site(environ, start_response)
        wsgi_client.application = site
        make_talk()
        wsgi_client.get("/rooms/")
        return response

    wsgi_client.application = slowly
    late = wsgi_client.get("/series/")

    assert late[0] == "200 OK"
    assert [key[2] for key in wsgi_client.responses] == ["/rooms/"]


def test_a_page_holds_for_its_minute_and_a_feed_for_its_day(wsgi_client):
    with time_machine.travel(in_new_york(2026, 3, 2, 23, 58, 10), tick=False) as clock:
        asked = []
        for minutes in (0, 0, 1, 1):
            clock.shift(timedelta(minutes=minutes))
            before = wsgi_client.asked
            wsgi_client.get("/")
            wsgi_client.get("/calendar.ics")
            asked.append(wsgi_client.asked - before)

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
def test_different_requests_reach_django(wsgi_client, other):
    wsgi_client.get("/")

    wsgi_client.get("/", **other)

    assert wsgi_client.asked == 2


def test_responses_vary_on_every_condition_that_the_page_cache_reads():
    assert set(wsgi.VARIES_ON) >= cached_responses.CONDITIONS


@pytest.mark.parametrize("path", ["/search/?q=x", "/talks/1/join/", "/next/", "/sign-in/", "/nowhere/", "/healthz"])
def test_an_answer_that_the_page_cache_does_not_store_is_never_repeated(wsgi_client, path):
    wsgi_client.get(path)
    wsgi_client.get(path)

    assert (wsgi_client.asked, len(wsgi_client.responses)) == (2, 0)


def test_the_memory_is_bounded_and_the_least_recently_used_response_goes_first(wsgi_client):
    small = WSGIClient(max_bytes=20_000)
    small.get("/?unknown=first")

    for number in range(50):
        small.get(f"/?unknown={number}")
        small.get("/?unknown=first")

    assert sum(map(wsgi._size, small.responses.values())) <= 20_000
    assert (small.asked, 1 < len(small.responses) < 50) == (51, True)


def test_large_responses_are_not_cached_twice(wsgi_client, monkeypatch):
    monkeypatch.setattr(wsgi, "MAX_BODY", len(wsgi_client.get("/")[2]) - 1)
    wsgi_client.responses.clear()

    wsgi_client.get("/")
    wsgi_client.get("/calendar.ics")

    assert [key[2] for key in wsgi_client.responses] == ["/calendar.ics"]


def test_requests_with_long_headers_are_not_cached(wsgi_client):
    wsgi_client.get("/", HTTP_IF_NONE_MATCH=f'"{"x" * 1000}"')

    assert len(wsgi_client.responses) == 0


def test_django_answers_if_the_query_of_the_cache_fails(wsgi_client):
    wsgi_client.get("/")
    failures = [OperationalError("the connection is gone")]

    def fail_once():
        if failures:
            raise failures.pop()

    with before_queries("seminars_edition", fail_once):
        status, _headers, _body = wsgi_client.get("/")

    assert (status, wsgi_client.asked, failures) == ("200 OK", 2, [])
