"""Listings: their talks, titles and addresses, who may see them, and their order."""

from datetime import timedelta

import pytest

from seminars import listings
from seminars.models import Appearance, Attendance, Department, JoinAccess, Room, Series, Speaker, Talk, Topic
from seminars.selectors.filter_choices import choices_among
from tests.factories import (
    in_new_york,
    make_draft,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db

NOON = in_new_york(2025, 11, 5, 12)
HOUR = timedelta(hours=1)


def titles(listing):
    return sorted(talk.title for talk in listing.talks)


# --- scopes ---


@pytest.fixture
def asset():
    return make_series(name="ASSET Seminar", short_name="ASSET")


@pytest.fixture
def hidden():
    return make_series(name="Reading group", short_name="RG", is_listed=False)


def test_every_scope_leaves_out_drafts(asset):
    room, ada, topic = make_room(), make_speaker(), make_topic()
    draft = make_draft(series=asset, room=room, speakers=[ada], topics=[topic])

    for listing in (
        listings.everything(),
        listings.of_series(asset),
        listings.of_room(room),
        listings.of_speaker(ada),
        listings.of_topic(topic),
        listings.of_talk(draft),
        listings.filtered({"series": [asset.slug], "room": [room.slug]}),
    ):
        assert titles(listing) == []


def test_an_unlisted_series_appears_under_its_own_address_only(hidden):
    room, ada, topic = make_room(), make_speaker(), make_topic()
    talk = make_talk(title="quiet", series=hidden, room=room, speakers=[ada], topics=[topic])

    for listing in (
        listings.everything(),
        listings.of_room(room),
        listings.of_speaker(ada),
        listings.of_topic(topic),
        listings.filtered({"room": [room.slug]}),
    ):
        assert titles(listing) == []
    for listing in (
        listings.of_series(hidden),
        listings.of_talk(talk),
        listings.filtered({"series": [hidden.slug]}),
        listings.filtered({"series": [hidden.slug], "room": [room.slug]}),
    ):
        assert titles(listing) == ["quiet"]


@pytest.mark.parametrize("home_is_listed", [True, False])
def test_a_talk_that_is_also_in_a_listed_series_appears_everywhere(hidden, asset, home_is_listed):
    home, other = (asset, hidden) if home_is_listed else (hidden, asset)
    talk = make_talk(title="joint", series=home, also_in=[other], room=make_room(), speakers=["Ada Lovelace"])

    for listing in (
        listings.everything(),
        listings.of_series(asset),
        listings.of_series(hidden),
        listings.of_room(talk.room),
        listings.of_speaker(talk.people.get()),
    ):
        assert titles(listing) == ["joint"]


def test_a_joint_talk_is_shown_once(asset):
    priml, third = make_series(), make_series()
    make_talk(title="joint", series=asset, also_in=[priml, third], speakers=["Ada", "Grace"], topics=[make_topic()] * 1)

    chosen = listings.filtered({"series": [asset.slug, priml.slug, third.slug]})

    assert [talk.title for talk in chosen.talks] == ["joint"]
    assert [talk.title for talk in listings.everything().talks] == ["joint"]


def test_a_talk_is_listed_once_for_a_person_in_two_roles(asset):
    ada = make_speaker()
    talk = make_talk(title="both", speakers=[ada])
    talk.appearances.create(speaker=ada, role="moderator")

    assert [talk.title for talk in listings.of_speaker(ada).talks] == ["both"]


def test_listings_have_their_own_titles(asset):
    Department.objects.create(pk=1, name="Computer Science", tagline="Talks for everyone")
    ada = make_speaker(name="Ada Lovelace", affiliation="London")
    room = make_room(name="Room 414", building="Gutmann Hall")

    assert listings.everything().title == "Computer Science"
    assert listings.everything().description == "Talks for everyone"
    assert listings.of_series(asset).title == "ASSET Seminar"
    assert listings.of_series(make_series(name="Rigour in learning", short_name="PRiML")).title == (
        "PRiML: Rigour in learning"
    )
    assert listings.of_room(room).title == "Talks in Gutmann Hall, Room 414"
    assert (listings.of_speaker(ada).title, listings.of_speaker(ada).description) == (
        "Talks with Ada Lovelace", "London",
    )  # fmt: skip
    assert listings.of_topic(make_topic(name="Logic")).title == "Talks on Logic"
    assert listings.of_talk(make_talk(title="On engines")).title == "On engines"
    assert listings.filtered({"series": [asset.slug], "mode": ["online"]}).title == (
        "Computer Science: ASSET Seminar, Online"
    )


def test_a_listing_knows_its_other_formats(asset):
    assert listings.everything().address_of("calendar.ics") == "/calendar.ics"
    assert listings.of_series(asset).address_of("feed.atom") == f"/series/{asset.slug}/feed.atom"
    assert listings.filtered({"series": [asset.slug], "mode": ["hybrid", "online"]}).address_of("calendar.ics") == (
        f"/calendar.ics?series={asset.slug}&mode=hybrid&mode=online"
    )


def test_the_calendar_of_a_talk_does_not_move_with_its_title():
    talk = make_talk(title="On engines")

    assert listings.of_talk(talk).address_of("calendar.ics") == f"/talks/{talk.pk}/calendar.ics"


def test_a_listing_has_the_colour_of_its_series(asset):
    asset.colour = "#aa0000"

    assert listings.of_series(asset).colour == "#aa0000"
    assert listings.everything().colour == "#1a5fb4"


# --- filters ---


def test_values_of_one_filter_are_alternatives_and_different_filters_must_all_hold():
    logic, looms = make_topic(slug="logic"), make_topic(slug="looms")
    room = make_room(slug="here", is_exclusive=False)
    make_talk(title="logic here", topics=[logic], room=room)
    make_talk(title="looms here", topics=[looms], room=room)
    make_talk(title="logic elsewhere", topics=[logic])
    make_talk(title="neither", room=room)

    assert titles(listings.filtered({"topic": ["logic", "looms"], "room": ["here"]})) == ["logic here", "looms here"]


def test_a_talk_on_both_topics_is_shown_once():
    topics = [make_topic(slug="logic"), make_topic(slug="looms")]
    make_talk(title="both", topics=topics)

    assert [talk.title for talk in listings.filtered({"topic": ["logic", "looms"]}).talks] == ["both"]


def test_talks_are_found_by_how_one_attends():
    room, link = make_room(), {"join_url": "https://a.example/", "join_access": JoinAccess.OPEN}
    make_talk(title="in-person", room=room)
    make_talk(title="online", **link)
    make_talk(title="hybrid", room=room, starts_at=NOON, **link)
    make_talk(title="neither")

    found = {way.value: titles(listings.filtered({"mode": [way.value]})) for way in Attendance}
    assert found == {
        "in-person": ["hybrid", "in-person"],
        "online": ["hybrid", "online"],
        "hybrid": ["hybrid"],
        "only-in-person": ["in-person"],
        "only-online": ["online"],
    }
    assert titles(listings.filtered({"mode": ["only-online", "hybrid"]})) == ["hybrid", "online"]


@pytest.mark.parametrize("parameters", [{}, {"series": []}, {"series": [""], "topic": ["", ""]}, {"page": ["2"]}])
def test_no_filter_or_an_empty_one_is_everything(parameters):
    make_talk(title="any")

    listing = listings.filtered(parameters)

    assert titles(listing) == ["any"]
    assert listing.address_of("calendar.ics") == "/calendar.ics"


def test_an_empty_value_beside_another_is_passed_over(asset):
    make_talk(title="in", series=asset)
    make_talk(title="out")

    assert titles(listings.filtered({"series": ["", asset.slug, asset.slug]})) == ["in"]


@pytest.mark.parametrize(
    ("name", "label"),
    [("series", "Series"), ("topic", "Topic"), ("room", "Room"), ("speaker", "Speaker"), ("mode", "How to attend")],
)
@pytest.mark.parametrize("value", ["nowhere", "IN-PERSON", "1", "\0", "' OR 1=1 --", "ASSET"])
def test_an_unknown_filter_says_which(asset, name, label, value):
    with pytest.raises(listings.UnknownFilter) as unknown:
        listings.filtered({"series": [asset.slug], name: [value]})

    assert str(unknown.value) == f"There is no “{value}” here ({label})."


def test_a_filter_understands_former_addresses():
    room = make_room(slug="room-307")
    make_talk(title="there", room=room)
    room.slug = "room-414"
    room.save()

    listing = listings.filtered({"room": ["room-307"]})

    assert titles(listing) == ["there"]
    assert listing.address_of("calendar.ics") == "/calendar.ics?room=room-414"
    assert listings.filtered({"room": ["room-307", "room-414"]}).query == "room=room-414"


def test_equal_filters_have_one_address():
    for slug in ("a", "b"):
        make_topic(slug=slug)

    queries = {listings.filtered({"topic": order}).query for order in (["a", "b"], ["b", "a"], ["b", "b", "a", ""])}

    assert queries == {"topic=a&topic=b"}


def test_a_filter_does_not_reveal_the_speaker_of_a_draft(hidden):
    for talk in (make_draft(speakers=["Ada Lovelace"]), make_talk(series=hidden, speakers=["Grace Hopper"])):
        with pytest.raises(listings.UnknownFilter):
            listings.filtered({"speaker": [talk.people.get().slug]})

    make_talk(speakers=[make_draft(speakers=["Emmy Noether"]).people.get()], title="public")
    assert titles(listings.filtered({"speaker": ["emmy-noether"]})) == ["public"]


def test_a_speaker_has_a_page_once_a_listed_talk_shows_them(hidden):
    ada, grace, emmy = (make_speaker(name=name) for name in ("Ada", "Grace", "Emmy"))
    make_draft(speakers=[ada])
    make_talk(series=hidden, speakers=[grace])
    make_talk(speakers=[emmy])

    assert {person.speaker.name: person.has_page for person in Appearance.objects.with_page()} == {
        "Ada": False, "Grace": False, "Emmy": True,
    }  # fmt: skip


def test_people_of_a_talk_that_no_list_shows_are_asked_about_with_one_query(hidden, django_assert_num_queries):
    emmy = make_speaker(name="Emmy")
    make_talk(speakers=[emmy], title="listed")
    make_talk(series=hidden, speakers=[emmy, "Grace"], title="hidden")
    make_draft(speakers=[emmy, "Ada"], title="draft")
    known = {talk.title: talk for talk in Talk.objects.for_entries()}

    def people(title):
        return {person.speaker.name: person.has_page for person in known[title].speakers}

    with django_assert_num_queries(0):
        assert people("listed") == {"Emmy": True}
    for title, other in (("hidden", "Grace"), ("draft", "Ada")):
        with django_assert_num_queries(1):
            assert people(title) == {"Emmy": True, other: False}


def test_a_listing_is_printed_with_four_queries(django_assert_num_queries):
    for _ in range(3):
        make_talk(room=make_room(), speakers=["Ada", "Grace"], topics=[make_topic()], also_in=[make_series()])

    with django_assert_num_queries(4):
        for talk in Talk.objects.for_pages():
            assert talk.series_label
            assert talk.speaker_names
            assert str(talk.room)
            assert [person.has_page for person in talk.appearances.all()] == [True, True]
            assert list(talk.topics.all())


def test_rooms_are_sorted_by_building_and_name():
    for building, name in (("B", "1"), ("A", "2"), ("A", "1")):
        make_room(building=building, name=name)

    assert [str(room) for room in Room.objects.in_order()] == ["A, 1", "A, 2", "B, 1"]


# --- lists of names ---

NAMES = ["Zukunft", "Čech", "ober", "Cantor", "Żak", "Öhm", "Ähre", "apfel"]
SORTED = ["Ähre", "apfel", "Cantor", "Čech", "ober", "Öhm", "Żak", "Zukunft"]


def test_names_are_sorted_by_their_letters_accents_and_case_aside():
    for name in NAMES:
        make_topic(name=name)
        make_room(name=name, building="")
        make_talk(speakers=[make_speaker(name=name)], series=make_series(name=name, short_name=name), room=None)

    kinds = Series, Topic, Room, Speaker
    assert [[one.name for one in kind.objects.in_order() if one.name in NAMES] for kind in kinds] == [SORTED] * 4
    offered = choices_among(Talk.objects.all())["speaker"]
    assert list(offered.values()) == SORTED


def test_buildings_are_sorted_likewise():
    for name in NAMES:
        make_room(name="1", building=name)

    assert Room.objects.buildings() == SORTED
