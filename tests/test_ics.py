"""The calendar entry of a talk in each of its states."""

import re
from datetime import timedelta

import pytest

from seminars import listings
from seminars.actions import lifecycle
from seminars.formats import ics, ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import Appearance, JoinAccess, Role, State, Talk
from seminars.models.talk_queries import Stamps

from .factories import (
    in_new_york,
    make_draft,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from .ics_reading import calendar_of, entry, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)
NOON = in_new_york(2026, 11, 4, 12)


@pytest.fixture
def asset():
    return make_series(name="AI-enabled Systems", short_name="ASSET")


# --- the ICS column of the states table ---


def test_a_whole_talk_is_named_by_series_speaker_and_title(asset):
    talk = make_talk(series=asset, title="On engines", speakers=["Ada Lovelace"])

    assert said(talk, "SUMMARY") == "ASSET: Ada Lovelace – On engines"


def test_a_missing_title_is_to_be_announced(asset):
    talk = make_talk(series=asset, title="", speakers=["Ada Lovelace"])

    assert said(talk, "SUMMARY") == "ASSET: Ada Lovelace (title to be announced)"


def test_a_missing_speaker_is_to_be_announced(asset):
    nothing_known = make_talk(series=asset, title="")
    title_known = make_talk(series=asset, title="On engines")

    assert said(nothing_known, "SUMMARY") == "ASSET: to be announced"
    assert said(title_known, "SUMMARY") == "ASSET: On engines (speaker to be announced)"


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.TENTATIVE, "TENTATIVE"),
        (State.CONFIRMED, "CONFIRMED"),
        (State.POSTPONED, "CANCELLED"),
        (State.CANCELLED, "CANCELLED"),
    ],
)
def test_each_public_state_has_its_status(state, status):
    assert said(make_talk(state=state), "STATUS") == status


def test_the_entry_of_a_provisional_talk_also_says_so_in_words():
    talk = make_talk(state=State.TENTATIVE, title="On engines")

    assert said(talk, "DESCRIPTION").startswith("Provisional: time and place may still change.\n\n")


def test_a_moved_talk_keeps_its_uid_and_raises_its_sequence():
    talk = make_talk(starts_at=NOON)
    before = entry(talk)

    moved = lifecycle.move(talk, starts_at=NOON + timedelta(days=1, hours=2), by=None)

    assert (said(moved, "UID"), said(moved, "SEQUENCE")) == (before.value("UID"), "1")
    assert said(moved, "DTSTART") == "20261105T140000"


def test_the_entry_of_a_talk_that_moved_online_begins_with_that_and_the_link():
    talk = make_talk(room=make_room(), join_url=LINK, speakers=["Ada Lovelace"])

    online = lifecycle.change_room(talk, room=None, by=None)

    assert (said(online, "LOCATION"), said(online, "SEQUENCE")) == ("Online", "1")
    assert said(online, "DESCRIPTION").startswith("Online only\n\nSpeaker: Ada Lovelace")


def test_the_entry_begins_with_a_changed_room():
    talk = make_talk(room=make_room(name="Room 307", building=""), speakers=["Ada Lovelace"])

    moved = lifecycle.change_room(talk, room=make_room(name="Room 414", building=""), by=None)

    assert (said(moved, "LOCATION"), said(moved, "SEQUENCE")) == ("Room 414", "1")
    assert said(moved, "DESCRIPTION").startswith("Room changed from Room 307 to Room 414\n\n")


@pytest.mark.parametrize(
    ("call_off", "prefix"),
    [(lifecycle.cancel, "CANCELLED"), (lifecycle.postpone, "POSTPONED")],
    ids=["cancel", "put off"],
)
def test_a_talk_that_is_called_off_stays_with_its_reason(asset, call_off, prefix):
    talk = make_talk(series=asset, title="On engines", speakers=["Ada Lovelace"], join_url=LINK)
    before = entry(talk)

    off = call_off(talk, reason="Snow", by=None)

    assert [said(off, name) for name in ("UID", "SEQUENCE", "STATUS")] == [before.value("UID"), "1", "CANCELLED"]
    assert said(off, "SUMMARY") == f"{prefix}: ASSET: Ada Lovelace – On engines"
    assert said(off, "DESCRIPTION").startswith("Snow\n\n")
    assert LINK not in said(off, "DESCRIPTION")
    assert calendar_of(listings.everything()).called("VEVENT")[0].value("UID") == talk.uid


def test_a_reinstated_talk_is_as_it_was_with_a_higher_sequence():
    talk = lifecycle.cancel(make_talk(title="On engines"), reason="Snow", by=None)

    back = lifecycle.reinstate(talk, by=None)

    assert (said(back, "STATUS"), said(back, "SEQUENCE")) == ("CONFIRMED", "2")
    assert "CANCELLED" not in said(back, "SUMMARY")


def test_a_talk_that_is_over_stays():
    talk = make_talk(starts_at=in_new_york(2026, 9, 2, 12), title="On engines")

    assert [event.value("UID") for event in calendar_of(listings.everything()).called("VEVENT")] == [talk.uid]


def test_drafts_and_withdrawn_talks_are_in_no_feed(asset):
    make_draft(series=asset, title="Secret")
    lifecycle.withdraw(make_talk(series=asset, title="Taken back"), by=None)

    assert calendar_of(listings.everything()).called("VEVENT") == []
    assert calendar_of(listings.of_series(asset)).called("VEVENT") == []


# --- what an entry says ---


def test_a_joint_talk_names_its_series_and_is_the_same_bytes_in_each_feed(asset):
    priml = make_series(name="Research in Machine Learning", short_name="PRiML")
    talk = make_talk(series=asset, also_in=[priml], title="On engines", speakers=["Ada Lovelace"])
    feeds = [ics.render(listing) for listing in map(listings.of_series, (asset, priml))]

    entries = [re.findall(rb"BEGIN:VEVENT.*?END:VEVENT\r\n", feed, re.S) for feed in feeds]

    assert said(talk, "SUMMARY") == "ASSET + PRiML: Ada Lovelace – On engines"
    assert (len(entries[0]), entries[0]) == (1, entries[1])
    together = listings.filtered({"series": [asset.slug, priml.slug]})
    assert ics.render(together).count(b"BEGIN:VEVENT") == 1


def test_the_description_begins_with_the_notice_and_ends_with_the_page(asset):
    talk = make_talk(
        series=asset,
        title="On engines",
        speakers=[make_speaker(name="Ada Lovelace", affiliation="Analytical Society"), "Charles Babbage"],
        notice="Another room than usual",
        programme="Coffee 15:30; reception 17:15, Atrium",
        abstract="The engine *weaves* $x^2$ patterns.\n\nIt has no pretensions.",
        join_url=LINK,
        passcode="797599",
    )
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Mary Somerville"), role=Role.MODERATOR, order=9)

    assert said(Talk.objects.get(), "DESCRIPTION") == (
        "Another room than usual\n\n"
        "Speakers: Ada Lovelace (Analytical Society), Charles Babbage\nModerator: Mary Somerville\n\n"
        "Coffee 15:30; reception 17:15, Atrium\n\n"
        "The engine weaves x² patterns.\n\nIt has no pretensions.\n\n"
        f"Join online: http://talks.example.edu/talks/{talk.pk}/join/\nLink: {LINK}\nPasscode: 797599\n\n"
        f"Details: http://talks.example.edu/talks/{talk.pk}/on-engines/"
    )


def test_the_address_of_the_page_and_of_the_conference_stand_in_their_own_lines_too():
    talk = make_talk(title="On engines", join_url=LINK)

    conference = entry(talk).line("CONFERENCE")

    assert conference.value == f"http://talks.example.edu/talks/{talk.pk}/join/"
    assert conference.parameters == {"VALUE": "URI", "FEATURE": "AUDIO,VIDEO", "LABEL": "Join online"}
    assert said(talk, "URL") == f"http://talks.example.edu/talks/{talk.pk}/on-engines/"


@pytest.mark.parametrize("access", [JoinAccess.TIMED, JoinAccess.MEMBERS])
def test_a_restricted_link_appears_only_as_the_join_address(access):
    talk = make_talk(join_url=LINK, passcode="797599", join_access=access)

    assert f"/talks/{talk.pk}/join/" in said(talk, "DESCRIPTION")
    assert re.findall("zoom|797599", ics.render(listings.of_talk(talk)).decode()) == []


def test_the_place_is_the_room_with_its_address():
    room = make_room(
        name="Room 414", building="Amy Gutmann Hall", street="3333 Chestnut Street", city="Philadelphia",
        postal_code="19104", country="United States", latitude="39.954510", longitude="-75.187530",
    )  # fmt: skip
    talk = make_talk(room=room)

    assert said(talk, "LOCATION") == (
        "Amy Gutmann Hall, Room 414, 3333 Chestnut Street, Philadelphia, 19104, United States"
    )
    assert said(talk, "GEO") == "39.95451;-75.18753"


def test_without_a_room_the_place_is_online_or_to_be_announced():
    assert said(make_talk(join_url=LINK), "LOCATION") == "Online"
    assert said(make_talk(), "LOCATION") == "To be announced"


def test_topics_are_categories_and_the_office_is_the_contact():
    series = make_series(contact_name="ASSET Center", contact_email="asset@example.edu")
    talk = make_talk(series=series, topics=[make_topic(name="Logic"), make_topic(name="Proofs, programs")])

    assert entry(talk).value("CATEGORIES") == r"Logic,Proofs\, programs"
    assert said(talk, "CONTACT") == "ASSET Center, asset@example.edu"


def test_an_unknown_value_has_no_line():
    names = [line.name for line in entry(make_talk(title="", starts_at=NOON)).lines]

    assert names == [
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "CREATED", "DTSTART", "DTEND", "SUMMARY", "STATUS", "LOCATION",
        "DESCRIPTION", "URL", "TRANSP",
    ]  # fmt: skip


def test_a_long_summary_is_cut_at_a_word(asset):
    spaced = said(make_talk(series=asset, title="engine " * 60, speakers=["Ada Lovelace"]), "SUMMARY")
    endless = said(make_talk(series=asset, title="論" * 400, speakers=["Ada Lovelace"]), "SUMMARY")

    assert spaced.endswith("engine engine…")
    assert 245 < len(spaced) <= 255
    assert (len(endless), endless[-2:]) == (255, "論…")


def test_tex_in_a_title_is_readable_and_a_command_is_no_line_break(asset):
    talk = make_talk(series=asset, title=r"Sorting in $O(n^2)$ with \Nabla, \n \\ more", speakers=["Ada Lovelace"])

    assert said(talk, "SUMMARY") == r"ASSET: Ada Lovelace – Sorting in O(n²) with \Nabla, \n more"


def test_how_a_whole_entry_looks(asset):
    talk = make_talk(
        series=asset, title="On engines", speakers=["Ada Lovelace"], starts_at=NOON, join_url=LINK, passcode="797599",
        abstract="It *weaves*.", uid="7d9f", pk=12, created_at=in_new_york(2026, 9, 1),
        topics=[make_topic(name="Logic")],
    )  # fmt: skip
    written = ics_entry.render(facts_of(talk), Stamps.of(talk)).decode()

    assert written.splitlines() == [
        "BEGIN:VEVENT",
        "UID:7d9f",
        "SEQUENCE:0",
        "DTSTAMP:20261001T130000Z",
        "LAST-MODIFIED:20261001T130000Z",
        "CREATED:20260901T040000Z",
        "DTSTART;TZID=America/New_York:20261104T120000",
        "DTEND;TZID=America/New_York:20261104T130000",
        "SUMMARY:ASSET: Ada Lovelace – On engines",
        "STATUS:CONFIRMED",
        "LOCATION:Online",
        r"DESCRIPTION:Speaker: Ada Lovelace\n\nIt weaves.\n\nJoin online: http://talk",
        r" s.example.edu/talks/12/join/\nLink: https://zoom.example/j/95189835192\nPa",
        r" sscode: 797599\n\nDetails: http://talks.example.edu/talks/12/on-engines/",
        "URL:http://talks.example.edu/talks/12/on-engines/",
        "TRANSP:TRANSPARENT",
        "CATEGORIES:Logic",
        "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join online:http://talks.exa",
        " mple.edu/talks/12/join/",
        "END:VEVENT",
    ]
