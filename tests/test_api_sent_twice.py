"""Requests of programs that are sent twice, at once, or over a change of others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seminars.actions import talk_changes
from seminars.models import KeptAnswer, Talk
from tests.admin_forms import save, signed_in
from tests.factories import make_organiser
from tests.tokens import TALKS, program, send

pytestmark = pytest.mark.django_db

NOON = "2035-11-07T12:00:00-05:00"


@pytest.fixture
def person(series):
    return make_organiser(series)


@pytest.fixture
def ours(person):
    return program(person)


def test_a_change_needs_the_etag_of_what_was_read(ours, talk):
    refused = send(ours, "patch", f"{TALKS}/{talk.pk}", {"title": "On looms"})

    assert refused.status_code == 428
    talk.refresh_from_db()
    assert talk.title == "On engines"


def test_a_change_of_others_in_between_is_told_and_not_lost(ours, talk, person):
    read = ours.get(f"{TALKS}/{talk.pk}")
    signed = signed_in(person)
    save(signed, talk, title="On looms")

    refused = send(ours, "patch", f"{TALKS}/{talk.pk}", {"title": "On sails"}, **{"if-match": read["ETag"]})

    assert (refused.status_code, refused.json()["current"]["title"]) == (412, "On looms")
    again = send(ours, "patch", f"{TALKS}/{talk.pk}", {"title": "On sails"}, **{"if-match": f"W/{refused['ETag']}"})
    assert again.status_code == 200
    assert again["ETag"] == ours.get(f"{TALKS}/{talk.pk}")["ETag"]


def test_a_request_that_is_sent_twice_makes_one_talk(ours, series):
    sent = {"series": series.slug, "starts_at": NOON, "title": "Engines"}
    first, again = (send(ours, "post", TALKS, sent, **{"idempotency-key": "a"}) for _time in range(2))

    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert Talk.objects.count() == 1
    other = send(ours, "post", TALKS, sent | {"title": "Looms"}, **{"idempotency-key": "a"})
    assert (other.status_code, Talk.objects.count()) == (422, 1)
    assert send(ours, "post", TALKS, sent, **{"idempotency-key": "b"}).status_code == 201


@pytest.mark.parametrize("kind", ["speakers", "rooms", "topics"])
def test_a_request_that_is_sent_twice_adds_one_row(ours, kind):
    first, again = (
        send(ours, "post", f"/api/v1/{kind}", {"name": "Zanzibar"}, **{"idempotency-key": "a"}) for _time in range(2)
    )

    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert send(ours, "post", f"/api/v1/{kind}", {"name": "Zanzibar"}, **{"idempotency-key": "b"}).status_code == 422


def test_the_key_of_one_token_means_nothing_to_another(ours, series):
    sent = {"series": series.slug, "starts_at": NOON}
    for client in (ours, program(make_organiser(series))):
        assert send(client, "post", TALKS, sent, **{"idempotency-key": "a"}).status_code == 201

    assert Talk.objects.count() == 2


def test_a_refused_request_can_be_sent_again_with_the_same_key(ours, series):
    sent = {"series": series.slug, "starts_at": NOON}

    assert send(ours, "post", TALKS, sent | {"room": "x"}, **{"idempotency-key": "a"}).status_code == 422
    assert send(ours, "post", TALKS, sent, **{"idempotency-key": "a"}).status_code == 201


def test_a_request_waits_for_one_with_its_key_that_still_runs(ours, series, monkeypatch):
    sent, seen = {"series": series.slug, "starts_at": NOON}, []
    save_talk = talk_changes.save

    def saving(*given, **named):
        seen.append(send(ours, "post", TALKS, sent, **{"idempotency-key": "a"}).status_code)
        return save_talk(*given, **named)

    monkeypatch.setattr(talk_changes, "save", saving)

    assert send(ours, "post", TALKS, sent, **{"idempotency-key": "a"}).status_code == 201
    assert (seen, Talk.objects.count()) == ([409], 1)


def test_a_request_that_stopped_half_way_can_be_sent_again(ours, series):
    sent = {"series": series.slug, "starts_at": NOON}
    send(ours, "post", TALKS, sent, **{"idempotency-key": "a"})
    KeptAnswer.objects.update(status=None)

    assert send(ours, "post", TALKS, sent, **{"idempotency-key": "a"}).status_code == 409
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(minutes=2))
    assert send(ours, "post", TALKS, sent, **{"idempotency-key": "a"}).status_code == 201
