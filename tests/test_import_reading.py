"""How an import reads one line: a place, a meeting link, a title, the head of a page."""

import pytest

from seminars.importing.events import Meeting
from seminars.importing.reading.meetings import meeting_in
from seminars.importing.reading.places import read_place
from seminars.importing.reading.summaries import short_name_in
from seminars.importing.sources.page import parse_page


def read(text):
    """The one talk that a page tells of."""
    [talk] = parse_page(text).events
    return talk


@pytest.mark.parametrize(
    ("location", "parts"),
    [
        ("Gutmann Hall, Room 414, 3333 Chestnut Street, Philadelphia, 19104, United States",
         {"building": "Gutmann Hall", "name": "Room 414", "street": "3333 Chestnut Street", "city": "Philadelphia",
          "postal_code": "19104", "country": "United States"}),
        ("Room 101, Gates Hall, 107 Hoy Rd, Ithaca, NY 14853",
         {"building": "Gates Hall", "name": "Room 101", "street": "107 Hoy Rd", "city": "Ithaca", "region": "NY",
          "postal_code": "14853"}),
        ("Towne Building, 100, 220 S. 33rd Street, Philadelphia, PA, 19104, USA",
         {"building": "Towne Building", "name": "100", "street": "220 S. 33rd Street", "city": "Philadelphia",
          "region": "PA", "postal_code": "19104", "country": "USA"}),
        ("Hörsaal 3, Hauptgebäude, Hauptstraße 12, 12489 Berlin, Germany",
         {"building": "Hauptgebäude", "name": "Hörsaal 3", "street": "Hauptstraße 12", "city": "Berlin",
          "postal_code": "12489", "country": "Germany"}),
        ("Levine Hall 307, Philadelphia", {"name": "Levine Hall 307", "city": "Philadelphia"}),
        ("Levine Hall, Wu Auditorium", {"building": "Levine Hall", "name": "Wu Auditorium"}),
        ("Atrium", {"name": "Atrium"}),
        ("Room 12 or Zoom, Babbage Hall", {"name": "Room 12", "building": "Babbage Hall"}),
        ("Room 12, Zoom", {"name": "Room 12"}),
        ("Online", {}),
        ("via Zoom", {}),
        ("TBA", {}),
        ("https://example.zoom.us/j/1", {}),
        (" , ,", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_location_is_split_into_room_and_building(location, parts):
    assert {name: value for name, value in read_place(location).fields.items() if value} == parts


@pytest.mark.parametrize(
    ("text", "rest", "meeting"),
    [
        ("Looms.\n\nZoom: https://a.zoom.us/j/1\nPasscode: 12", "Looms.\n\n", ("https://a.zoom.us/j/1", "12")),
        ("Looms.\nZoom: https://a.zoom.us/j/1 (password: a.b)", "Looms.\n", ("https://a.zoom.us/j/1", "a.b")),
        ("Join Zoom Meeting\nhttps://zoom.us/j/1?pwd=x.1\n\nMeeting ID: 123 456\nOne tap mobile\n+16465588656,,123# US",
         "\n", ("https://zoom.us/j/1?pwd=x.1", "")),
        ("Teams: https://teams.microsoft.com/l/meetup-join/19%3ameeting",
         "", ("https://teams.microsoft.com/l/meetup-join/19%3ameeting", "")),
        ("https://meet.google.com/abc-defg-hij.", "", ("https://meet.google.com/abc-defg-hij", "")),
        ("Online: https://bbb.example.edu/rooms/ada", "", ("https://bbb.example.edu/rooms/ada", "")),
        ("We show how looms learn, and you can join us at https://a.zoom.us/j/1 if you are not on campus that day.",
         "We show how looms learn, and you can join us at  if you are not on campus that day.",
         ("https://a.zoom.us/j/1", "")),
        ("The paper: https://example.edu/a.pdf", "The paper: https://example.edu/a.pdf", ("", "")),
        ("Recording: https://example.zoom.us/rec/share/1", "Recording: https://example.zoom.us/rec/share/1", ("", "")),
        ("On https://notzoom.us.example.edu/", "On https://notzoom.us.example.edu/", ("", "")),
        ("Passwords: a study of password: 1234", "Passwords: a study of password: 1234", ("", "")),
    ],
)  # fmt: skip
def test_a_meeting_link_is_removed_from_the_text(text, rest, meeting):
    left, found = meeting_in(text)

    assert (left.strip("\n"), found) == (rest.strip("\n"), Meeting(*meeting))


@pytest.mark.parametrize(
    ("name", "short"),
    [("Engines: Large and Small (ENGINE) Center", "ENGINE"), ("Center (in the new building)", ""), ("Center", "")],
)
def test_a_short_name_is_in_brackets(name, short):
    assert short_name_in(name) == short


@pytest.mark.parametrize(
    "text",
    [
        "Ada Lovelace (Analytical Society): On engines\nAbstract:\nLooms.\nBiography:\nHorses.\nZoom: https://zoom.us/j/1",
        "Ada Lovelace (Analytical Society) – “On engines”\n\nABSTRACT\n\nLooms.\n\nBio: Horses.\nhttps://zoom.us/j/1",
        "Title: On engines\nSpeaker: Ada Lovelace\nAffiliation: Analytical Society\n\n**Abstract:** Looms.\n"
        "**Short bio:**\nHorses.\n\nJoin Zoom Meeting:\nhttps://zoom.us/j/1\n",
        "On engines\nAda Lovelace (Analytical Society)\n\n# Abstract\nLooms.\n# About the speaker\nHorses.\n"
        "Zoom link: https://zoom.us/j/1",
        "Dear Charles,\n\nAda Lovelace (Analytical Society): On\nengines\n\nAbstract - \nLooms.\nBiography\nHorses.\n"
        "When: noon\nMeeting: https://zoom.us/j/1",
        "<p>Ada Lovelace (Analytical Society): On engines</p><p>Abstract:<br>Looms.</p><p>Bio: Horses.</p>"
        "<p>Zoom: https://zoom.us/j/1</p>",
    ],
)
def test_a_page_is_read_in_its_common_forms(text):
    talk = read(text)

    assert [(person.name, person.affiliation) for person in talk.people] == [("Ada Lovelace", "Analytical Society")]
    assert (talk.title, talk.abstract, talk.biography) == ("On engines", "Looms.", "Horses.")
    assert talk.meeting.url == "https://zoom.us/j/1"


def test_long_lines_of_a_page_are_paragraphs():
    talk = read(f"Ada Lovelace (AS): On engines\nAbstract:\n{'Looms. ' * 30}\nWheels.")

    assert talk.abstract == f"{('Looms. ' * 30).strip()}\n\nWheels."


def test_short_lines_of_a_mail_are_one_paragraph():
    assert read("Ada Lovelace (AS): On engines\nAbstract:\nLooms.\nWheels.").abstract == "Looms.\nWheels."


def test_an_affiliation_may_have_brackets_of_its_own():
    talk = read("Mary Somerville (Oxford (Somerville College)): On stars\nAbstract: Far away.")

    assert talk.people[0].affiliation == "Oxford (Somerville College)"
