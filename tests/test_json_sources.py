"""Importing the JSON that other systems export: every talk comes in whole, and odd values are told."""

import contextlib
import json
from copy import deepcopy
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from seminars.importing import read_content
from seminars.importing.events import Meeting, Person, SourceEvent

INDICO = {
    "_type": "HTTPAPIResult",
    "count": 1,
    "results": [
        {
            "_type": "Conference",
            "id": "7001",
            "title": "Engines Day",
            "type": "meeting",
            "timezone": "Europe/Zurich",
            "startDate": {"date": "2027-03-04", "time": "09:00:00", "tz": "Europe/Zurich"},
            "endDate": {"date": "2027-03-04", "time": "17:00:00", "tz": "Europe/Zurich"},
            "location": "Larkfield",
            "room": "4-2",
            "roomFullname": "4-2 - Salle Babbage",
            "address": "",
            "category": "Engines",
            "url": "https://indico.example.org/event/7001/",
            "chairs": [{"_type": "ConferenceChair", "fullName": "Dr. Reed, Bo", "affiliation": "Larkfield"}],
            "keywords": [],
            "contributions": [
                {
                    "_type": "Contribution",
                    "id": "3",
                    "db_id": 9003,
                    "title": "On engines",
                    "description": "<p>We speak of engines.</p><p>Zoom: https://example.zoom.us/j/111?pwd=abc</p>",
                    "startDate": {"date": "2027-03-04", "time": "10:00:00", "tz": "Europe/Zurich"},
                    "endDate": {"date": "2027-03-04", "time": "11:00:00", "tz": "Europe/Zurich"},
                    "type": "Invited talk",
                    "location": "Larkfield",
                    "room": "Aula",
                    "keywords": ["engines"],
                    "url": "https://indico.example.org/event/7001/contributions/9003/",
                    "speakers": [
                        {"first_name": "Ana", "last_name": "Ruiz", "fullName": "Ruiz, Ana", "affiliation": "Northam"},
                        {"fullName": "Prof. Ochoa, Lea", "affiliation": ""},
                    ],
                    "folders": [
                        {
                            "title": "Slides",
                            "attachments": [{"title": "talk.pdf", "download_url": "https://indico.example.org/t.pdf"}],
                        }
                    ],
                }
            ],
        }
    ],
}
LECTURE = {
    "_type": "HTTPAPIResult",
    "results": [
        {
            "id": 88,
            "title": "On looms",
            "type": "simple_event",
            "startDate": {"date": "2027-03-05", "time": "16:30:00", "tz": "America/Winnipeg"},
            "endDate": {"date": "2027-03-05", "time": "17:30:00", "tz": "America/Winnipeg"},
            "url": "https://indico.example.org/event/88/",
            "category": "Textiles",
            "hasAnyProtection": True,
            "chairs": [{"fullName": "Reed, Bo", "affiliation": "Larkfield"}],
        }
    ],
}
RESEARCHSEMINARS = {
    "code": "success",
    "properties": {"name": "Rings Online", "seminar_id": "Rings"},
    "talks": [
        {
            "seminar_id": "Rings",
            "seminar_ctr": 12,
            "title": "On rings",
            "speaker": "Bo Reed | Ana Ruiz",
            "speaker_affiliation": "Larkfield | Northam",
            "abstract": "We study $R$.",
            "start_time": "2027-05-19 14:00:00+00:00",
            "end_time": "2027-05-19 15:00:00+00:00",
            "timezone": "America/New_York",
            "room": "Hall 5",
            "live_link": "https://example.zoom.us/j/222",
            "access_control": 1,
            "slides_link": "https://example.org/slides.pdf",
            "video_link": "https://example.org/video",
            "paper_link": "see arXiv",
            "language": "en",
            "topics": ["math_RA", "math_AC"],
            "hidden": False,
        },
        {"seminar_id": "Rings", "seminar_ctr": 13, "speaker": "Nobody", "deleted": True},
    ],
}
PRETALX = {
    "schedule": {
        "version": "0.4",
        "conference": {
            "acronym": "engines27",
            "title": "Engines 2027",
            "time_zone_name": "Europe/London",
            "days": [
                {
                    "index": 1,
                    "date": "2027-07-07",
                    "rooms": {
                        "Hall A": [
                            {
                                "guid": "5f0c2c1e-0000-4000-8000-000000000001",
                                "code": "ABC123",
                                "date": "2027-07-07T12:00:00+01:00",
                                "duration": "00:45",
                                "room": "Hall A",
                                "title": "On engines",
                                "subtitle": "a survey",
                                "type": "Talk",
                                "track": "Machines",
                                "language": "en",
                                "abstract": "Short.",
                                "description": "Longer.",
                                "do_not_record": True,
                                "url": "https://pretalx.example.org/engines27/talk/ABC123/",
                                "persons": [{"code": "P1", "name": "Bo Reed", "biography": "Bo builds engines."}],
                                "links": [{"title": "Slides", "url": "https://example.org/s.pdf"}],
                                "attachments": [],
                            }
                        ]
                    },
                }
            ],
        },
    }
}
WORDPRESS = {
    "rest_url": "https://events.example.edu/wp-json/tribe/events/v1/events/",
    "total": 2,
    "events": [
        {
            "id": 20919,
            "status": "publish",
            "date_utc": "2026-10-01 10:00:00",
            "url": "https://events.example.edu/event/on-engines/",
            "title": "ASSET Seminar: &#8220;On engines&#8221; (Bo Reed)",
            "description": "<p>We speak of engines.</p>\n<p>They turn.</p>",
            "all_day": False,
            "start_date": "2027-02-10 10:00:00",
            "utc_start_date": "2027-02-10 15:00:00",
            "utc_end_date": "2027-02-10 16:00:00",
            "timezone": "America/New_York",
            "website": "https://example.zoom.us/j/333",
            "categories": [{"name": "Seminar"}],
            "tags": [{"name": "engines"}],
            "venue": {
                "venue": "Room 414", "address": "3333 Oak Street", "city": "Larkfield", "stateprovince": "PA",
                "zip": "19104", "country": "United States",
            },
            "organizer": [{"organizer": "Engines Office", "email": "office@example.edu"}],
        },
        {
            "id": 20920,
            "status": "draft",
            "url": "https://events.example.edu/event/workshop/",
            "title": "Workshop",
            "all_day": True,
            "start_date": "2027-02-11 00:00:00",
            "utc_start_date": "2027-02-11 05:00:00",
            "utc_end_date": "2027-02-12 04:59:59",
            "timezone": "America/New_York",
            "venue": [],
            "organizer": [],
        },
    ],
}  # fmt: skip
DOCUMENTS = [INDICO, LECTURE, RESEARCHSEMINARS, PRETALX, WORDPRESS]


def read(document):
    return read_content(json.dumps(document).encode(), name="export.json")


def test_a_contribution_of_indico_is_a_talk():
    [event] = read(INDICO).events

    assert event == SourceEvent(
        line=1,
        uid="indico-contribution-9003@indico.example.org",
        title="On engines",
        people=[Person("Ana Ruiz", "Northam"), Person("Lea Ochoa")],
        kind="Invited talk",
        series="Engines Day",
        abstract="We speak of engines.",
        starts_at=datetime(2027, 3, 4, 9, tzinfo=UTC),
        ends_at=datetime(2027, 3, 4, 10, tzinfo=UTC),
        zone="Europe/Zurich",
        location="Aula, Larkfield",
        meeting=Meeting("https://example.zoom.us/j/111?pwd=abc"),
        categories=("engines",),
        address="/event/7001/contributions/9003/",
        fields={"host": "Bo Reed", "slides_url": "https://indico.example.org/t.pdf"},
    )


def test_the_chairs_of_a_lecture_are_its_speakers():
    [event] = read(LECTURE).events

    assert event == SourceEvent(
        line=1,
        uid="indico-event-88@indico.example.org",
        title="On looms",
        people=[Person("Bo Reed", "Larkfield")],
        series="Textiles",
        starts_at=datetime(2027, 3, 5, 21, 30, tzinfo=UTC),
        ends_at=datetime(2027, 3, 5, 22, 30, tzinfo=UTC),
        zone="America/Winnipeg",
        is_private=True,
        address="/event/88/",
    )


def test_the_chairs_of_a_meeting_are_its_hosts():
    meeting = deepcopy(LECTURE)
    meeting["results"][0]["type"] = "meeting"

    [event] = read(meeting).events

    assert (event.people, event.fields) == ([], {"host": "Bo Reed"})


def test_a_room_of_indico_has_its_full_name():
    day = deepcopy(INDICO)
    del day["results"][0]["contributions"][0]["room"]
    del day["results"][0]["contributions"][0]["location"]

    [event] = read(day).events

    assert event.location == "4-2 - Salle Babbage, Larkfield"


def test_a_talk_of_researchseminars_comes_in_whole():
    [event] = read(RESEARCHSEMINARS).events

    assert event == SourceEvent(
        line=1,
        uid="Rings/12",
        title="On rings",
        people=[Person("Bo Reed", "Larkfield"), Person("Ana Ruiz", "Northam")],
        series="Rings Online",
        abstract="We study $R$.",
        starts_at=datetime(2027, 5, 19, 14, tzinfo=UTC),
        ends_at=datetime(2027, 5, 19, 15, tzinfo=UTC),
        zone="America/New_York",
        location="Hall 5",
        meeting=Meeting("https://example.zoom.us/j/222"),
        categories=("math.RA", "math.AC"),
        address="/talk/Rings/12/",
        fields={
            "slides_url": "https://example.org/slides.pdf",
            "recording_url": "https://example.org/video",
            "language": "en",
            "join_access": "timed",
        },
    )


def test_a_talk_of_pretalx_comes_in_whole():
    [event] = read(PRETALX).events

    assert event == SourceEvent(
        line=1,
        uid="5f0c2c1e-0000-4000-8000-000000000001",
        title="On engines: a survey",
        people=[Person("Bo Reed")],
        kind="Talk",
        series="Engines 2027",
        abstract="Short.\n\nLonger.",
        biography="Bo builds engines.",
        starts_at=datetime(2027, 7, 7, 11, tzinfo=UTC),
        ends_at=datetime(2027, 7, 7, 11, 45, tzinfo=UTC),
        zone="Europe/London",
        location="Hall A",
        categories=("Machines",),
        address="/engines27/talk/ABC123/",
        fields={"language": "en", "recording": "declined", "slides_url": "https://example.org/s.pdf"},
    )


def test_an_event_of_wordpress_has_the_uid_that_its_calendar_has():
    timed, all_day = read(WORDPRESS).events

    assert timed == SourceEvent(
        line=1,
        uid="20919-1802271600-1802275200@events.example.edu",
        created_at=datetime(2026, 10, 1, 10, tzinfo=UTC),
        summary="ASSET Seminar: “On engines” (Bo Reed)",
        abstract="We speak of engines.\n\nThey turn.",
        starts_at=datetime(2027, 2, 10, 15, tzinfo=UTC),
        ends_at=datetime(2027, 2, 10, 16, tzinfo=UTC),
        zone="America/New_York",
        location="Room 414, 3333 Oak Street, Larkfield, PA 19104, United States",
        meeting=Meeting("https://example.zoom.us/j/333"),
        categories=("Seminar", "engines"),
        address="/event/on-engines/",
        contact=("Engines Office", "office@example.edu"),
    )
    assert (all_day.starts_at, all_day.day, all_day.is_private) == (None, date(2027, 2, 11), True)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b'{"talks": ', "This is not valid JSON (line 1). Export it again."),
        (b'{"n": 1' + b"0" * 5000 + b"}", "This is not valid JSON. Export it again."),
        (
            b'{"_type": "HTTPAPIResult", "results": []}',
            "This file has no talks. Export some talks, then import it again.",
        ),
        (
            b'{"talks": []}',
            "This JSON is not an export that we can read. These can be read: Indico, researchseminars.org, pretalx, "
            "The Events Calendar, JSON Feed.",
        ),
    ],
)
def test_json_that_is_no_export_is_refused(content, refusal):
    with pytest.raises(ValidationError) as refused:
        read_content(content, name="export.json")

    assert refused.value.messages == [refusal]


def test_a_text_that_begins_with_a_bracket_is_a_page():
    [event] = read_content(b"[PDE]\nBo Reed (Larkfield): On engines", name="mail.txt").events

    assert event.title == "On engines"


def test_one_talk_that_cannot_be_read_does_not_stop_the_others():
    broken = deepcopy(RESEARCHSEMINARS)
    broken["talks"].insert(0, broken["talks"][0] | {"start_time": "soon", "title": "When?"})

    found = read(broken)

    assert [event.title for event in found.events] == ["On rings"]
    assert [(it.line, it.name, it.reason) for it in found.refusals] == [
        (1, "When?", "start_time “soon” is not a valid time for a talk.")
    ]


@pytest.mark.parametrize("year", ["0027", "9999"])
def test_a_year_that_no_talk_can_have_is_refused(year):
    odd = deepcopy(RESEARCHSEMINARS)
    odd["talks"][0]["start_time"] = f"{year}-05-19 14:00:00+00:00"

    assert [it.reason for it in read(odd).refusals] == [
        f"start_time “{year}-05-19 14:00:00+00:00” is not a valid time for a talk."
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places_in(document, path=()):
    """Every place in a document, as the keys that lead to it."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inner:
        yield (*path, key)
        yield from places_in(value, (*path, key))


@given(st.sampled_from(DOCUMENTS), st.data())
def test_whatever_stands_in_a_place_is_read_or_refused_in_a_sentence(document, data):
    changed = deepcopy(document)
    *outer, last = data.draw(st.sampled_from(list(places_in(document))))
    holder = changed
    for key in outer:
        holder = holder[key]
    holder[last] = data.draw(JSON)

    with contextlib.suppress(ValidationError):
        found = read(changed)
        assert found.events or found.refusals
