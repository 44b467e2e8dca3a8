"""Change one thing of a talk from a list: its room (from the free ones), link, title, time or notice."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from seminars.actions import lifecycle
from seminars.actions.room_availability import rooms_for
from seminars.models import Talk
from tests.admin_forms import address_of, errors_in, form_of, messages_of, signed_in, transition_page
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_talk,
)

pytestmark = pytest.mark.django_db

NOON = in_new_york(2030, 10, 9, 12)


@pytest.fixture
def talk():
    """A public talk in a room for sixty."""
    return make_talk(title="On engines", room=make_room(name="Room 307", capacity=60), starts_at=NOON)


def offered(talk):
    return [offer.room.name for offer in rooms_for(talk) if offer.is_good]


# --- which rooms are offered ---


def test_free_rooms_that_are_large_enough_are_offered_the_nearest_first(talk):
    for name, capacity, building in [
        ("Aula", 300, "Gutmann Hall"), ("Room 414", 80, "Gutmann Hall"), ("Attic", 59, "Gutmann Hall"),
        ("Studio", None, "Town Hall"), ("Theatre", 60, "Town Hall"),
    ]:  # fmt: skip
        make_room(name=name, capacity=capacity, building=building)

    assert offered(talk) == ["Room 307", "Room 414", "Aula", "Studio", "Theatre"]


def test_a_talk_without_a_room_needs_as_many_seats_as_the_usual_room_has():
    usual = make_room(name="Room 307", capacity=60)
    talk = make_talk(series=make_series(default_room=usual), starts_at=NOON)
    make_room(name="Attic", capacity=59)

    assert offered(talk) == ["Room 307"]


def test_a_room_is_not_offered_while_another_talk_holds_it(talk):
    taken, touching, shared = (make_room(name=name) for name in ("Room 1", "Room 2", "Room 3"))
    make_talk(room=taken, starts_at=NOON + timedelta(minutes=30))
    make_talk(room=touching, starts_at=NOON + timedelta(hours=1))
    make_talk(room=shared, starts_at=NOON, shares_room=True)
    make_talk(room=make_room(name="Atrium", is_exclusive=False), starts_at=NOON)

    assert offered(talk) == ["Atrium", "Room 2", "Room 3", "Room 307"]


def test_a_talk_that_shares_its_room_may_go_anywhere(talk):
    make_talk(room=make_room(name="Room 1"), starts_at=NOON)
    talk.shares_room = True

    assert offered(talk) == ["Room 1", "Room 307"]


def test_the_reason_for_a_missing_room_keeps_the_draft_of_another_series_secret(talk):
    series = make_series(short_name="PRiML", kind="Seminar", contact_email="priml@example.org")
    make_draft(series=series, title="Secret", room=make_room(name="Room 1"), starts_at=NOON)
    make_talk(series=series, title="On looms", speakers=["Ada"], room=make_room(name="Room 2"), starts_at=NOON)
    make_draft(series=talk.series, title="Ours", room=make_room(name="Room 3"), starts_at=NOON)

    assert [offer.taken for offer in rooms_for(talk) if offer.taken] == [
        "reserved by the PRiML Seminar (contact priml@example.org), 12–1 pm",
        "taken by PRiML: Ada – On looms, 12–1 pm",
        f"taken by {talk.series.short_name}: Ours, 12–1 pm",
    ]


def test_many_rooms_need_no_more_queries(talk, django_assert_max_num_queries):
    for _ in range(12):
        make_talk(room=make_room(), speakers=["Ada"], starts_at=NOON)

    reloaded = Talk.objects.with_series_and_room().get(pk=talk.pk)
    with django_assert_max_num_queries(5):
        assert len(rooms_for(reloaded)) == 13


# --- changing the room ---


def test_the_page_says_who_has_a_room_and_how_many_seats_the_others_have(administrator_client, talk):
    make_room(name="Room 414", capacity=80)
    make_room(name="Attic", capacity=10)
    make_talk(series=make_series(short_name="PRiML"), title="On looms", room=make_room(name="Room 1"), starts_at=NOON)

    page = administrator_client.get(transition_page("room", talk)).content.decode()

    assert "Free at that time, with 60 seats or more:" in page
    assert "<strong>Gutmann Hall, Room 414</strong> · 80 seats" in page
    assert "1 smaller room is free" in page
    assert "<strong>Gutmann Hall, Room 1</strong>: taken by PRiML: On looms, 12–1 pm" in page


def test_another_room_proposes_the_notice(administrator_client, talk):
    room = make_room(name="Room 414")

    response = administrator_client.post(transition_page("room", talk), {"room": room.pk, "notice": ""})

    talk.refresh_from_db()
    told = "Room changed from Gutmann Hall, Room 307 to Gutmann Hall, Room 414"
    assert (response.url, talk.room, talk.notice) == (address_of(talk), room, told)
    assert messages_of(administrator_client) == [
        "The room has been changed.", f"The talk’s notice is now: “{told}”. Change the notice"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("room", "notice", "told"),
    [("414", "Now upstairs", "Now upstairs"), ("none", "", "Online only"), ("same", "", "Bring a coat")],
)
def test_the_notice_is_what_was_typed_or_what_changed(administrator_client, talk, room, notice, told):
    lifecycle.amend(talk, by=None, notice="Bring a coat", join_url="https://example.org/meet")
    key = {"414": make_room(name="Room 414").pk, "none": "none", "same": talk.room_id}[room]

    administrator_client.post(transition_page("room", talk), {"room": key, "notice": notice})

    assert Talk.objects.get().notice == told


def test_a_draft_changes_rooms_without_a_notice(administrator_client):
    draft, room = make_draft(room=make_room()), make_room()

    administrator_client.post(transition_page("room", draft), {"room": room.pk, "notice": "Psst"})

    draft.refresh_from_db()
    assert (draft.room, draft.notice) == (room, "")


def test_a_smaller_room_can_still_be_chosen(administrator_client, talk):
    attic = make_room(name="Attic", capacity=10)

    administrator_client.post(transition_page("room", talk), {"room": attic.pk})

    assert Talk.objects.get().room == attic


def test_a_room_that_was_taken_since_is_refused_and_typed_values_are_kept(administrator_client, talk):
    room = make_room(name="Room 414")
    make_talk(series=make_series(short_name="PRiML"), title="On looms", room=room, starts_at=NOON)

    response = administrator_client.post(transition_page("room", talk), {"room": room.pk, "notice": "Now upstairs"})

    assert errors_in(response) == ["Gutmann Hall, Room 414 is taken by PRiML: On looms, 12–1 pm. Choose another room."]
    assert 'value="Now upstairs"' in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"room": "99999"}, "This room has been deleted. Choose another one."),
        ({"room": "x"}, "This room has been deleted. Choose another one."),
        ({}, "No room is chosen. Choose one."),
    ],
)
def test_an_unknown_room_shows_a_message(administrator_client, talk, sent, sentence):
    assert errors_in(administrator_client.post(transition_page("room", talk), sent)) == [sentence]


# --- changing the others ---


@pytest.mark.parametrize(
    ("transition", "sent", "after"),
    [
        ("title", {"title": "On looms"}, {"title": "On looms"}),
        ("title", {"title": ""}, {"title": ""}),
        ("link", {"join_url": "example.org/meet", "passcode": "42"},
         {"join_url": "https://example.org/meet", "passcode": "42"}),
        ("notice", {"notice": "Bring a coat"}, {"notice": "Bring a coat"}),
        ("notice", {"stock": "Note the unusual time"}, {"notice": "Note the unusual time"}),
        ("notice", {"stock": "Last talk of the term"}, {"notice": "Last talk of the term"}),
        ("notice", {"stock": "Room changed to Gutmann Hall, Room 307"},
         {"notice": "Room changed to Gutmann Hall, Room 307"}),
        ("recording", {"recording_url": "https://example.org/r"},
         {"recording_url": "https://example.org/r", "recording": "planned"}),
        ("recording", {"recording_url": ""}, {"recording_url": "", "recording": "declined"}),
        ("move", {"day": "2030-10-16", "start": "14:30"}, {"starts_at": in_new_york(2030, 10, 16, 14, 30)}),
        ("move", {"day": "2030-11-06", "start": "12:00"}, {"starts_at": in_new_york(2030, 11, 6, 12)}),
    ],
)  # fmt: skip
def test_one_value_changes_and_subscribers_get_the_change(administrator_client, talk, transition, sent, after):
    before = talk.sequence

    response = administrator_client.post(transition_page(transition, talk), sent)

    talk.refresh_from_db()
    assert (response.status_code, {name: getattr(talk, name) for name in after}) == (302, after)
    assert talk.sequence == before + (transition != "recording")


@pytest.mark.parametrize(
    ("transition", "sent", "kept"),
    [
        ("link", {"join_url": "not a link", "passcode": "42"}, 'value="not a link"'),
        ("title", {"title": "x" * 501}, "x" * 501),
        ("move", {"day": "2030-02-30", "start": "12:00"}, 'value="2030-02-30"'),
        ("move", {"day": "0001-01-01", "start": "12:00"}, 'value="0001-01-01"'),
        ("move", {"day": "9999-12-31", "start": "23:59"}, 'value="9999-12-31"'),
        ("notice", {"notice": "x" * 301}, "x" * 301),
    ],
)
def test_impossible_values_are_refused_and_kept_in_the_form(administrator_client, talk, transition, sent, kept):
    response = administrator_client.post(transition_page(transition, talk), sent)

    assert (response.status_code, len(errors_in(response))) == (200, 1)
    assert kept in response.content.decode()


@pytest.mark.parametrize(
    ("transition", "sent", "other_change", "now"),
    [
        ("title", {"title": "On looms"}, {"title": "On threads"}, "On threads"),
        ("link", {"join_url": "https://example.org/a"}, {"join_url": "https://example.org/b"}, "https://example.org/b"),
        ("notice", {"notice": "Bring a coat"}, {"notice": "Bring a hat"}, "Bring a hat"),
        ("notice", {"notice": ""}, {"notice": "Bring a hat"}, "Bring a hat"),
        ("move", {"day": "2030-10-16", "start": "14:30"}, {"starts_at": NOON + timedelta(minutes=30)},
         "Wednesday, 9 October 2030, 12:30 pm"),
        ("room", {"room": "none"}, {"room": "Room 414"}, "Gutmann Hall, Room 414"),
    ],
)  # fmt: skip
def test_the_second_save_is_stopped_and_succeeds_when_sent_again(
    administrator_client, talk, transition, sent, other_change, now
):
    seen = form_of(administrator_client, transition_page(transition, talk))["seen"]
    if transition == "room":
        other_change = {"room": make_room(name="Room 414")}
    Talk.objects.filter(pk=talk.pk).update(**other_change)

    stopped = administrator_client.post(transition_page(transition, talk), sent | {"seen": seen})
    again = administrator_client.post(transition_page(transition, talk), sent | {"seen": stopped.context["form"].now})

    assert [" ".join(sentence.split()) for sentence in errors_in(stopped)] == [
        f"Someone has changed this to “{now}”. Save again to replace it with yours."
    ]
    assert again.status_code == 302


def test_a_change_that_is_sent_twice_is_made_once_without_an_error(administrator_client, talk):
    seen = form_of(administrator_client, transition_page("title", talk))["seen"]

    for _ in range(2):
        assert (
            administrator_client.post(transition_page("title", talk), {"title": "On looms", "seen": seen}).status_code
            == 302
        )

    assert Talk.objects.get().sequence == 1


def test_a_title_such_as_tba_becomes_empty(administrator_client, talk):
    administrator_client.post(transition_page("title", talk), {"title": "TBA"})

    assert Talk.objects.get().title == ""


def test_an_unknown_prepared_notice_is_ignored(administrator_client, talk):
    administrator_client.post(transition_page("notice", talk), {"stock": "Free beer", "notice": "Bring a coat"})

    assert Talk.objects.get().notice == "Bring a coat"


def test_a_talk_is_not_moved_onto_another(administrator_client, talk):
    make_talk(title="On looms", room=talk.room, starts_at=NOON + timedelta(hours=2))

    response = administrator_client.post(transition_page("move", talk), {"day": "2030-10-09", "start": "13:30"})

    assert errors_in(response) == ["On engines: Room 307 is taken by “On looms”, 2–3 pm. Choose another room or time."]


@pytest.mark.parametrize("transition", ["room", "link", "title", "move", "notice", "recording"])
def test_a_page_for_one_talk_refuses_two(administrator_client, talk, transition):
    assert administrator_client.get(transition_page(transition, talk, make_talk())).status_code == 404


@pytest.mark.parametrize(
    ("back", "address"),
    [("/admin/seminars/talk/?q=looms", "/admin/seminars/talk/?q=looms"), ("//evil.example.org", None)],
)
def test_a_change_returns_to_the_page_it_came_from_and_to_no_other_site(administrator_client, talk, back, address):
    response = administrator_client.post(transition_page("title", talk) + f"&next={quote(back)}", {"title": "On looms"})

    assert response.url == (address or address_of(talk))


def test_rooms_are_changed_by_the_organisers_of_the_talk_alone(talk):
    stranger, room = signed_in(make_organiser()), make_room()

    assert stranger.post(transition_page("room", talk), {"room": room.pk}).status_code == 404
    assert Talk.objects.get().room != room
