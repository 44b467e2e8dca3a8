"""The front page: the next talk, then weeks and months, filters and their results."""

import re
from datetime import date, timedelta

import pytest

from seminars.models import Break, State
from tests.factories import (
    in_new_york,
    make_draft,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import main, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ZOOM = "https://example.zoom.us/j/910"


def talk_on(*day, **fields):
    start = in_new_york(*day, 12)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


def test_the_next_talk_is_large_and_the_others_follow_by_week_and_month(client):
    for day in ((2025, 11, 4), (2025, 11, 7), (2025, 11, 19), (2025, 12, 3)):
        talk_on(*day, title=f"Talk of {day[2]}")

    front = main(client.get("/"))

    assert words(re.search(r'<h2 class="hero-title".*?</h2>', front, re.S)[0]) == "Talk of 4"
    assert "Next talk Tomorrow, 12–1 pm" in words(front)
    assert [words(found) for found in re.findall(r"<h2>.*?</h2>", front)] == [
        "This week",
        "November 2025",
        "December 2025",
    ]
    assert titles(client.get("/")) == ["Talk of 7", "Talk of 19", "Talk of 3"]


def test_a_talk_that_was_called_off_is_never_the_next_one(client):
    talk_on(2025, 11, 4, title="Off", state=State.CANCELLED)
    talk_on(2025, 11, 5, title="On")

    front = client.get("/")

    assert '<h2 class="hero-title"><a' in main(front)
    assert titles(front) == ["Off"]


def test_breaks_are_in_their_places_in_the_list(client):
    talk_on(2025, 11, 4)
    talk_on(2025, 11, 19, title="Before")
    talk_on(2025, 12, 3, title="After")
    Break.objects.create(first_on=date(2025, 11, 26), last_on=date(2025, 11, 26), reason="Thanksgiving")
    Break.objects.create(
        series=make_series(is_listed=False), first_on=date(2025, 11, 27), last_on=date(2025, 11, 27), reason="secret"
    )

    front = words(main(client.get("/")))

    assert re.search(r"Before.*Wednesday, 26 November: no seminar .Thanksgiving..*December 2025.*After", front)
    assert "secret" not in front


def test_filters_narrow_the_list_and_show_the_number_of_talks(client):
    asset, priml = make_series(name="Asset"), make_series(name="Priml")
    talk_on(2025, 11, 4, series=asset, title="Here", room=make_room())
    talk_on(2025, 11, 5, series=asset, title="There", join_url=ZOOM)
    talk_on(2025, 11, 6, series=priml, title="Elsewhere", join_url=ZOOM)

    assert titles(client.get("/?series=asset")) == ["Here", "There"]
    assert "2 upcoming talks × Remove filter Series: Asset" in words(main(client.get("/?series=asset")))
    assert titles(client.get("/?series=asset&mode=online&topic=")) == ["There"]
    assert "1 upcoming talk × Remove filter Series: Asset × Remove filter How to attend: Online" in words(
        main(client.get("/?series=asset&mode=online"))
    )


@pytest.mark.parametrize(
    "address", ["/", "/search/", "/embed/", "/calendar.ics", "/feed.atom", "/feed.json", "/talks.csv"]
)
def test_in_person_and_online_both_show_hybrid_talks_in_every_list_and_feed(client, address):
    room = make_room()
    talk_on(2025, 11, 4, title="Looms", room=room)
    talk_on(2025, 11, 5, title="Hybrid", room=room, join_url=ZOOM)
    talk_on(2025, 11, 6, title="Remote", join_url=ZOOM)

    def shown(mode):
        body = client.get(f"{address}?mode={mode}").content.decode()
        return [title for title in ("Looms", "Hybrid", "Remote") if title in body]

    assert (shown("in-person"), shown("online")) == (["Looms", "Hybrid"], ["Hybrid", "Remote"])
    assert (shown("only-in-person"), shown("only-online"), shown("hybrid")) == (["Looms"], ["Remote"], ["Hybrid"])


def test_the_filters_offer_what_is_upcoming_and_keep_what_was_chosen(client):
    ada = make_speaker(name="Ada Lovelace")
    asset, quiet = make_series(name="Asset"), make_series(name="Quiet", is_listed=False)
    talk_on(2025, 11, 4, series=asset, also_in=[quiet], speakers=[ada], topics=[make_topic(name="Engines")])
    talk_on(2025, 10, 1, series=make_series(name="Old"), speakers=["Charles Babbage"])
    make_draft(series=make_series(name="Hidden"), speakers=["Nobody"])

    def offered(address):
        form = re.search(r'<form method="get".*?</form>', main(client.get(address)), re.S)[0]
        return re.findall(r'<option value="([^"]+)"( selected)?', form)

    assert offered("/") == [
        ("asset", ""), ("engines", ""), ("ada-lovelace", ""), ("in-person", ""), ("online", ""), ("hybrid", ""),
        ("only-in-person", ""), ("only-online", ""),
    ]  # fmt: skip
    assert offered("/?series=old")[0] == ("old", " selected")
    assert ("asset", " selected") in offered("/?series=asset")
    assert " multiple" in client.get("/?series=asset&series=old").content.decode()


def test_an_unknown_filter_is_a_404_that_says_which(client):
    response = client.get("/?series=nonsense")

    assert response.status_code == 404
    assert "There is no “nonsense” here (Series)." in words(main(response))


def test_with_nothing_ahead_the_front_page_shows_the_last_talk(client):
    talk_on(2025, 9, 1, title="Older")
    talk_on(2025, 10, 1, title="Last")

    assert "No talks have been announced yet." in words(main(client.get("/")))
    assert titles(client.get("/")) == ["Last"]


def test_an_empty_department_has_pages(client):
    indexes = ("/", "/series/", "/rooms/", "/speakers/", "/topics/", "/archive/", "/archive/2025-26/", "/recordings/")
    for address in indexes:
        assert client.get(address).status_code == 200
    assert "No talks have been announced yet." in words(main(client.get("/")))


def test_talks_of_unlisted_series_are_on_the_page_of_their_series_only(client):
    unlisted = make_series(is_listed=False)
    talk_on(2025, 11, 4, series=unlisted, title="Quiet", speakers=["Ada Lovelace"])

    assert titles(client.get(unlisted.get_absolute_url())) == ["Quiet"]
    assert "Quiet" not in client.get("/").content.decode()
    assert titles(client.get(f"/?series={unlisted.slug}")) == ["Quiet"]
    assert unlisted.name not in client.get("/series/").content.decode()
    assert "Ada Lovelace" not in client.get("/speakers/").content.decode()


def test_an_empty_department_offers_neither_filters_nor_an_archive_without_talks(client):
    front = main(client.get("/"))

    assert "Filters" not in front
    assert 'href="/archive/"' not in front


def test_a_filter_without_results_links_to_all_talks(client):
    talk_on(2025, 11, 4, series=make_series(slug="full"))
    make_series(slug="idle")

    front = main(client.get("/?series=idle"))

    assert "0 upcoming talks" in words(front)
    assert "Filters" in front
    assert 'href="/archive/"' in front
