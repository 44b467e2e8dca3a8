"""Writing series and breaks over the interface for programs, by the rules of the desk."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from seminars.actions import shared_rows
from seminars.api.series_changes import SeriesSent
from seminars.models import Break, Series, Talk
from tests.factories import (
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.tokens import program, send

pytestmark = pytest.mark.django_db

SERIES, BREAKS = "/api/v1/series", "/api/v1/breaks"
AUTUMN = {"first_on": "2035-11-21", "last_on": "2035-11-23", "reason": "Thanksgiving"}


@pytest.fixture
def ours(series):
    return program(make_organiser(series))


@pytest.fixture
def theirs():
    return program(make_administrator())


def patch(client, address, sent, query=""):
    """Read a row, then change it as it was read."""
    known = client.get(address).headers.get("ETag", "x")
    return send(client, "patch", f"{address}{query}", sent, **{"if-match": known})


def delete(client, address):
    return client.delete(address, headers={"if-match": client.get(address).headers.get("ETag", "x")})


def fields(answer):
    return [one["field"] for one in answer.json()["errors"]]


# --- series ---------------------------------------------------------------------------------------------


def test_an_organiser_changes_texts_and_usual_values_of_their_series(ours, series):
    room, ada = make_room(slug="attic"), make_speaker(slug="ada", name="Ada Lovelace")
    make_topic(slug="maths"), make_topic(slug="engines")
    sent = {
        "tagline": "Engines and more", "zone": "Europe/Berlin", "default_weekday": 2, "default_start": "12:30",
        "default_minutes": 50, "default_room": "attic", "default_moderator": "ada", "default_join_url": "https://x.example/1",
        "default_topics": ["maths", "engines"], "default_passcode": "numbat", "answers_go_live": True,
    }  # fmt: skip

    told = patch(ours, f"{SERIES}/asset", sent).json()

    assert (told["tagline"], told["zone"]) == ("Engines and more", "Europe/Berlin")
    assert {name: told["private"][name] for name in sent if name in told["private"]} == {
        name: value for name, value in sent.items() if name in told["private"]
    } | {"default_topics": ["engines", "maths"]}
    series.refresh_from_db()
    assert (series.default_room, series.default_moderator, series.default_start) == (room, ada, time(12, 30))
    assert ours.get(f"{SERIES}/asset").json() == told

    empty = patch(ours, f"{SERIES}/asset", {"default_room": None, "default_moderator": None, "default_topics": []})
    assert [empty.json()["private"][name] for name in ("default_room", "default_moderator", "default_topics")] == [
        None,
        None,
        [],
    ]


def test_what_is_sent_can_be_read(ours):
    told = ours.get(f"{SERIES}/asset").json()

    assert set(SeriesSent.model_fields) <= {*told, *told["private"]}


def test_talks_show_a_new_name_and_their_entries_are_stamped(ours, talk):
    before = talk.sequence

    assert patch(ours, f"{SERIES}/asset", {"short_name": "NEW"}).status_code == 200

    talk.refresh_from_db()
    assert (talk.series_label, talk.sequence) == ("NEW", before + 1)


def test_private_fields_are_told_to_those_who_look_after_the_series(ours, theirs, priml):
    hidden = make_series(slug="hidden", is_listed=False, default_passcode="numbat")
    bound = program(make_administrator(), series=hidden)
    readers = {"visitor": Client(), "of others": ours, "administrator": theirs, "for one": bound}

    found = {name: reader.get(f"{SERIES}/hidden").json()["private"] is not None for name, reader in readers.items()}
    listed = {
        name: [one["slug"] for one in reader.get(SERIES).json()["items"] if one["private"]]
        for name, reader in readers.items()
    }

    assert found == {"visitor": False, "of others": False, "administrator": True, "for one": True}
    assert listed == {
        "visitor": [], "of others": ["asset"], "administrator": ["asset", "hidden", "priml"], "for one": ["hidden"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"default_room": "nothing"}, "default_room"), ({"default_moderator": "nothing"}, "default_moderator"),
        ({"default_topics": ["nothing"]}, "default_topics"), ({"colour": "teal"}, "colour"),
        ({"short_name": "PRiML"}, "short_name"), ({"default_start": "25:00"}, "default_start"),
        ({"default_weekday": 7}, "default_weekday"), ({"default_minutes": 4}, "default_minutes"),
        ({"contact_email": "nobody"}, "contact_email"), ({"zone": "Mars/Base"}, "zone"), ({"name": ""}, "name"),
        ({"ask_text": "Dear {speaker}"}, "ask_text"), ({"remind_text": "{address} {weather}"}, "remind_text"),
        ({"ask_subject": "{"}, "ask_subject"), ({"thanks_text": "Thanks"}, "thanks_text"), ({"slug": "x"}, "slug"),
        ({"organisers": []}, "organisers"),
    ],
)  # fmt: skip
def test_a_value_of_a_series_is_refused_with_its_field(ours, series, priml, sent, field):
    before = Series.objects.values().get(pk=series.pk)

    refused = patch(ours, f"{SERIES}/asset", {"tagline": "New"} | sent)

    assert (refused.status_code, fields(refused)) == (422, [field])
    assert Series.objects.values().get(pk=series.pk) == before


def test_a_letter_without_the_address_is_refused_by_the_action_itself(series):
    series.ask_text = "Dear {speaker}"

    with pytest.raises(ValidationError, match="private address"):
        shared_rows.save(series)


def test_a_series_is_added_and_deleted_by_administrators_alone(ours, theirs):
    sent = {"name": "Algebra", "short_name": "ALG", "default_topics": []}
    bound = program(make_administrator(), series=Series.objects.get())
    assert [send(client, "post", SERIES, sent).status_code for client in (Client(), ours, bound)] == [401, 403, 403]

    assert send(theirs, "post", f"{SERIES}?dry_run=true", sent).status_code == 200
    made = send(theirs, "post", SERIES, sent)

    assert (made.status_code, made["Location"]) == (201, f"{SERIES}/algebra")
    assert [delete(client, f"{SERIES}/asset").status_code for client in (ours, bound)] == [403, 403]
    assert delete(theirs, f"{SERIES}/algebra").status_code == 204
    assert list(Series.objects.values_list("slug", flat=True)) == ["asset"]


def test_a_series_with_talks_is_not_deleted(theirs, series, priml):
    make_draft(title="Quokka", series=priml, also_in=[series])

    refused = [delete(theirs, f"{SERIES}/{slug}") for slug in ("asset", "priml")]

    assert [one.status_code for one in refused] == [422, 422]
    assert all("Quokka" in one.json()["detail"] for one in refused)
    assert (Series.objects.count(), Talk.objects.count()) == (2, 1)


def test_each_change_of_a_series_needs_the_scope_and_the_series(series, priml):
    reader, of_others = program(make_organiser(series), changes_series=False), program(make_organiser(priml))

    assert patch(reader, f"{SERIES}/asset", {"tagline": "x"}).status_code == 403
    assert patch(of_others, f"{SERIES}/asset", {"tagline": "x"}).status_code == 404  # not on their desk
    assert send(program(make_organiser(series)), "patch", f"{SERIES}/asset", {}).status_code == 428


def test_a_dry_run_changes_no_series(ours, series):
    make_topic(slug="maths")
    told = patch(ours, f"{SERIES}/asset", {"tagline": "New", "default_topics": ["maths"]}, "?dry_run=true").json()

    assert (told["tagline"], told["private"]["default_topics"]) == ("New", ["maths"])
    series.refresh_from_db()
    assert (series.tagline, series.default_topics.count()) == ("", 0)


def test_a_series_that_becomes_unlisted_takes_its_talks_along(client, ours, series):
    talk = make_talk(series=series)

    patch(ours, f"{SERIES}/asset", {"is_listed": False})

    assert client.get(f"/api/v1/talks/{talk.pk}").status_code == 404
    assert [one["uid"] for one in client.get("/api/v1/talks/gone?since=2020-01-01T00:00:00Z").json()["items"]] == [
        talk.uid
    ]


# --- breaks ---------------------------------------------------------------------------------------------


def test_an_organiser_adds_changes_and_deletes_breaks_of_their_series(client, ours):
    made = send(ours, "post", BREAKS, {"series": "asset"} | AUTUMN)

    assert made.status_code == 201, made.content
    address = made["Location"]
    assert client.get(address).json() == made.json() == {"id": Break.objects.get().pk, "series": "asset"} | AUTUMN
    assert patch(ours, address, {"last_on": None, "reason": "Snow"}).json()["last_on"] == "2035-11-21"
    assert client.get(BREAKS).json()["items"][0]["reason"] == "Snow"
    assert delete(ours, address).status_code == 204
    assert client.get(address).status_code == 404


def test_breaks_of_all_series_are_those_of_administrators(ours, theirs, priml):
    sent = {"series": None} | AUTUMN
    assert send(ours, "post", BREAKS, sent).status_code == 403

    address = send(theirs, "post", BREAKS, sent)["Location"]

    assert [patch(ours, address, {"reason": "x"}).status_code, delete(ours, address).status_code] == [403, 403]
    own = send(ours, "post", BREAKS, {"series": "asset"} | AUTUMN)["Location"]
    assert [patch(ours, own, {"series": slug}).status_code for slug in (None, "priml")] == [403, 422]
    assert [one.series and one.series.slug for one in Break.objects.order_by("pk")] == [None, "asset"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"series": "priml"}, "series"), ({"series": ""}, "series"), ({"last_on": "2035-11-20"}, "last_on"),
        ({"first_on": "21 November"}, "first_on"), ({"reason": ""}, "reason"), ({"reason": "x" * 201}, "reason"),
        ({"first_on": None}, "first_on"), ({"id": 7}, "id"),
    ],
)  # fmt: skip
def test_a_value_of_a_break_is_refused_with_its_field(ours, priml, sent, field):
    refused = send(ours, "post", BREAKS, {"series": "asset"} | AUTUMN | sent)

    assert (refused.status_code, fields(refused)) == (422, [field])
    assert Break.objects.count() == 0


def test_breaks_of_unlisted_series_are_told_to_their_organisers_alone(client, ours):
    hidden = make_series(is_listed=False, slug="hidden")
    day = date(2035, 11, 7)
    one = Break.objects.create(series=hidden, first_on=day, last_on=day, reason="Quokka")
    own = program(make_organiser(hidden))

    assert [reader.get(f"{BREAKS}/{one.pk}").status_code for reader in (client, ours, own)] == [404, 404, 200]
    assert [len(reader.get(BREAKS).json()["items"]) for reader in (client, ours, own)] == [0, 0, 1]


def test_a_break_needs_the_scope_and_what_was_read(series):
    reader, ours = program(make_organiser(series), changes_series=False), program(make_organiser(series))
    sent = {"series": "asset"} | AUTUMN

    assert send(reader, "post", BREAKS, sent).status_code == 403
    address = send(ours, "post", BREAKS, sent)["Location"]
    assert [send(ours, "patch", address, {}).status_code, ours.delete(address).status_code] == [428, 428]
    assert send(ours, "patch", address, {}, **{"if-match": '"x"'}).status_code == 412


def test_a_request_that_is_sent_again_adds_one_break(ours):
    sent = {"series": "asset"} | AUTUMN
    answers = [send(ours, "post", BREAKS, sent, **{"idempotency-key": "a"}) for _time in range(2)]

    assert (answers[0].content, answers[0]["Location"]) == (answers[1].content, answers[1]["Location"])
    assert Break.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_a_number_that_no_row_has_is_refused(client, number):
    assert client.get(f"{BREAKS}/{number}").status_code == 422
