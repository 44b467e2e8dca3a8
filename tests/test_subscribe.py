"""The subscribe page: follow everything, one scope or a combination, and the menu of each talk."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from seminars.models import State
from tests.factories import make_draft, make_room, make_series, make_speaker, make_talk, make_topic
from tests.pages import main, words

pytestmark = pytest.mark.django_db
SITE = "http://talks.example.edu"


def address_on(response):
    """The address that is offered for copying, "" where there is none."""
    found = re.search(r'<input id="address"[^>]* value="([^"]*)"', main(response))
    return html.unescape(found[1]) if found else ""


def ticked(response):
    return re.findall(r'name="(\w+)" value="([^"]*)" checked', main(response))


def test_everything_is_followed_unless_something_is_asked_for(client):
    page = client.get("/subscribe/")

    assert address_on(page) == f"{SITE}/calendar.ics"
    assert "webcal://talks.example.edu/calendar.ics" in page.text
    assert "webcals:" not in page.text
    assert 'href="/feed.atom"' in page.text
    assert 'href="/calendar.ics" download' in page.text


@pytest.mark.parametrize(
    ("make", "query", "path"),
    [
        (make_series, "series", "/series/x/calendar.ics"),
        (make_room, "room", "/rooms/x/calendar.ics"),
        (make_topic, "topic", "/topics/x/calendar.ics"),
    ],
)
def test_one_thing_is_followed_at_its_own_address(client, make, query, path):
    make(slug="x", name="Looms")

    page = client.get(f"/subscribe/?{query}=x")

    assert address_on(page) == SITE + path
    assert "Looms" in words(re.search(r"<h1.*?</h1>", page.text, re.S)[0])
    assert ticked(page) == [(query, "x")]
    assert client.get(path).status_code == 200


def test_a_speaker_is_followed_as_long_as_visitors_may_know_of_them(client):
    make_talk(speakers=[make_speaker(name="Ada", slug="ada")])
    make_draft(speakers=[make_speaker(name="Emmy", slug="emmy")])

    assert address_on(client.get("/subscribe/?speaker=ada")) == f"{SITE}/speakers/ada/calendar.ics"
    assert client.get("/subscribe/?speaker=emmy").status_code == 404
    assert "Emmy" not in client.get("/subscribe/").text


def test_ticked_boxes_become_one_working_address(client):
    for slug in ("a", "b"):
        make_series(slug=slug)
    make_topic(slug="c")

    page = client.get("/subscribe/?series=b&series=a&topic=c&room=")

    assert address_on(page) == f"{SITE}/calendar.ics?series=a&series=b&topic=c"
    assert ticked(page) == [("series", "a"), ("series", "b"), ("topic", "c")]
    assert client.get(address_on(page).removeprefix(SITE)).status_code == 200


def test_one_path_leads_from_the_choice_to_the_link_and_the_calendars(client):
    make_series(name="Looms", slug="looms")
    make_topic(name="Algebra", slug="algebra")

    page = main(client.get("/subscribe/?series=looms&topic=algebra"))

    assert re.findall(r"<h[123][^>]*>(.*?)</h[123]>", page, re.S)[1:] == [
        "Choose what to follow", "Your calendar link", "Google Calendar", "Outlook.com", "Microsoft 365",
        "Apple Calendar", "Any other calendar", "Download once (.ics)", "RSS (Atom)",
        "Or get the talks by email",
    ]  # fmt: skip
    assert 'action="/subscribe/#link"' in page
    assert "This link follows: Seminars: Looms, Algebra" in words(page)


def test_only_series_are_unfolded_until_something_else_is_chosen(client):
    make_series(), make_topic(slug="algebra"), make_room()

    folded = [
        re.findall(r"<details><summary>(\w+)", main(client.get(address)))
        for address in ("/subscribe/", "/subscribe/?topic=algebra")
    ]

    assert folded == [["Topic", "Room", "How"], ["Room", "How"]]


def test_an_address_that_some_calendars_do_not_take_is_not_offered(client):
    slugs = [f"a-long-slug-of-forty-characters-as-it-is-{number}" for number in range(6)]
    for slug in slugs:
        make_topic(slug=slug)
    fits, does_not = ("&".join(f"topic={slug}" for slug in slugs[:number]) for number in (4, 6))

    assert 200 < len(address_on(client.get(f"/subscribe/?{fits}"))) < 256
    assert address_on(client.get(f"/subscribe/?{does_not}")) == ""
    assert "Choose fewer" in client.get(f"/subscribe/?{does_not}").text


def test_an_unlisted_series_is_offered_only_if_the_address_names_it(client):
    make_series(name="Secret looms", slug="looms", is_listed=False)

    assert "Secret looms" not in client.get("/subscribe/").text
    assert ticked(client.get("/subscribe/?series=looms")) == [("series", "looms")]


def test_an_unknown_filter_says_which(client):
    page = client.get("/subscribe/?topic=looms")

    assert page.status_code == 404
    assert "There is no “looms” here (Topic)." in page.text


def test_many_rows_need_no_more_queries_than_one(client):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/subscribe/")
        return len(asked)

    make_talk(room=make_room(), topics=[make_topic()], speakers=["Ada"])
    few = queries()
    for number in range(2, 12):
        make_talk(room=make_room(), topics=[make_topic()], speakers=[f"Person {number}"])
    assert (queries(), few <= 8) == (few, True)


@pytest.mark.parametrize("noun", ["series", "room", "speaker", "topic"])
def test_the_page_of_each_thing_leads_to_following_it(client, noun):
    things = {"series": make_series(), "room": make_room(), "speaker": make_speaker(), "topic": make_topic()}
    make_talk(series=things["series"], room=things["room"], speakers=[things["speaker"]], topics=[things["topic"]])
    thing = things[noun]

    page = client.get(thing.get_absolute_url())

    told = "Follow this series" if noun == "series" else f"Follow {thing.name}"
    assert f'href="/subscribe/?{noun}={thing.slug}">{told}</a>' in page.text
    assert client.get(f"/subscribe/?{noun}={thing.slug}").status_code == 200


def test_filtered_talks_lead_to_following_the_same_talks(client):
    make_series(slug="a")
    make_room(slug="r")

    assert 'href="/subscribe/?series=a&amp;room=r">Follow these talks</a>' in client.get("/?room=r&series=a").text


def menu_on(client, address):
    found = re.search(r'<details class="menu add">.*?</details>', client.get(address).text, re.S)
    return words(found[0]) if found else ""


@pytest.mark.parametrize("place", ["page", "front"])
def test_a_talk_ahead_has_a_menu_whose_links_name_the_talk(client, place):
    talk = make_talk(title="On engines")
    address = talk.get_absolute_url() if place == "page" else "/"

    menu = menu_on(client, address)

    for calendar in ("Google Calendar", "Outlook.com", "Microsoft 365"):
        assert f"{calendar}: add “On engines”" in menu
    assert "File for any calendar (.ics): On engines" in menu


@pytest.mark.parametrize("state", [State.CANCELLED, State.POSTPONED])
def test_a_talk_that_is_called_off_has_no_menu(client, state):
    assert menu_on(client, make_talk(state=state).get_absolute_url()) == ""


def test_a_talk_that_is_over_has_no_menu(client):
    assert menu_on(client, make_talk(starts_at=timezone.now() - timedelta(days=1)).get_absolute_url()) == ""
