"""Each calendar program gets an address in its own form, for a feed and for one talk."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from seminars.formats.ics_calendars import ways_to_add, ways_to_follow, webcal
from seminars.models import JoinAccess, State, Talk
from tests.factories import in_new_york, make_draft, make_room, make_series, make_talk

FEED = "https://talks.example.edu/calendar.ics?series=a&series=b"
LINK = "https://zoom.example/j/951"
ENCODED = "talks.example.edu%2Fcalendar.ics%3Fseries%3Da%26series%3Db"


def printed(talk):
    return Talk.objects.for_pages().get(pk=talk.pk)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("google", f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F{ENCODED}"),
        ("outlook", f"https://outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2F{ENCODED}&name=A%20%26%20B"),
        (
            "microsoft-365",
            f"https://outlook.office.com/calendar/0/addfromweb?url=https%3A%2F%2F{ENCODED}&name=A%20%26%20B",
        ),
        ("apple", "webcal://talks.example.edu/calendar.ics?series=a&series=b"),
    ],
)
def test_a_feed_is_followed_at_the_address_that_each_calendar_expects(key, address):
    assert {way.key: way.address for way in ways_to_follow(FEED, "A & B")}[key] == address


def test_every_calendar_says_when_a_change_arrives_and_google_that_its_app_adds_no_address():
    paces = {way.key: str(way.pace) for way in ways_to_follow(FEED, "Talks")}

    assert "once a day" in paces["google"]
    assert "use a computer" in paces["google"]
    assert "every few hours" in paces["outlook"]
    assert paces["microsoft-365"] == paces["outlook"]
    assert "as often as you choose" in paces["apple"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_webcal_opens_calendar_programs_with_http_and_https(scheme):
    assert webcal(f"{scheme}://talks.example.edu/calendar.ics") == "webcal://talks.example.edu/calendar.ics"


@pytest.fixture
def talk(db):
    return make_talk(
        series=make_series(short_name="ASSET"),
        title="On engines & looms + more",
        speakers=["Ada Lovelace"],
        starts_at=in_new_york(2126, 1, 15, 12),
        room=make_room(name="Room 414", building="Hall"),
        abstract="A secretly long abstract.",
        join_url=LINK,
        passcode="472119",
    )


def asked(talk):
    """Host, path and parameters of each way."""
    parts = {way.key: urlsplit(way.address) for way in ways_to_add(printed(talk))}
    return {key: (part.netloc + part.path, parse_qs(part.query)) for key, part in parts.items()}


def test_google_calendar_can_add_one_talk(talk):
    address, parameters = asked(talk)["google"]

    assert address == "calendar.google.com/calendar/render"
    assert parameters.pop("details")[0].startswith("Speaker: Ada Lovelace\n\nJoin online: http://talks.example.edu/")
    assert parameters == {
        "action": ["TEMPLATE"],
        "text": ["ASSET: Ada Lovelace – On engines & looms + more"],
        "dates": ["21260115T170000Z/21260115T180000Z"],
        "location": ["Hall, Room 414"],
        "ctz": ["America/New_York"],
        "trp": ["false"],
    }


def test_apple_calendar_gets_the_file_of_one_talk(client, talk):
    [apple] = [way for way in ways_to_add(printed(talk)) if way.key == "apple"]

    assert apple.address == f"http://talks.example.edu/talks/{talk.pk}/calendar.ics"
    assert client.get(urlsplit(apple.address).path)["Content-Type"].startswith("text/calendar")


@pytest.mark.parametrize(("key", "host"), [("outlook", "outlook.live.com"), ("microsoft-365", "outlook.office.com")])
def test_outlook_can_add_one_talk(talk, key, host):
    address, parameters = asked(talk)[key]

    assert address == f"{host}/calendar/0/deeplink/compose"
    assert parameters.pop("body")[0].startswith("Speaker: Ada Lovelace\n\n")
    assert parameters == {
        "path": ["/calendar/action/compose"],
        "rru": ["addevent"],
        "startdt": ["2126-01-15T17:00:00Z"],
        "enddt": ["2126-01-15T18:00:00Z"],
        "subject": ["ASSET: Ada Lovelace – On engines & looms + more"],
        "location": ["Hall, Room 414"],
        "freebusy": ["free"],
    }


@pytest.mark.parametrize("access", list(JoinAccess))
def test_a_copy_that_never_changes_carries_the_stable_join_address_alone(talk, access):
    talk.join_access = access
    talk.save()

    for way in ways_to_add(printed(talk)):
        if way.key == "apple":  # which copies nothing
            continue
        assert f"talks%2F{talk.pk}%2Fjoin%2F" in way.address
        assert [secret for secret in ("zoom.example", "472119", "secretly") if secret in way.address] == []


def test_a_space_is_not_a_plus_sign_because_outlook_shows_it(talk):
    assert [way.key for way in ways_to_add(printed(talk)) if "+" in way.address] == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.DRAFT, State.POSTPONED, State.CANCELLED])
def test_a_talk_that_does_not_go_ahead_has_no_calendar_links(state):
    make = make_draft if state == State.DRAFT else make_talk

    assert ways_to_add(printed(make(state=state))) == []


@pytest.mark.django_db
def test_a_talk_that_is_over_has_no_calendar_links():
    assert ways_to_add(printed(make_talk(starts_at=timezone.now() - timedelta(hours=2)))) == []
