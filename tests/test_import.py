"""Import an iCalendar file: the talks that it makes, and the report to the operator."""

from datetime import UTC, datetime

import pytest

from seminars.models import Edition, FormerAddress, JoinAccess, Room, Series, State, Talk
from tests.factories import in_new_york, make_room, make_series, make_talk, make_topic
from tests.imports import ENGINES, SEEDS, calendar, event, importing, with_the_real_files, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    importing(ENGINES, series="engine")
    return Talk.objects.get(uid="77-1709744400-1709748900@events.example.edu")


def test_the_title_has_no_series_and_no_quotation_marks(talk):
    assert talk.title == "On the weaving of numbers: cards, wheels and patience"


def test_the_abstract_does_not_contain_the_meeting_link(talk):
    assert talk.abstract == (
        "A machine that is told what to do by punched cards can do more than its makers planned. "
        "We look at three such programs, and at the bugs in one of them."
    )
    assert (talk.join_url, talk.passcode) == ("https://example.zoom.us/j/11122233344", "4711")


def test_times_use_the_named_zone_even_if_the_file_defines_it_differently(talk):
    assert (talk.starts_at, talk.ends_at) == (in_new_york(2024, 3, 6, 12), in_new_york(2024, 3, 6, 13, 15))


def test_the_place_becomes_a_room_with_its_address(talk):
    room = talk.room

    assert (room.building, room.name, room.street) == ("Babbage Hall", "Room 12", "5 Dorset Street")
    assert (room.city, room.postal_code, room.country) == ("Philadelphia", "19104", "United States")
    assert room.location == "Babbage Hall, Room 12, 5 Dorset Street, Philadelphia, 19104, United States"


def test_a_known_room_is_found_in_any_case():
    room = make_room(name="ROOM 12", building="babbage hall", capacity=40)

    importing(ENGINES, series="engine")

    assert [talk.room for talk in Talk.objects.soonest_first()] == [room, None]


def test_a_room_named_without_its_building_is_the_one_that_has_the_name(tmp_path):
    room = make_room(name="Room 12", building="Babbage Hall")

    importing(written(tmp_path, calendar(event(LOCATION="Room 12"))), series="engine")

    assert Talk.objects.get().room == room


def test_a_new_series_has_the_name_that_most_events_begin_with_and_the_contact_of_the_file():
    said = importing(ENGINES, series="engine")
    series = Series.objects.get()

    named = series.slug, series.name, series.short_name, series.kind
    assert named == ("engine", "ENGINE Seminar", "ENGINE", "Seminar")
    assert series.contact_name == "Engines: Large, Small, and Analytical (ENGINE) Center"
    assert said.splitlines()[0] == "series created: ENGINE Seminar (short name ENGINE, contact engine@example.edu)"


def test_a_known_series_without_a_contact_gets_one():
    make_series(slug="engine", short_name="ENGINE")

    said = importing(ENGINES, series="engine")

    assert Series.objects.get().contact_email == "engine@example.edu"
    assert "contact of ENGINE Seminar: Engines: Large, Small, and Analytical (ENGINE) Center engine@" in said


def test_a_known_series_keeps_its_contact():
    make_series(slug="engine", contact_email="office@example.edu")

    importing(ENGINES, series="engine")

    assert (Series.objects.get().contact_name, Series.objects.get().contact_email) == ("", "office@example.edu")


def test_the_series_is_found_by_the_words_before_the_title():
    series = make_series(short_name="Engine")

    importing(ENGINES)

    assert {talk.series for talk in Talk.objects.all()} == {series}


def test_an_event_that_names_no_series_is_refused_unless_one_is_named(tmp_path):
    path = written(tmp_path, calendar(event(SUMMARY="On engines: a study")))

    assert "The event doesn’t name a series. Choose one, or use --series SLUG." in importing(path)
    assert "1 new" in importing(path, series="engine")
    assert Talk.objects.get().title == "On engines: a study"


def test_a_category_that_names_the_kind_is_not_a_topic(talk):
    assert [topic.name for topic in talk.topics.all()] == ["Computing"]


def test_a_known_topic_is_found_in_any_case():
    topic = make_topic(name="COMPUTING")

    importing(ENGINES, series="engine")

    assert list(Talk.objects.soonest_first().first().topics.all()) == [topic]


def test_uid_and_creation_time_are_kept_and_the_sequence_is_higher(talk):
    cancelled = Talk.objects.get(uid="78@events.example.edu")

    assert talk.created_at == datetime(2024, 1, 2, 9, tzinfo=UTC)
    assert (talk.sequence, cancelled.sequence) == (1, 5)
    assert talk.changed_at > talk.created_at


def test_a_first_change_afterwards_raises_the_sequence_by_one(talk):
    from seminars.actions import talk_changes

    talk.title = "On engines"
    talk_changes.save(talk)

    assert Talk.objects.get(pk=talk.pk).sequence == 2


def test_status_becomes_state(tmp_path):
    events = [event(UID=status, STATUS=status, DTSTART=f"2024030{day}T120000Z", DTEND=f"2024030{day}T130000Z")
              for day, status in enumerate(("CONFIRMED", "TENTATIVE", "CANCELLED", "ODD"), start=1)]  # fmt: skip

    importing(written(tmp_path, calendar(*events)), series="engine")

    states = [talk.state for talk in Talk.objects.soonest_first()]
    assert states == [State.CONFIRMED, State.TENTATIVE, State.CANCELLED, State.CONFIRMED]


def test_imported_talks_are_public_at_once():
    importing(ENGINES, series="engine")

    assert Talk.objects.public().filter(published_at__isnull=False).count() == 2


def test_talks_are_imported_as_drafts_if_asked():
    importing(ENGINES, series="engine", draft=True)

    assert Talk.objects.drafts().count() == 2
    assert not Talk.objects.filter(published_at__isnull=False).exists()


def test_the_old_address_leads_to_the_talk(talk, client):
    response = client.get("/event/engine-seminar-title-tbd-3/?occurrence=1")

    assert (response.status_code, response.url) == (302, talk.get_absolute_url())


def test_an_old_address_that_is_in_use_keeps_its_target():
    other = make_talk()
    FormerAddress.objects.remember("/event/engine-seminar-title-tbd-3/?occurrence=1", other)

    said = importing(ENGINES, series="engine")

    assert FormerAddress.objects.meaning("/event/engine-seminar-title-tbd-3/", "occurrence=1") == other
    assert "already redirects elsewhere and was not changed" in said


def test_a_talk_without_title_place_and_speaker_is_to_be_announced():
    importing(ENGINES, series="engine")
    talk = Talk.objects.get(uid="78@events.example.edu")

    assert (talk.title, talk.room, talk.speaker_names, talk.headline) == ("", None, "", "To be announced")


def test_a_new_talk_has_the_link_access_of_its_series():
    make_series(slug="engine", default_join_access=JoinAccess.MEMBERS)

    importing(ENGINES, series="engine")

    assert {talk.join_access for talk in Talk.objects.all()} == {JoinAccess.MEMBERS}


def test_a_dry_run_gives_the_same_report_and_changes_nothing():
    dry = importing(ENGINES, series="engine", dry_run=True)

    assert (Talk.objects.count(), Series.objects.count(), Room.objects.count()) == (0, 0, 0)
    assert Edition.objects.current() == (0, None)
    assert dry.endswith("Nothing was imported: this was a dry run.\n")
    assert dry.splitlines()[:-1] == importing(ENGINES, series="engine").splitlines()[:-1]


def test_the_plan_says_what_happens_to_each_event():
    assert importing(ENGINES, series="engine").splitlines()[1:] == [
        "room created: Babbage Hall, Room 12, 5 Dorset Street, Philadelphia, 19104, United States",
        "topic created: Computing",
        "new: line 14: On the weaving of numbers: cards, wheels and patience (Wednesday, 6 March 2024, 12 noon)",
        "new: line 32: To be announced (Wednesday, 13 March 2024, 12 noon)",
        "Some questions have assumed answers. Use --list-choices to see them.",
        "In total: 2 new, 0 changed, 0 unchanged, 0 refused.",
        "Imported.",
    ]


# --- clashes ---


def test_a_clash_in_the_past_is_reported_and_marked_as_shared(tmp_path):
    path = written(tmp_path, calendar(event(), event(UID="2@example.edu", SUMMARY="ENGINE Seminar: On looms")))

    said = importing(path, series="engine")

    assert [talk.shares_room for talk in Talk.objects.order_by("pk")] == [False, True]
    assert (
        "  - Room 12 was taken by “On engines” at the same time, so the talk is marked as sharing the room."
        in said.splitlines()
    )


def test_a_clash_in_the_past_with_a_talk_that_is_here_is_marked_too(tmp_path):
    room = make_room(name="Room 12", building="Babbage Hall")
    make_talk(room=room, starts_at=in_new_york(2024, 3, 6, 12), title="Sooner")

    said = importing(written(tmp_path, calendar(event())), series="engine")

    assert "was taken by “Sooner” at the same time" in said
    assert Talk.objects.get(uid="1@example.edu").shares_room


def test_a_clash_ahead_is_refused_and_nothing_is_imported(tmp_path):
    when = {"DTSTART": "21000306T120000Z", "DTEND": "21000306T130000Z"}
    path = written(tmp_path, calendar(event(**when), event(UID="2@example.edu", **when)))

    said = importing(path, series="engine")

    assert "  - Room 12 is taken by “On engines”, 7–8 am. Choose another room or time." in said.splitlines()
    assert said.endswith("REFUSED: Nothing was imported. Correct the file, or use --skip-refused to import the rest.")
    assert Talk.objects.count() == Room.objects.count() == 0


def test_refused_events_can_be_left_out(tmp_path):
    path = written(tmp_path, calendar(event(), event("DTSTART", "DTEND", UID="2@example.edu")))

    said = importing(path, series="engine", skip_refused=True)

    assert "In total: 1 new, 0 changed, 0 unchanged, 1 refused.\nImported.\n" in said
    assert [talk.uid for talk in Talk.objects.all()] == ["1@example.edu"]


# --- the real talk ---


@with_the_real_files
def test_the_real_calendar_and_the_real_page_make_one_whole_talk(client):
    importing(SEEDS / "events-calendar.ics", series="asset")
    said = importing(SEEDS / "talk-page.txt")
    talk = Talk.objects.for_pages().get()

    assert talk.title == "The coverage principle in language models: From pre-training to test-time scaling"
    assert [str(speaker) for speaker in talk.speakers] == ["Akshay Krishnamurthy (MSR)"]
    assert talk.starts_at == in_new_york(2025, 11, 5, 12) == datetime(2025, 11, 5, 17, tzinfo=UTC)
    assert talk.ends_at == in_new_york(2025, 11, 5, 13, 15)
    assert str(talk.room) == "Amy Gutmann Hall, Room 414"
    assert (talk.join_url, talk.passcode) == ("https://upenn.zoom.us/j/95189835192", "797599")
    assert (talk.uid, talk.sequence) == ("20919-1762344000-1762348500@seasevents.nmsdev7.com", 2)
    assert talk.created_at == datetime(2025, 8, 21, 20, 41, 47, tzinfo=UTC)
    assert talk.series.name == "ASSET Seminar"
    assert (talk.series.full_name, talk.series.contact_email) == ("ASSET Seminar", "asset-info@seas.upenn.edu")
    assert list(talk.topics.all()) == []
    assert "zoom" not in talk.abstract.lower()
    assert (
        "different link (https://upenn.zoom.us/j/91064109577) from this site (https://upenn.zoom.us/j/95189835192)"
        in said
    )
    assert FormerAddress.objects.meaning("/event/asset-seminar-title-tbd-7/") == talk
    assert client.get("/event/asset-seminar-title-tbd-7/").url == talk.get_absolute_url()


@with_the_real_files
def test_the_real_files_change_nothing_the_second_time():
    for name, series in (("events-calendar.ics", "asset"), ("talk-page.txt", "")):
        importing(SEEDS / name, series=series)
    edition = Edition.objects.current()

    again = [importing(SEEDS / name) for name in ("events-calendar.ics", "talk-page.txt")]

    assert [said.split(":")[0] for said in again] == ["unchanged", "unchanged"]
    assert "The page has a different link" in again[1]
    assert Edition.objects.current() == edition


@pytest.mark.parametrize(
    "line",
    [
        {"URL": "https://example.zoom.us/j/1?pwd=2"},
        {"SUMMARY": "On engines https://example.zoom.us/j/1?pwd=2"},
        {"LOCATION": "https://example.zoom.us/j/1?pwd=2"},
    ],
)
def test_a_link_to_a_meeting_is_the_join_link_wherever_it_stands(tmp_path, line):
    importing(written(tmp_path, calendar(event(**{"SUMMARY": "On engines"} | line))), series="engine")
    talk = Talk.objects.get()

    assert (talk.title, talk.join_url) == ("On engines", "https://example.zoom.us/j/1?pwd=2")
    assert FormerAddress.objects.count() == 0


def test_a_passcode_in_the_location_is_kept_with_the_link_there(tmp_path):
    place = "https://example.zoom.us/j/1 Passcode: 471100"

    importing(written(tmp_path, calendar(event(LOCATION=place))), series="engine")

    assert (Talk.objects.get().passcode, Room.objects.count()) == ("471100", 0)


@pytest.mark.parametrize("summary", ["Busy", "Private Appointment", "Privater Termin"])
def test_an_event_whose_title_its_source_hides_becomes_a_draft(tmp_path, summary):
    importing(written(tmp_path, calendar(event(SUMMARY=summary))), series="engine")

    assert Talk.objects.get().state == State.DRAFT


def test_the_word_abstract_within_the_text_stays(tmp_path):
    importing(written(tmp_path, calendar(event(DESCRIPTION="Looms and abstract\\nalgebra."))), series="engine")

    assert Talk.objects.get().abstract == "Looms and abstract\nalgebra."


def test_an_address_that_a_calendar_is_called_by_names_no_series(tmp_path):
    file = calendar(event(SUMMARY="On engines"), head=["X-WR-CALNAME:ada@example.edu"])

    said = importing(written(tmp_path, file))

    assert "1 refused" in said
    assert "ada@example.edu" not in said


@pytest.mark.parametrize(
    "text",
    [
        "Our speaker: Bo Reed\\nTitle: On looms",
        "Speaker 1: Bo Reed\\nTitle: On looms",
        "Speaker's name: Bo Reed\\nTitle: On looms",
        "Title: On looms. Speaker: Bo Reed. Abstract: We weave.",
    ],
)
def test_a_description_names_the_speaker_in_many_ways(tmp_path, text):
    importing(written(tmp_path, calendar(event(SUMMARY="ENGINE Seminar", DESCRIPTION=text))), series="engine")
    talk = Talk.objects.for_pages().get()

    assert (talk.title, [str(one) for one in talk.speakers]) == ("On looms", ["Bo Reed"])


def test_a_description_tells_host_and_moderators(tmp_path):
    said = "Speaker: Bo Reed\\nHost: Ana Ruiz\\nModerators: Kim Lee and Jo Moss\\nDiscussant: Lu Park\\n\\nWe weave."

    importing(written(tmp_path, calendar(event(DESCRIPTION=said))), series="engine")

    talk = Talk.objects.for_pages().get()
    assert (talk.host, talk.abstract, talk.sequence) == ("Ana Ruiz", "We weave.\n\nDiscussant: Lu Park", 1)
    assert [(one.role, one.speaker.name) for one in talk.appearances.all()] == [
        ("speaker", "Bo Reed"), ("moderator", "Kim Lee"), ("moderator", "Jo Moss"),
    ]  # fmt: skip
