"""Feeds of many talks: sent piece by piece, with the bytes, validators and conditions of any other feed."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from seminars import kept_entries
from seminars.actions import shared_rows, talk_changes
from seminars.models import Talk
from seminars.page_cache import cached_responses
from seminars.views import feeds
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_speaker, make_talk
from tests.feeds import FILES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
each_file = pytest.mark.parametrize("file", FILES)


@pytest.fixture
def large(monkeypatch, client):
    """What each feed is as one piece; from now on it is large."""
    for day in range(3):
        make_talk(starts_at=NOW + timedelta(days=day), speakers=[make_speaker(biography="A life")])
    whole = {file: client.get(f"/{file}") for file in FILES}
    monkeypatch.setattr(feeds, "MANY_TALKS", 2)
    cache.clear()
    return whole


def sent(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@each_file
def test_it_has_the_bytes_and_headers_of_one_that_is_sent_whole(client, large, file):
    answer = client.get(f"/{file}")

    others = {"ETag"}
    assert (answer.streaming, sent(answer)) == (True, large[file].content)
    assert {name: value for name, value in answer.headers.items() if name not in others} == {
        name: value for name, value in large[file].headers.items() if name not in others
    }


@each_file
def test_an_edit_while_it_is_sent_changes_nothing_in_it(client, large, monkeypatch, file):
    monkeypatch.setattr(kept_entries, "PIECE", 1)
    monkeypatch.setattr(kept_entries, "BLOCK", 1)
    pieces = iter(client.get(f"/{file}").streaming_content)
    begun = next(pieces)

    talk = Talk.objects.last()
    talk.title = "On looms"
    talk_changes.save(talk)
    after = sent(client.get(f"/{file}"))

    assert begun + b"".join(pieces) == large[file].content
    assert b"On looms" in after


@each_file
def test_head_says_what_get_says(client, large, file):
    got, head = client.get(f"/{file}"), client.head(f"/{file}")

    assert (head.status_code, head.streaming, sent(head)) == (200, False, b"")
    assert dict(head.headers) == dict(got.headers)


@each_file
def test_a_client_that_has_it_gets_a_304_at_once(client, large, file):
    etag = client.get(f"/{file}")["ETag"]

    queries = queries_of(lambda: client.get(f"/{file}", headers={"if-none-match": etag}))
    answer = client.get(f"/{file}", headers={"if-none-match": etag})

    assert (answer.status_code, answer["ETag"], queries) == (304, etag, 1)


@each_file
def test_the_first_request_may_be_conditional_too(client, large, file):
    etag = client.get(f"/{file}")["ETag"]
    cache.clear()

    assert client.get(f"/{file}", headers={"if-none-match": etag}).status_code == 304
    assert client.get(f"/{file}", headers={"if-match": '"x"'}).status_code == 412


@each_file
def test_its_etag_changes_with_its_bytes_and_only_with_them(client, large, file):
    before = client.get(f"/{file}")["ETag"]
    speaker = Talk.objects.first().speakers[0].speaker

    speaker.biography = "Another life"
    shared_rows.save(speaker)
    Talk.objects.update(audience="Everyone")  # which no feed shows either
    same = client.get(f"/{file}", headers={"if-none-match": before})
    talk = Talk.objects.first()
    talk.title = "On looms"
    talk_changes.save(talk)
    changed = client.get(f"/{file}", headers={"if-none-match": before})

    assert (same.status_code, changed.status_code, b"On looms" in sent(changed)) == (304, 200, True)
    assert changed["ETag"] != before


@each_file
def test_its_etag_is_that_of_every_other_process(client, large, file):
    first = client.get(f"/{file}")["ETag"]
    cache.clear()
    Talk.objects.last().save()  # another edition

    assert client.get(f"/{file}")["ETag"] == first


def test_its_body_is_not_stored_as_a_whole(client, large, monkeypatch):
    stored = []
    monkeypatch.setattr(cached_responses.cache, "set_many", lambda values, _timeout: stored.extend(values))

    client.get("/feed.json")

    assert [key for key in stored if key.startswith("page:")] == []


def test_people_who_are_signed_in_get_it_too(client, large):
    client.cookies["sessionid"] = "x"

    answer = client.get("/feed.json")

    body = large["feed.json"].content
    assert (sent(answer), answer["Content-Length"], answer["Cache-Control"]) == (
        body,
        str(len(body)),
        "private, no-store",
    )


def test_it_is_not_stored_around_django_either(client, large, clock):
    clock.shift(5)
    kept, sent_in_pieces = client.get("/series/"), client.get("/feed.json")

    assert [hasattr(answer, "freshness") for answer in (kept, sent_in_pieces)] == [True, False]
