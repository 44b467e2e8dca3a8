"""The talk page for machines: a schema.org Event in each state that has one."""

import json
import re
from datetime import timedelta

import pytest
import time_machine

from seminars.actions import lifecycle, photos, talk_changes
from seminars.countries import country_code
from seminars.formats.card import card_link
from seminars.models import Department, Role, State, Talk
from tests import schema_org
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pictures import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NOON = in_new_york(2025, 11, 5, 12)
ZOOM = "https://example.zoom.us/j/910"
SITE = "http://talks.example.edu"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
ROOM_TOLD = {
    "@type": "Place",
    "name": "Gutmann Hall, Room 414",
    "url": f"{SITE}/rooms/r414/",
    "address": {
        "@type": "PostalAddress",
        "streetAddress": "3333 Chestnut Street",
        "addressLocality": "Philadelphia",
        "postalCode": "19104",
        "addressCountry": "US",
    },
    "geo": {"@type": "GeoCoordinates", "latitude": 39.9545, "longitude": -75.19},
}
ADA_TOLD = {
    "@type": "Person",
    "name": "Ada Lovelace",
    "url": f"{SITE}/speakers/ada/",
    "sameAs": "https://orcid.org/0000-0002-1825-0097",
    "affiliation": {"@type": "Organization", "name": "Analytical Society"},
}


def at_noon(**fields):
    defaults = {"starts_at": NOON, "ends_at": NOON + timedelta(minutes=75), "title": "On engines"}
    place = {} if "room" in fields else {"join_url": ZOOM}
    return make_talk(**defaults | {"speakers": ["Ada Lovelace"]} | place | fields)


def blocks(client, talk):
    response = client.get(talk.get_absolute_url())
    assert response.status_code == 200
    return BLOCK.findall(response.content.decode())


def card_of(talk):
    """The address of the picture that stands for the talk."""
    return f"{SITE}{card_link(talk, Department.objects.current()).path}"


def event(client, talk):
    """What the talk's page tells machines."""
    [block] = blocks(client, talk)
    return json.loads(block)


def status(client, talk):
    told = event(client, talk)["eventStatus"]
    return [one.removeprefix("https://schema.org/") for one in (told if isinstance(told, list) else [told])]


def test_a_confirmed_talk_is_scheduled_with_all_that_is_known(client):
    Department.objects.create(pk=1, name="Statistics")
    where = {"street": "3333 Chestnut Street", "city": "Philadelphia", "postal_code": "19104", "country": "USA"}
    room = make_room(name="Room 414", slug="r414", latitude="39.9545", longitude="-75.19", **where)
    ada = make_speaker(name="Ada Lovelace", slug="ada", affiliation="Analytical Society", orcid="0000-0002-1825-0097")
    series = make_series(name="Asset", short_name="ASSET", slug="asset")
    talk = at_noon(room=room, speakers=[ada], series=series, abstract="We *weave* $x^2$.")

    assert event(client, talk) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": f"{SITE}/talks/{talk.pk}/",
        "url": f"{SITE}/talks/{talk.pk}/on-engines/",
        "name": "On engines",
        "description": "We weave x².",
        "inLanguage": "en",
        "startDate": "2025-11-05T12:00:00-05:00",
        "endDate": "2025-11-05T13:15:00-05:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "location": ROOM_TOLD,
        "performer": ADA_TOLD,
        "superEvent": {"@type": "EventSeries", "name": "ASSET Seminar", "url": f"{SITE}/series/asset/"},
        "organizer": {"@type": "Organization", "name": "Statistics", "url": f"{SITE}/"},
    }


def test_a_talk_without_a_title_is_named_after_series_and_speaker(client):
    talk = at_noon(title="", series=make_series(short_name="ASSET"))

    assert event(client, talk)["name"] == "ASSET: Ada Lovelace"


def test_a_talk_without_a_speaker_is_left_out_even_if_somebody_moderates(client):
    talk = at_noon(speakers=[])
    talk.appearances.create(speaker=make_speaker(), role=Role.MODERATOR)

    assert blocks(client, talk) == []


def test_a_tentative_talk_is_left_out(client):
    assert blocks(client, at_noon(state=State.TENTATIVE)) == []


def test_a_draft_is_left_out_even_in_the_preview(client):
    series = make_series()
    draft = make_draft(series=series, starts_at=NOON, speakers=["Ada Lovelace"])
    client.force_login(make_organiser(series))

    assert blocks(client, draft) == []


def test_a_moved_talk_is_rescheduled_and_shows_its_previous_start_longer_than_lists(client):
    talk = at_noon()
    lifecycle.move(talk, starts_at=in_new_york(2025, 12, 10, 15), by=make_organiser())

    with time_machine.travel(in_new_york(2025, 12, 1, 9), tick=False):
        told = event(client, talk)
    assert told["eventStatus"] == "https://schema.org/EventRescheduled"
    assert told["previousStartDate"] == "2025-11-05T12:00:00-05:00"
    assert told["startDate"] == "2025-12-10T15:00:00-05:00"


def test_a_talk_that_moved_online_says_so_and_has_only_a_virtual_place(client):
    talk = at_noon(room=make_room(), join_url=ZOOM)
    lifecycle.change_room(talk, room=None, by=make_organiser())

    told = event(client, talk)
    assert told["eventStatus"] == "https://schema.org/EventMovedOnline"
    assert told["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert told["location"] == {"@type": "VirtualLocation", "url": f"{SITE}/talks/{talk.pk}/join/"}


def test_a_talk_that_moved_in_time_and_online_says_both(client):
    talk = at_noon(room=make_room(), join_url=ZOOM)
    lifecycle.move(talk, starts_at=in_new_york(2025, 11, 6, 12), by=make_organiser())
    lifecycle.change_room(talk, room=None, by=make_organiser())

    assert status(client, talk) == ["EventRescheduled", "EventMovedOnline"]


def test_a_talk_in_another_room_is_scheduled(client):
    talk = at_noon(room=make_room(name="Room 307"))
    lifecycle.change_room(talk, room=make_room(name="Room 414"), by=make_organiser())

    assert status(client, talk) == ["EventScheduled"]
    assert event(client, talk)["location"]["name"] == "Gutmann Hall, Room 414"


def test_a_postponed_talk_is_postponed(client):
    talk = at_noon()
    lifecycle.postpone(talk, reason="Snow", by=make_organiser())

    assert status(client, talk) == ["EventPostponed"]


def test_a_cancelled_talk_keeps_its_date_and_offers_no_way_to_join(client):
    talk = at_noon(join_url=ZOOM)
    lifecycle.cancel(talk, reason="Snow", by=make_organiser())

    told = event(client, talk)
    assert told["eventStatus"] == "https://schema.org/EventCancelled"
    assert told["startDate"] == "2025-11-05T12:00:00-05:00"
    assert told["location"] == {"@type": "VirtualLocation", "url": SITE + talk.get_absolute_url()}


def test_a_talk_that_was_moved_and_then_cancelled_is_cancelled_alone(client):
    talk = at_noon()
    lifecycle.move(talk, starts_at=in_new_york(2025, 11, 6, 12), by=make_organiser())
    lifecycle.cancel(talk, reason="Snow", by=make_organiser())

    assert status(client, talk) == ["EventCancelled"]
    assert "previousStartDate" not in event(client, talk)


def test_a_hybrid_talk_is_at_both_places(client):
    told = event(client, at_noon(room=make_room(), join_url=ZOOM))

    assert told["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in told["location"]] == ["Place", "VirtualLocation"]


@pytest.mark.parametrize("access", ["open", "timed", "members"])
def test_the_link_itself_is_left_out(client, access):
    [block] = blocks(client, at_noon(join_url=ZOOM, passcode="472119", join_access=access))

    assert ("zoom.us" in block, "472119" in block, "/join/" in block) == (False, False, True)


def test_a_talk_that_is_over_is_still_told_but_not_how_to_join(client):
    with time_machine.travel(in_new_york(2025, 11, 6), tick=False):
        talk = at_noon(join_url=ZOOM)
        [block] = blocks(client, talk)

    assert json.loads(block)["eventStatus"] == "https://schema.org/EventScheduled"
    assert ("/join/" in block, "zoom.us" in block) == (False, False)


def test_a_talk_without_a_place_is_left_out_because_an_event_needs_one(client):
    assert blocks(client, at_noon(join_url="")) == []


def test_a_talk_of_unlisted_series_alone_is_not_told_and_not_to_be_found(client):
    hidden = make_series(is_listed=False)
    alone, joint = at_noon(series=hidden), at_noon(series=hidden, also_in=[make_series()])

    assert [len(blocks(client, talk)) for talk in (alone, joint)] == [0, 1]
    pages = [alone, joint, hidden, joint.shown_series[0]]
    found = ['content="noindex"' in client.get(page.get_absolute_url()).text for page in pages]
    assert found == [True, False, True, False]


def test_an_unlisted_series_is_not_told(client):
    talk = at_noon(series=make_series(is_listed=False), also_in=[make_series(short_name="PRiML")])

    assert event(client, talk)["superEvent"]["name"] == "PRiML Seminar"


def test_typed_text_ends_no_script(client):
    evil = "</script><!-- <script>alert(1)</script> & ]]>"
    ada = make_speaker(name=evil, affiliation=evil)
    talk = at_noon(title=evil, abstract=evil, speakers=[ada], room=make_room(name=evil, street=evil))

    [block] = blocks(client, talk)
    assert (json.loads(block)["name"], json.loads(block)["performer"]["name"]) == (evil, evil)
    assert {"<", ">", "&"}.isdisjoint(block)


# --- recordings, people and lists ---


@pytest.mark.parametrize(("file", "name"), [("watch?v=1", "url"), ("talk.MP4", "contentUrl")])
def test_a_talk_that_is_over_leads_to_its_recording_as_a_page_or_a_file(client, file, name):
    address = f"https://video.example.edu/{file}"
    ahead, over = at_noon(recording_url=address), at_noon(recording_url=address, language="de")

    told_ahead = event(client, ahead)
    with time_machine.travel(in_new_york(2025, 11, 6), tick=False):
        told_later = event(client, over)

    assert "recordedIn" not in told_ahead
    assert told_later["recordedIn"] == {
        "@type": "VideoObject", "name": "On engines", name: address, "inLanguage": "de",
        "uploadDate": "2025-11-05T13:15:00-05:00", "thumbnailUrl": card_of(over),
    }  # fmt: skip


def test_a_recording_shows_the_speaker_and_dates_from_when_it_was_first_entered(client):
    ada, address = make_speaker(name="Ada", photo=photos.keep(picture())), "https://video.example.edu/watch?v=1"
    talk = at_noon(speakers=[ada], abstract="On *looms*.")
    for day, field, value in [(9, "recording_url", address), (10, "slides_url", "https://example.edu/slides")]:
        with time_machine.travel(in_new_york(2025, 11, day), tick=False):
            talk = Talk.objects.get(pk=talk.pk)
            setattr(talk, field, value)
            talk_changes.save(talk)

    with time_machine.travel(in_new_york(2025, 11, 11), tick=False):
        told = event(client, talk)

    photo = f"{SITE}/photos/{ada.photo_id}.webp"
    assert told["image"] == photo
    assert told["recordedIn"] == {
        "@type": "VideoObject", "name": "On engines", "description": "On looms.", "url": address,
        "thumbnailUrl": card_of(talk), "uploadDate": "2025-11-09T00:00:00-05:00", "inLanguage": "en",
    }  # fmt: skip


def things(client, path):
    """What any page tells machines."""
    return [json.loads(block) for block in BLOCK.findall(client.get(path).text)]


def test_the_page_of_a_speaker_tells_who_they_are(client):
    ada = make_speaker(
        name="Ada Lovelace", slug="ada", affiliation="Analytical Society", orcid="0000-0002-1825-0097",
        homepage="https://ada.example.org/", biography="She *wrote* programs.",
    )  # fmt: skip
    at_noon(speakers=[ada])

    homes = ["https://ada.example.org/", "https://orcid.org/0000-0002-1825-0097"]
    assert things(client, "/speakers/ada/") == [
        {"@context": "https://schema.org"} | ADA_TOLD | {"sameAs": homes, "description": "She wrote programs."}
    ]


LISTS = ["/", "/series/asset/", "/rooms/r414/", "/topics/looms/"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_leads_to_its_settled_upcoming_talks_in_order(client, path):
    room, looms = make_room(slug="r414", is_exclusive=False), make_topic(slug="looms")
    where = {"series": make_series(slug="asset"), "room": room, "topics": [looms]}
    later, sooner = (at_noon(starts_at=NOON + timedelta(hours=hours), ends_at=NOON + timedelta(hours=9), title=title,
                             **where) for hours, title in [(2, "Later"), (1, "Sooner")])  # fmt: skip
    at_noon(state=State.TENTATIVE, **where)
    at_noon(speakers=[], **where)

    [told] = things(client, path)

    leads = [(item["position"], item["name"], item["url"]) for item in told["itemListElement"]]
    assert (told["@type"], told["numberOfItems"], told["url"]) == ("ItemList", 2, SITE + path)
    assert leads == [
        (1, "Sooner", SITE + sooner.get_absolute_url()), (2, "Later", SITE + later.get_absolute_url()),
    ]  # fmt: skip


def test_lists_that_search_engines_should_not_have_are_not_told(client):
    hidden = make_series(is_listed=False, slug="hidden")
    asset = make_series(slug="asset")
    at_noon(series=hidden)
    at_noon(series=asset)

    told = [things(client, path) for path in ("/series/hidden/", "/?series=asset", "/series/asset/?page=2")]

    assert told[:2] == [[], []]
    assert things(client, "/series/asset/") != []


def test_everything_that_is_told_is_in_the_vocabulary_of_schema_org(client):
    where = {"street": "Weg 1", "city": "Ulm", "region": "BW", "postal_code": "89073", "country": "Deutschland"}
    room = make_room(slug="r414", map_url="https://map.example.org/", latitude="48.4", longitude="9.98", **where)
    ada = make_speaker(
        name="Ada", slug="ada", affiliation="Analytical Society", homepage="https://a.example/", biography="Life",
        photo=photos.keep(picture()),
    )  # fmt: skip
    fields = {"room": room, "join_url": ZOOM, "speakers": [ada, "Bob"], "abstract": "Looms"}
    series, topics = make_series(slug="asset"), [make_topic(slug="looms")]
    talk = at_noon(recording_url="https://v.example.org/a.mp4", series=series, topics=topics, **fields)
    lifecycle.move(talk, starts_at=in_new_york(2025, 11, 6, 12), by=make_organiser())
    cancelled = at_noon(series=series, speakers=[ada])
    lifecycle.cancel(cancelled, reason="Snow", by=make_organiser())
    pages = [*LISTS, "/speakers/ada/", talk.get_absolute_url(), cancelled.get_absolute_url()]

    told = [thing for path in pages for thing in things(client, path)]
    with time_machine.travel(in_new_york(2025, 11, 8), tick=False):
        told += things(client, talk.get_absolute_url())

    assert len(told) == len(pages) + 1
    assert [schema_org.complaints(thing) for thing in told] == [[]] * len(told)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"@type": "Talk"}, ": no type Talk"),
        ({"speaker": "Ada"}, ".speaker: no property of Event"),
        ({"postalCode": "1"}, ".postalCode: no property of Event"),
        ({"startDate": "tomorrow"}, ".startDate: 'tomorrow' is none of ['Date', 'DateTime']"),
        ({"performer": {"@type": "Place"}}, ".performer: {'@type': 'Place'} is none of ['Organization', 'Person']"),
        ({"isAccessibleForFree": "yes"}, ".isAccessibleForFree: 'yes' is none of ['Boolean']"),
        ({"eventStatus": "https://schema.org/Over"},
         ".eventStatus: 'https://schema.org/Over' is none of ['EventStatusType']"),
    ],
)  # fmt: skip
def test_the_check_finds_what_is_not_in_the_vocabulary(change, complaint):
    assert schema_org.complaints({"@type": "Event", "name": "On engines"} | change)[0] == complaint


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("US", "US"), ("u.s.a.", "US"), ("United  States", "US"), ("United Kingdom", "GB"), ("Deutschland", "DE"),
        ("ÖSTERREICH", "AT"), ("Italy", "IT"), ("日本", "JP"), ("Atlantis", ""), ("", ""), ("XX", ""),
    ],
)  # fmt: skip
def test_a_typed_country_has_its_code(typed, code):
    assert country_code(typed) == code


def test_a_country_that_is_not_known_is_told_as_it_was_typed(client):
    told = event(client, at_noon(room=make_room(country="Atlantis")))

    assert told["location"]["address"] == {"@type": "PostalAddress", "addressCountry": "Atlantis"}
