"""A second installation imports the feed of this one: everything that an entry says comes back."""

import pytest
from django.test import override_settings

from seminars import listings
from seminars.actions import stamping
from seminars.formats import ics
from seminars.importing.events import Meeting, Person
from seminars.importing.sources.calendar import parse_calendar
from seminars.models import Appearance, JoinAccess, Role, State
from seminars.models.page_addresses import absolute
from tests.factories import in_new_york, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db
ABSTRACT = "We weave numbers.\n\nSpeaker: nobody at all, says this line.\n\nDetails are in the second half."


def make_whole_talk(**fields):
    """A talk with everything that an entry can show."""
    talk = make_talk(
        series=make_series(short_name="ENGINE", contact_name="The office", contact_email="office@example.edu"),
        also_in=[make_series(short_name="LOOM")],
        room=make_room(name="Room 12", building="Babbage Hall"),
        speakers=[make_speaker(name="Ada Lovelace"), make_speaker(name="Bo Reed")],
        topics=[make_topic(name="Cards, large")],
        **{"title": "On engines – and wheels", "abstract": ABSTRACT, "programme": "Coffee 11:30",
           "notice": "Room changed from 7 to 12", "join_url": "https://example.zoom.us/j/1", "passcode": "4711",
           "join_access": JoinAccess.OPEN, "starts_at": in_new_york(2030, 3, 6, 12)} | fields,
    )  # fmt: skip
    Appearance.objects.filter(speaker__name="Ada Lovelace").update(affiliation="London (Analytical Society)")
    host = make_speaker(name="Mary Somerville")
    Appearance.objects.create(talk=talk, speaker=host, role=Role.MODERATOR, order=9, affiliation="Oxford")
    stamping.stamp([talk])
    return talk


def come_back(language="en"):
    """The one event that a second installation reads from the feed of everything, in the language of the first."""
    with override_settings(LANGUAGE_CODE=language):
        [event] = parse_calendar(ics.render(listings.everything(), past_too=True)).events
    return event


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ja"])
def test_all_that_an_entry_says_comes_back(language):
    talk = make_whole_talk()

    event = come_back(language)

    assert event.people == [Person("Ada Lovelace", "London (Analytical Society)"), Person("Bo Reed")]
    assert (event.title, event.series) == ("On engines – and wheels", "ENGINE")
    assert event.abstract == ABSTRACT
    assert event.fields == {
        "notice": "Room changed from 7 to 12", "programme": "Coffee 11:30", "also_in": "LOOM",
        "moderators": "Mary Somerville (Oxford)",
    }  # fmt: skip
    assert event.meeting == Meeting("https://example.zoom.us/j/1", "4711")
    assert (event.starts_at, event.ends_at, event.zone) == (talk.starts_at, talk.ends_at, "America/New_York")
    assert (event.uid, event.location, event.categories) == (talk.uid, talk.room.location, ("Cards, large",))
    assert (event.contact, event.address) == (("The office", "office@example.edu"), talk.get_absolute_url())


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ja"])
def test_every_role_comes_back(language):
    talk = make_whole_talk()
    others = [role for role in Role if role not in (Role.SPEAKER, Role.MODERATOR, Role.HOST)]
    for order, role in enumerate(others, 10):
        for number in (1, 2):
            person = make_speaker(name=f"{role.value.title()} Number{'ab'[number - 1]}")
            Appearance.objects.create(talk=talk, speaker=person, role=role, order=order, affiliation="Bonn")

    event = come_back(language)

    for role in others:
        names = [f"{role.value.title()} Number{letter} (Bonn)" for letter in "ab"]
        assert event.fields[role.plural].split("\n") == names


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
@pytest.mark.parametrize("state", [State.CONFIRMED, State.TENTATIVE, State.POSTPONED, State.CANCELLED])
def test_every_public_state_comes_back(language, state):
    make_whole_talk(state=state)

    event = come_back(language)

    assert (event.state, event.title, event.abstract) == (state, "On engines – and wheels", ABSTRACT)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
@pytest.mark.parametrize(
    ("title", "speakers"),
    [("On engines", ["Ada Lovelace"]), ("", ["Ada Lovelace"]), ("On engines", []), ("", []), ("A: B – C", ["D"])],
)
def test_what_is_still_to_be_announced_stays_so(language, title, speakers):
    make_talk(title=title, speakers=speakers)

    event = come_back(language)

    assert (event.title, [person.name for person in event.people]) == (title, speakers)
    assert (event.abstract, event.location, event.meeting) == ("", "", Meeting())


def test_the_notice_of_a_talk_without_speakers_is_not_its_abstract():
    make_talk(notice="Bring a lamp", abstract="On lamps.")

    event = come_back()

    assert (event.fields, event.abstract) == ({"notice": "Bring a lamp"}, "On lamps.")


def test_a_link_for_members_comes_back_as_the_address_that_leads_to_it():
    talk = make_talk(join_url="https://example.zoom.us/j/1", passcode="4711", join_access=JoinAccess.MEMBERS)

    event = come_back()

    assert event.meeting == Meeting(absolute(talk.address.path("join/")))


def test_a_calendar_of_another_program_is_not_read_as_ours():
    talk = make_talk(title="On engines", speakers=["Ada Lovelace"])
    content = ics.render(listings.everything(), past_too=True).replace(b"-//Seminars//", b"-//Others//")

    [event] = parse_calendar(content).events

    assert (event.series, event.summary) == ("", f"{talk.series.short_name}: Ada Lovelace – On engines")
