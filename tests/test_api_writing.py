"""Changing talks over the interface for programs: by the rules of the desk, in its words."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from seminars.actions import lifecycle, talk_changes, undoing
from seminars.models import Change, JointRequest, Room, Speaker, State, Talk, Topic
from tests.admin_forms import save, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.tokens import TALKS, change, program, send

pytestmark = pytest.mark.django_db

NOON = "2035-11-07T12:00:00-05:00"


@pytest.fixture
def person(series):
    return make_organiser(series, first_name="Grace", last_name="Hopper")


@pytest.fixture
def ours(person):
    return program(person)


def errors(answer):
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


# --- creating --------------------------------------------------------------------------------------------


def test_a_new_talk_is_a_draft_with_the_usual_values_of_its_series(ours, series, person):
    series.default_minutes, series.default_host, series.default_room = 90, "Ada", make_room()
    series.save()

    made = send(ours, "post", TALKS, {"series": series.slug, "starts_at": NOON, "title": "Engines"})

    talk = Talk.objects.get()
    assert (made.status_code, made["Location"]) == (201, f"{TALKS}/{talk.pk}")
    assert (talk.state, talk.title, talk.host, talk.room) == (State.DRAFT, "Engines", "Ada", series.default_room)
    assert talk.ends_at - talk.starts_at == timedelta(minutes=90)
    assert (Change.objects.latest("pk").by, str(Change.objects.latest("pk"))) == (person, "Added")
    assert made["ETag"] == ours.get(made["Location"])["ETag"]


def test_a_talk_is_sent_with_all_that_it_has(ours, series, person, ada):
    topic, room = make_topic(), make_room()
    sent = {
        "series": series.slug, "starts_at": NOON, "ends_at": "2035-11-07T19:30:00Z", "title": " Engines ",
        "abstract": "One\r\ntwo", "room": room.slug, "topics": [topic.slug, topic.slug], "notes": "coffee",
        "people": [
            {"speaker": ada.slug, "affiliation": "Turin"},
            {"name": "Mary Somerville", "affiliation": "Jedburgh", "role": "moderator"},
        ],
    }  # fmt: skip

    told = send(ours, "post", TALKS, sent).json()["talk"]

    talk = Talk.objects.get()
    assert (talk.title, talk.abstract, talk.room, list(talk.topics.all())) == ("Engines", "One\ntwo", room, [topic])
    assert talk.ends_at == in_new_york(2035, 11, 7, 14, 30)
    assert [(row.speaker.name, row.role, row.affiliation) for row in talk.appearances.in_order()] == [
        ("Ada Lovelace", "speaker", "Turin"), ("Mary Somerville", "moderator", "Jedburgh"),
    ]  # fmt: skip
    assert (told["private"]["notes"], told["ends_at"]) == ("coffee", "2035-11-07T14:30:00-05:00")


def test_a_known_host_is_found_as_in_the_form(ours, series, ada):
    send(ours, "post", TALKS, {"series": series.slug, "starts_at": NOON, "host": "Ada Lovelace"})

    row = Talk.objects.get().appearances.get()
    assert (row.speaker, row.role, Talk.objects.get().host) == (ada, "host", "")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"series": "nothing"}, "series"), ({"series": "priml"}, "series"), ({"room": "nothing"}, "room"),
        ({"topics": ["nothing"]}, "topics"), ({"also_in": ["nothing"]}, "also_in"), ({"also_in": ["asset"]}, "also_in"),
        ({"people": [{"speaker": "nothing"}]}, "people.0.speaker"), ({"people": [{}]}, "people.0"),
        ({"people": [{"name": "Ada Lovelac"}]}, "people.0.name"), ({"title": "x" * 501}, "title"),
        ({"people": [{"name": "Ada Lovelace"}, {"speaker": "ada-lovelace"}]}, "people.1"),
        ({"join_url": "example.org"}, "join_url"), ({"ends_at": NOON}, "ends_at"), ({"zone": "Mars/Base"}, "zone"),
        ({"starts_at": "2035-11-07T12:00:00.5Z"}, "starts_at"), ({"ends_at": "2035-11-07T23:00:07Z"}, "ends_at"),
        ({"starts_at": "2035-11-07T12:00:00"}, "starts_at"), ({"starts_at": 0}, "starts_at"), ({"title": 7}, "title"),
        ({"shares_room": "yes"}, "shares_room"), ({"title": "a\0b"}, "title"), ({"titel": "Engines"}, "titel"),
        ({"recording": "maybe"}, "recording"), ({"starts_at": "1700-01-01T12:00:00Z"}, "starts_at"),
        ({"people": [{"name": "Ada Lovelace", "role": "king"}]}, "people.0.role"), ({"title": "\ud800"}, "title"),
    ],
)  # fmt: skip
def test_a_value_is_refused_with_its_field_and_nothing_is_saved(ours, series, priml, ada, sent, field):
    changes = Change.objects.count()
    refused = send(ours, "post", TALKS, {"series": series.slug, "starts_at": NOON} | sent)

    assert (refused.status_code, list(errors(refused))) == (422, [field])
    assert (Talk.objects.count(), Speaker.objects.count(), Change.objects.count()) == (0, 1, changes)


def test_a_new_person_takes_a_right_of_its_own(person, series):
    sent = {"series": series.slug, "starts_at": NOON, "people": [{"name": "Mary Somerville"}]}

    assert send(program(person, shared=False), "post", TALKS, sent).status_code == 403
    assert (Talk.objects.count(), Speaker.objects.count()) == (0, 0)


def test_a_series_of_others_is_asked_first(ours, series, priml):
    send(ours, "post", TALKS, {"series": series.slug, "starts_at": NOON, "also_in": [priml.slug]})

    assert (list(Talk.objects.get().also_in.all()), JointRequest.objects.get().series) == ([], priml)


def test_a_token_for_one_series_lists_a_talk_in_no_other_of_its_person(series, priml):
    bound = program(make_organiser(series, priml), series=series)
    sent = {"series": series.slug, "starts_at": NOON}

    assert send(bound, "post", TALKS, sent | {"also_in": [priml.slug]}).status_code == 422
    assert send(bound, "post", TALKS, sent | {"series": priml.slug}).status_code == 422
    assert Talk.objects.count() == 0


# --- changing ---------------------------------------------------------------------------------------------


def test_a_change_is_recorded_by_the_person_and_can_be_undone(ours, talk, person):
    answer = change(ours, talk, {"title": "On looms"}).json()

    assert answer["subscribers"] == ["The title changes from “On engines” to “On looms”."]
    made = Change.objects.latest("pk")
    assert (made.by, str(made)) == (person, "Changed")
    undoing.restore(made, by=person)
    talk.refresh_from_db()
    assert talk.title == "On engines"


def test_what_is_not_sent_stays(ours, talk, ada):
    row = talk.appearances.get()
    change(ours, talk, {"people": [{"speaker": ada.slug}, {"speaker": ada.slug, "role": "host"}]})

    assert [one.role for one in talk.appearances.in_order()] == ["speaker", "host"]
    assert (talk.appearances.in_order()[0].pk, talk.appearances.in_order()[0].affiliation) == (row.pk, "London")
    talk.refresh_from_db()
    assert (talk.title, talk.room.name) == ("On engines", "307")


def test_a_change_that_changes_nothing_leaves_no_trace(ours, talk):
    before = Change.objects.count()

    assert change(ours, talk, {"title": talk.title}).status_code == 200
    assert Change.objects.count() == before


def test_a_time_is_sent_back_as_it_was_told_and_the_talk_stays_where_it_is(ours, series):
    start = in_new_york(2035, 11, 7, 12).replace(second=30, microsecond=500_000)  # as another program exported it
    talk = make_talk(series=series, starts_at=start)
    told, before = ours.get(f"{TALKS}/{talk.pk}").json(), Change.objects.count()

    assert change(ours, talk, {name: told[name] for name in ("starts_at", "ends_at")}).status_code == 200
    assert Change.objects.count() == before
    for name in ("starts_at", "ends_at"):
        refused = change(ours, talk, {"starts_at": told["starts_at"], name: "2035-11-07T20:00:01Z"}, action="move")
        assert (refused.status_code, list(errors(refused))) == (422, [name])


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ({"title": "On looms"}, {"title": "On looms"}),
        ({"title": "TBA"}, {"title": "TBA"}),
        ({"programme": "Coffee"}, {"programme": "Coffee"}),
        ({"room": None}, {"room": ""}),
        ({"join_url": "https://x.example/1", "passcode": "7"}, {"join_url": "https://x.example/1", "passcode": "7"}),
    ],
)
def test_a_change_leaves_what_the_form_leaves(ours, person, talk, sent, typed):
    """The same row, notice and calendar entry: one is changed by each, and compared."""
    twin = make_talk(
        series=talk.series, title="On engines", abstract="On engines.", speakers=list(talk.people.all()),
        room=talk.room, topics=list(talk.topics.all()), starts_at=talk.starts_at, shares_room=True,
    )  # fmt: skip
    save(signed_in(person), twin, **typed)
    change(ours, talk, {"shares_room": True} | sent)

    assert as_left(talk) == as_left(twin)


def as_left(talk):
    """All that a change left of a talk, without what is its own."""
    own = {"id", "uid", "address_key", "entry_digest", "created_at", "updated_at", "changed_at", "published_at"}
    row = Talk.objects.filter(pk=talk.pk).values().get()
    told = [(name, value) for name, value in row.items() if name not in own]
    people = list(talk.appearances.in_order().values_list("speaker", "role", "affiliation"))
    return told, people, str(Change.objects.since(0, talk).first())


def test_a_clash_is_refused_with_the_sentence_of_the_desk(ours, series, talk):
    other = make_draft(series=series, room=talk.room, starts_at=talk.starts_at + timedelta(days=1))
    refused = change(ours, other, {"starts_at": talk.starts_at.isoformat()}, action="move")
    with suppress(ValidationError):
        lifecycle.move(other, starts_at=talk.starts_at, by=None)
    with pytest.raises(ValidationError) as at_desk:
        lifecycle.move(other, starts_at=talk.starts_at, by=None)

    assert errors(refused) == {"room": " ".join(at_desk.value.messages)}


# --- from state to state ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "action", "sent", "left", "notice"),
    [
        ("draft", "announce", {}, "confirmed", ""),
        ("draft", "announce", {"tentative": True}, "tentative", ""),
        ("tentative", "confirm", {}, "confirmed", ""),
        ("confirmed", "cancel", {"reason": "Snow"}, "cancelled", "Snow"),
        ("confirmed", "postpone", {"reason": "Snow"}, "postponed", "Snow"),
        ("cancelled", "reinstate", {}, "confirmed", ""),
        ("postponed", "move", {"starts_at": "2035-12-07T12:00:00-05:00"}, "confirmed", ""),
        ("confirmed", "withdraw", {}, "draft", ""),
        ("confirmed", "change-room", {"room": None, "notice": "Outside"}, "confirmed", "Outside"),
        ("confirmed", "change-room", {"room": "attic"}, "confirmed", "Room: Attic"),
    ],
)
def test_each_transition_does_what_the_desk_does(ours, series, person, state, action, sent, left, notice):
    make_room(slug="attic", name="Attic", building="")
    talk = make_talk(series=series, state=state, starts_at=in_new_york(2035, 11, 7, 12))

    answer = change(ours, talk, sent, action=action)

    assert answer.status_code == 200, answer.content
    talk.refresh_from_db()
    assert (talk.state, talk.notice, Change.objects.latest("pk").by) == (left, notice, person)


@pytest.mark.parametrize(
    ("state", "action"),
    [("draft", "cancel"), ("confirmed", "announce"), ("confirmed", "reinstate"), ("draft", "withdraw")],
)
def test_a_transition_that_does_not_lead_on_is_refused_with_the_sentence_of_the_desk(ours, series, state, action):
    talk = make_talk(series=series, state=state)

    refused = change(ours, talk, action=action)

    assert (refused.status_code, refused.json()["detail"]) == (422, lifecycle.OTHERWISE[action])


def test_a_draft_is_deleted_and_a_published_talk_is_not(ours, series):
    draft, public = make_draft(series=series), make_talk(series=series)

    tried = ours.delete(f"{TALKS}/{draft.pk}?dry_run=true", headers={"if-match": "*"})
    assert (tried.status_code, Talk.objects.count()) == (204, 2)
    for talk, status in ((draft, 204), (public, 422)):
        address = f"{TALKS}/{talk.pk}"
        answer = ours.delete(address, headers={"if-match": ours.get(address)["ETag"]})
        assert answer.status_code == status
    assert list(Talk.objects.all()) == [public]
    assert answer.json()["detail"] == talk_changes.NEVER_DELETED


def test_a_dry_run_tells_what_would_change_and_changes_nothing(ours, talk):
    changes = Change.objects.count()

    answer = change(ours, talk, {"reason": "Snow"}, action="cancel", query="?dry_run=true").json()

    assert (answer["dry_run"], answer["talk"]["state"], answer["talk"]["notice"]) == (True, "cancelled", "Snow")
    assert "Subscribers’ calendars will say that it is cancelled." in answer["subscribers"]
    talk.refresh_from_db()
    assert (talk.state, Change.objects.count()) == (State.CONFIRMED, changes)


def test_a_dry_run_of_a_new_talk_makes_none(ours, series):
    answer = send(ours, "post", f"{TALKS}?dry_run=true", {"series": series.slug, "starts_at": NOON})

    assert (answer.status_code, "Location" in answer, Talk.objects.count()) == (200, False, 0)


# --- who may --------------------------------------------------------------------------------------------------


def status_of(client, talk):
    """What changing, cancelling and deleting a talk answer, and adding one to its series."""
    made = send(client, "post", TALKS, {"series": talk.series.slug, "starts_at": NOON}).status_code
    deleted = client.delete(f"{TALKS}/{talk.pk}", headers={"if-match": "*"}).status_code
    return [change(client, talk, {"title": "x"}).status_code, change(client, talk, action="cancel").status_code,
            deleted, made]  # fmt: skip


def test_each_kind_of_program_may_change_what_its_person_may(series, priml, person):
    talk = make_talk(series=series, also_in=[priml])
    found = {
        "visitor": status_of(Client(), talk),
        "without the scope": status_of(program(person, talks=False), talk),
        "organiser of a further series": status_of(program(make_organiser(priml)), talk),
        "administrator for another series": status_of(program(make_administrator(), series=priml), talk),
        "organiser": status_of(program(person), talk),
        "administrator": status_of(program(make_administrator()), talk),
    }

    assert found == {
        "visitor": [401, 401, 401, 401],
        "without the scope": [403, 403, 403, 403],
        "organiser of a further series": [403, 403, 403, 422],
        "administrator for another series": [403, 403, 403, 422],
        "organiser": [200, 200, 422, 201],
        "administrator": [200, 422, 422, 201],
    }


def test_a_draft_of_others_does_not_exist_for_a_program(priml, series):
    draft = make_draft(series=series)

    assert status_of(program(make_organiser(priml)), draft)[:3] == [404, 404, 404]


ROWS = {"speakers": (make_speaker, 200), "rooms": (make_room, 403), "topics": (make_topic, 403)}


@pytest.mark.parametrize("kind", ROWS)
def test_shared_rows_are_added_and_changed_as_at_the_desk(ours, person, kind):
    make, of_organiser = ROWS[kind]
    row, address = make(), f"/api/v1/{kind}"
    for client, status in ((ours, of_organiser), (program(make_administrator()), 200)):
        known = client.get(f"{address}/{row.slug}")["ETag"]
        answer = send(client, "patch", f"{address}/{row.slug}", {"name": f"New {status}"}, **{"if-match": known})
        assert answer.status_code == status
    assert type(row).objects.get(pk=row.pk).name == "New 200"

    made = send(ours, "post", address, {"name": "Zanzibar"})
    assert (made.status_code, made["Location"]) == (201, f"{address}/zanzibar")
    assert (Change.objects.latest("pk").by, str(Change.objects.latest("pk"))) == (person, "Added: Zanzibar")
    assert send(program(person, shared=False), "post", address, {"name": "Other"}).status_code == 403
    assert send(ours, "patch", f"{address}/zanzibar", {"name": "x"}).status_code in (428, 403)


def test_somebody_with_a_similar_name_is_asked_about(ours, ada):
    refused = send(ours, "post", "/api/v1/speakers", {"name": "Ada Lovelac"})
    assert (refused.status_code, "ada-lovelace" in errors(refused)["name"]) == (422, True)

    assert send(ours, "post", "/api/v1/speakers", {"name": "Ada Lovelac", "is_another": True}).status_code == 201


def test_a_program_that_may_add_nobody_is_told_of_nobody(person, ada):
    refused = send(program(person, shared=False), "post", "/api/v1/speakers", {"name": ada.name})

    assert (refused.status_code, ada.slug in refused.content.decode()) == (403, False)


def test_a_room_has_a_place(ours):
    sent = {"name": "Attic", "latitude": 40.123456789, "longitude": -74, "capacity": 30, "zone": "Europe/Berlin"}

    told = send(ours, "post", "/api/v1/rooms", sent).json()

    assert (told["latitude"], told["capacity"], Room.objects.get().zone) == (40.123457, 30, "Europe/Berlin")
    assert send(ours, "post", "/api/v1/rooms", {"name": "Cellar", "latitude": 1.0}).status_code == 422
    assert send(ours, "post", "/api/v1/rooms", {"name": "Attic"}).status_code == 422


def test_a_dry_run_of_a_row_adds_none(ours):
    assert send(ours, "post", "/api/v1/topics?dry_run=true", {"name": "Maths"}).status_code == 200
    assert Topic.objects.count() == 0


def test_what_a_visitor_sends_is_not_even_read():
    assert Client().post(TALKS, b"{", content_type="application/json").status_code == 401


def test_what_is_no_json_and_what_is_too_large_are_refused(ours):
    for body, status in ((b"{", 400), (b"\xff", 400), (b"[]", 422), (b'"' + b"x" * 2**20 + b'"', 413)):
        assert ours.post(TALKS, body, content_type="application/json").status_code == status
