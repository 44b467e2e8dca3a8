"""Deleting speakers, rooms and topics and giving people photos over the interface for programs, as at the desk."""

import pytest

from seminars.actions import photos, undoing
from seminars.models import Change, Photo, Room, Speaker, Topic
from tests.factories import (
    in_new_york,
    make_administrator,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pictures import picture
from tests.tokens import program, send

pytestmark = pytest.mark.django_db

MAKERS = {"speakers": make_speaker, "rooms": make_room, "topics": make_topic}


@pytest.fixture
def administrator():
    return make_administrator()


@pytest.fixture
def theirs(administrator):
    return program(administrator)


def delete(client, address, query=""):
    """Read a row, then delete it as it was read."""
    return client.delete(f"{address}{query}", headers={"if-match": client.get(address).headers.get("ETag", "x")})


@pytest.mark.parametrize("kind", MAKERS)
def test_a_row_that_nothing_needs_is_deleted_and_comes_back_with_an_undo(theirs, administrator, kind):
    row = MAKERS[kind]()
    address = f"/api/v1/{kind}/{row.slug}"

    assert delete(theirs, address, "?dry_run=true").status_code == 204
    assert theirs.get(address).status_code == 200
    assert delete(theirs, address).status_code == 204

    assert theirs.get(address).status_code == 404
    made = Change.objects.latest("pk")
    assert (made.by, str(made)) == (administrator, f"Deleted: {row}")
    undoing.restore(made, by=administrator)
    assert theirs.get(address).status_code == 200


@pytest.mark.parametrize("kind", MAKERS)
def test_a_row_is_deleted_by_those_alone_who_may_at_the_desk(series, kind):
    row = MAKERS[kind]()
    address = f"/api/v1/{kind}/{row.slug}"
    found = {
        "organiser": program(make_organiser(series)),
        "administrator for one series": program(make_administrator(), series=series),
        "without the scope": program(make_administrator(), shared=False),
    }
    answers = {name: delete(client, address).status_code for name, client in found.items()}

    assert answers == dict.fromkeys(found, 403)
    assert type(row).objects.get() == row


def test_a_row_that_is_needed_stays_and_the_answer_says_what_needs_it(theirs):
    room, topic, ada = make_room(name="307"), make_topic(name="Engines"), make_speaker(name="Ada Lovelace")
    make_talk(title="On engines", starts_at=in_new_york(2035, 11, 7, 12), room=room, topics=[topic], speakers=[ada])
    make_series(name="Analysis", default_room=room, default_moderator=ada)
    rows = {"rooms": room, "topics": topic, "speakers": ada}

    told = {}
    for kind, row in rows.items():
        refused = delete(theirs, f"/api/v1/{kind}/{row.slug}")
        assert refused.status_code == 422
        told[kind] = [one["message"] for one in refused.json()["errors"]]

    of_talk = "Nov. 7, 2035: Ada Lovelace – On engines"
    assert told == {
        "rooms": [f"“{room}” is in use, so it cannot be deleted.", "Analysis", of_talk],
        "topics": ["“Engines” is in use, so it cannot be deleted.", of_talk],
        "speakers": ["“Ada Lovelace” is in use, so it cannot be deleted.", "Analysis", of_talk],
    }
    assert (Room.objects.count(), Topic.objects.count(), Speaker.objects.count()) == (1, 1, 1)


def test_a_row_that_somebody_has_changed_since_is_not_deleted(theirs):
    topic = make_topic(slug="maths")
    known = theirs.get("/api/v1/topics/maths")["ETag"]
    topic.name = "Mathematics"
    topic.save()

    answers = [theirs.delete("/api/v1/topics/maths", headers=sent) for sent in ({}, {"if-match": known})]

    assert [one.status_code for one in answers] == [428, 412]
    assert answers[1].json()["current"]["name"] == "Mathematics"


# --- photos ---------------------------------------------------------------------------------------------

ADDRESS = "/api/v1/speakers/ada-lovelace"
BYTES = "application/octet-stream"


def put(client, sent, query="", **headers):
    known = client.get(ADDRESS).headers.get("ETag", "x")
    return client.put(f"{ADDRESS}/photo{query}", sent, content_type=BYTES, headers={"if-match": known} | headers)


def test_a_person_gets_a_photo_and_loses_it_as_at_the_desk(ada, series):
    person = make_organiser(series)
    ours = program(person)

    told = put(ours, picture(size=(3000, 2000)).read()).json()

    ada.refresh_from_db()
    assert told["photo"].endswith(ada.photo.get_absolute_url())
    assert (ada.photo.width, ada.photo.height) == (512, 341)
    made = Change.objects.latest("pk")
    assert (made.by, str(made)) == (person, "Changed: Ada Lovelace")

    removed = ours.delete(f"{ADDRESS}/photo", headers={"if-match": ours.get(ADDRESS)["ETag"]})
    assert (removed.status_code, removed.json()["photo"]) == (200, None)
    undoing.restore(Change.objects.latest("pk"), by=person)
    assert ours.get(ADDRESS).json()["photo"] == told["photo"]


def test_the_same_photo_again_leaves_no_trace(ada, series):
    ours = program(make_organiser(series))
    first, changes = put(ours, picture().read()), Change.objects.count()

    assert put(ours, picture().read())["ETag"] == first["ETag"]
    assert (Change.objects.count(), Photo.objects.count()) == (changes, 1)


def test_a_dry_run_tells_of_a_photo_and_keeps_none(ada, series):
    told = put(program(make_organiser(series)), picture().read(), "?dry_run=true")

    assert (told.status_code, bool(told.json()["photo"]), Photo.objects.count()) == (200, True, 0)


@pytest.mark.parametrize("sent", [b"", b"<svg/>", picture(kind="GIF").read(), picture().read()[:500]])
def test_what_is_no_picture_is_refused_with_the_sentence_of_the_desk(ada, series, sent):
    refused = put(program(make_organiser(series)), sent)

    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, ["photo"])
    assert refused.json()["detail"] == "We cannot read this picture. Use JPEG, PNG or WebP."


def test_a_picture_that_is_too_large_is_refused_with_the_sentence_of_the_desk(ada, series, monkeypatch):
    monkeypatch.setattr(photos, "MOST_BYTES", 1000)

    refused = put(program(make_organiser(series)), picture().read())

    assert (refused.status_code, Photo.objects.count()) == (422, 0)
    assert refused.json()["detail"] == "This picture is larger than 10 MB. Choose a smaller one."


def test_a_larger_picture_than_json_may_be_is_taken(ada, series):
    noise = picture(size=(1200, 1200)).read() + b"\0" * 6_000_000  # which decoders skip

    assert put(program(make_organiser(series)), noise).status_code == 200


def test_a_photo_takes_the_scope_and_the_present_state(ada, series):
    ours, reader = program(make_organiser(series)), program(make_organiser(series), shared=False)

    assert put(reader, picture().read()).status_code == 403
    assert put(ours, picture().read(), **{"if-match": '"x"'}).status_code == 412
    assert send(ours, "delete", f"{ADDRESS}/photo").status_code == 428
