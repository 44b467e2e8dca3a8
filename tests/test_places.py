"""Read where a talk is: a room and its address, online, or nowhere; tests/data/places.txt has the lines."""

import json
import time
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from seminars.importing.reading.places import read_place

LINES = [
    line.partition(" -> ")[::2]
    for line in (Path(__file__).parent / "data" / "places.txt").read_text().splitlines()
    if not line.startswith("#")
]
ROOMS = ["Levine Hall, 307", "Levine Hall, 308", "Gutmann Hall, Room 414", "Atrium", "Babbage Hall, Room 12", "Hall"]
PIECES = st.sampled_from(
    [
        "Room 5",
        "Fine Hall",
        "Zoom",
        "online",
        "and",
        "via",
        "(",
        ")",
        ",",
        ";",
        "\n",
        " - ",
        "12",
        "TBA",
        "Berlin",
        "10115",
    ]
)


def said(place):
    """What a place says, as tests/data/places.txt writes it."""
    names = ("name", "building", "street", "city", "region", "postal_code", "country")
    fields = [f"{name}={place.fields[name]}" for name in names if place.fields.get(name)]
    return " | ".join([*fields, *(["online"] if place.is_online else [])]) or "nowhere"


@pytest.mark.parametrize(("location", "expected"), LINES, ids=[location for location, _expected in LINES])
def test_a_location_says_where_the_talk_is(location, expected):
    assert said(read_place(location.replace("\\n", "\n"))) == expected


def test_the_table_has_a_hundred_lines_and_each_once():
    locations = [location for location, _expected in LINES]

    assert len(locations) == len(set(locations)) > 150


@pytest.mark.parametrize(
    ("location", "room"),
    [
        ("Levine Hall 307", "Levine Hall, 307"),
        ("307 Levine Hall", "Levine Hall, 307"),
        ("Levine 307", "Levine Hall, 307"),
        ("Levine Hall, Room 308, 3330 Walnut Street, Philadelphia, PA 19104", "Levine Hall, 308"),
        ("LEVINE HALL 307 and Zoom", "Levine Hall, 307"),
        ("Room 414 and online", "Gutmann Hall, Room 414"),
        ("414, Gutmann Hall", "Gutmann Hall, Room 414"),
        ("Rm 414 Gutmann Hall", "Gutmann Hall, Room 414"),
        ("Atrium", "Atrium"),
        ("Babbage Hall (Room 12)", "Babbage Hall, Room 12"),
        ("Hall", "Hall"),
        ("Levine Hall", ""),
        ("Levine Hall 309", ""),
        ("Room 415, Gutmann Hall", ""),
        ("Large Atrium", ""),
        ("Online", ""),
        ("", ""),
    ],
)
def test_a_room_of_this_site_is_found_however_it_is_written(location, room):
    assert read_place(location, known=ROOMS).known == room


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("Room 5 / Zoom 991 1122 3344 PW looms", "Room 5"),
        ("Room 5 (Zoom: 99111223344, pw looms)", "Room 5"),
        ("Zoom meeting 991-1122-3344 (password looms)", ""),
        ("Hall 2, Zoom 991 1122 3344 code looms", "Hall 2"),
    ],
)
def test_a_passcode_after_the_number_of_a_meeting_is_no_part_of_a_room(location, name):
    place = read_place(location)

    assert (place.fields, place.is_online) == ({"name": name}, True)


@pytest.mark.parametrize(
    ("location", "name"), [("Seminar Room 3.12 (20)", "Seminar Room 3.12"), ("Lecture held in Room 5", "Room 5")]
)
def test_words_around_a_room_are_no_part_of_its_name(location, name):
    assert read_place(location).fields == {"name": name}


def test_a_number_that_two_buildings_have_means_neither():
    assert read_place("Room 12", known=["Babbage Hall, Room 12", "Levine Hall, Room 12"]).known == ""


@pytest.mark.parametrize(
    ("location", "others"),
    [
        ("Levine Hall 307", [{"name": "307", "building": "Levine Hall"}]),
        ("Fine Hall, Princeton", [{"name": "Princeton", "building": "Fine Hall"}]),
        ("Room A; Room B", [{"name": "Room B"}]),
        ("Gutmann Hall, Room 414", []),
        ("Room 414", []),
    ],
)
def test_a_second_likely_reading_is_told(location, others):
    assert list(read_place(location).alternatives) == others


def test_a_known_room_leaves_no_second_reading():
    assert read_place("Levine Hall 307", known=ROOMS).alternatives == ()


def test_links_are_told_apart_from_the_place_and_unwrapped():
    place = read_place("Room 5, https://www.google.com/url?q=https://a.zoom.us/j/1&sa=D")

    assert (place.fields, place.urls) == ({"name": "Room 5"}, ("https://a.zoom.us/j/1",))


def test_a_map_is_no_meeting():
    place = read_place("Atrium https://maps.example.org/?q=1")

    assert (place.fields["name"], place.is_online, place.urls) == ("Atrium", False, ("https://maps.example.org/?q=1",))


ADDRESS = {
    "@type": "PostalAddress", "streetAddress": "1 Main Street", "addressLocality": "Larkfield",
    "addressRegion": "NJ", "postalCode": "08544", "addressCountry": {"@type": "Country", "name": "US"},
}  # fmt: skip
HALL = {"@type": "Place", "name": "Fine Hall, Room 214", "address": ADDRESS}
ONLINE = {"@type": "VirtualLocation", "url": "https://a.zoom.us/j/1"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (HALL, "name=Room 214 | building=Fine Hall | street=1 Main Street | city=Larkfield | region=NJ"
         " | postal_code=08544 | country=US"),
        ([HALL, ONLINE], "name=Room 214 | building=Fine Hall | street=1 Main Street | city=Larkfield | region=NJ"
         " | postal_code=08544 | country=US | online"),
        (ONLINE, "online"),
        ({"@type": "Place", "name": "Atrium"}, "name=Atrium"),
        ({"@type": "Place", "name": "Fine Hall", "address": "1 Main Street, Larkfield, NJ 08544"},
         "name=Fine Hall | street=1 Main Street | city=Larkfield | region=NJ | postal_code=08544"),
        ({"@type": "Place", "name": 7, "address": [1]}, "nowhere"),
        ([1, "a"], "nowhere"),
    ],
)  # fmt: skip
def test_a_place_in_the_words_of_schema_org_is_read(told, expected):
    assert said(read_place(json.dumps(told))) == expected


def test_commas_that_were_escaped_twice_are_commas():
    assert said(read_place("Room 5\\, Fine Hall\\nPrinceton")) == "name=Room 5 | building=Fine Hall | city=Princeton"


@hypothesis.given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=12).map(" ".join)))
@hypothesis.settings(max_examples=300)
def test_any_location_has_a_name_or_none_and_no_empty_words(location):
    fields = read_place(location, known=ROOMS).fields

    assert isinstance(fields["name"], str)
    assert [words for words in fields.values() if words != words.strip()] == []


@hypothesis.given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=12).map(" ".join)))
@hypothesis.settings(max_examples=300)
def test_a_name_has_a_letter_or_a_digit(location):
    name = read_place(location).fields["name"]

    assert name == "" or any(letter.isalnum() for letter in name)


@pytest.mark.parametrize(
    "piece", ["zoom meeting ", "online and ", "(zoom, ", "see the ", "Room 5, ", "1 ", "a-", "via "]
)
def test_a_long_odd_location_is_read_in_little_time(piece):
    start = time.process_time()

    read_place((piece * 1000)[:2000] + "x")

    assert time.process_time() - start < 0.5
