"""Each state of a talk, in a list and on the page of the talk."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from seminars.actions import lifecycle
from seminars.models import JoinAccess, State
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
)
from tests.pages import badges, main, rows, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NOON = in_new_york(2025, 11, 5, 12)
ZOOM = "https://example.zoom.us/j/910"


def row(client, talk):
    """The talk in the list of its series."""
    [found] = rows(client.get(talk.series.get_absolute_url()))
    return found


def page(client, talk):
    """The talk's own page."""
    response = client.get(talk.get_absolute_url())
    assert response.status_code == 200
    return main(response)


def is_noindex(client, talk):
    return '<meta name="robots" content="noindex">' in client.get(talk.get_absolute_url()).content.decode()


def at_noon(**fields):
    return make_talk(**{"starts_at": NOON, "ends_at": NOON + timedelta(minutes=75), "title": "On engines"} | fields)


def test_a_confirmed_talk_says_when_where_and_who(client):
    room = make_room(name="Room 414", building="Gutmann Hall")
    ada = make_speaker(name="Ada Lovelace", affiliation="Analytical Society")
    talk = at_noon(room=room, speakers=[ada], series=make_series(short_name="ASSET"))

    assert words(row(client, talk)) == (
        "Wednesday, 5 November 2025 Wed5Nov ASSET 12–1:15 pm On engines "
        "Ada Lovelace (Analytical Society) Gutmann Hall, Room 414"
    )
    assert "Wednesday, 5 November 2025, 12–1:15 pm, New York time" in words(page(client, talk))
    assert badges(row(client, talk)) == []


def test_a_missing_title_leaves_the_speaker_as_headline(client):
    talk = at_noon(title="", speakers=["Ada Lovelace"])

    assert titles(client.get(talk.series.get_absolute_url())) == ["Ada Lovelace"]
    assert "Title to be announced" in words(row(client, talk))
    assert re.search(r"<h1.*?</h1>", page(client, talk), re.S)[0].count("Ada Lovelace") == 1
    assert "Title to be announced" in words(page(client, talk))
    assert not is_noindex(client, talk)


def test_a_missing_speaker_is_to_be_announced_and_keeps_the_page_out_of_search_engines(client):
    talk = at_noon(speakers=[])

    assert "Speaker to be announced" in words(row(client, talk))
    assert "Speaker to be announced" in words(page(client, talk))
    assert is_noindex(client, talk)


def test_a_talk_of_which_nothing_is_known_is_to_be_announced(client):
    talk = at_noon(title="", speakers=[])

    assert titles(client.get(talk.series.get_absolute_url())) == ["To be announced"]


def test_a_tentative_talk_is_provisional(client):
    talk = at_noon(state=State.TENTATIVE)

    assert badges(row(client, talk)) == ["Provisional"]
    assert "Provisional Date, time and place may still change." in words(page(client, talk))


def test_a_moved_talk_says_where_it_was_for_14_days(client):
    talk = at_noon(starts_at=in_new_york(2025, 12, 9, 12), ends_at=in_new_york(2025, 12, 9, 13))
    lifecycle.move(talk, starts_at=in_new_york(2025, 12, 10, 15, 30), by=make_organiser())

    assert badges(row(client, talk)) == ["Moved"]
    assert "Previously Tuesday, 9 December, 12 noon" in words(row(client, talk))
    assert "Moved Previously Tuesday, 9 December, 12 noon" in words(page(client, talk))
    with time_machine.travel(timezone.now() + timedelta(days=14), tick=False):
        assert badges(row(client, talk)) == []
        assert "Previously" not in words(row(client, talk)) + words(page(client, talk))


def test_a_talk_that_moved_online_says_so_and_offers_the_link_first(client):
    talk = at_noon(room=make_room(), join_url=ZOOM)
    lifecycle.change_room(talk, room=None, by=make_organiser())

    assert badges(row(client, talk)) == ["Online only"]
    assert "Online only This talk is online only. Join online." in words(page(client, talk))
    assert page(client, talk).index(f"/talks/{talk.pk}/join/") < page(client, talk).index("<dl")


def test_a_new_room_is_named_in_the_notice(client):
    talk = at_noon(room=make_room(name="Room 307", building=""))
    lifecycle.change_room(talk, room=make_room(name="Room 414", building=""), by=make_organiser())

    assert "Room changed from Room 307 to Room 414" in words(row(client, talk))
    assert "Room changed from Room 307 to Room 414" in words(page(client, talk))


def test_a_postponed_talk_stays_until_its_day_is_over(client):
    talk = at_noon(join_url=ZOOM)
    lifecycle.postpone(talk, reason="Snow", by=make_organiser())

    assert badges(row(client, talk)) == ["Postponed"]
    assert "Postponed Snow" in words(page(client, talk))
    assert "/join/" not in row(client, talk) + page(client, talk)
    with time_machine.travel(in_new_york(2025, 11, 5, 23, 59), tick=False):
        assert badges(row(client, talk)) == ["Postponed"]
    with time_machine.travel(in_new_york(2025, 11, 6), tick=False):
        assert rows(client.get(talk.series.get_absolute_url())) == []


def test_a_postponed_talk_without_a_reason_says_that_the_date_is_open(client):
    talk = at_noon(state=State.POSTPONED)

    assert "Postponed The new date is not known yet." in words(page(client, talk))


def test_a_cancelled_talk_is_struck_and_says_so_until_its_day_is_over(client):
    talk = at_noon(join_url=ZOOM)
    lifecycle.cancel(talk, reason="The speaker is ill.", by=make_organiser())

    assert badges(row(client, talk)) == ["Cancelled"]
    assert "<s>" in row(client, talk)
    assert "The speaker is ill." in words(row(client, talk))
    assert "Cancelled The speaker is ill." in words(page(client, talk))
    assert "/join/" not in row(client, talk) + page(client, talk)
    with time_machine.travel(in_new_york(2025, 11, 6), tick=False):
        assert rows(client.get(talk.series.get_absolute_url())) == []
        assert "Cancelled The speaker is ill." in words(page(client, talk))


def test_a_talk_that_is_happening_says_so_and_offers_the_link_first(client):
    talk = at_noon(join_url=ZOOM, starts_at=in_new_york(2025, 11, 3, 8, 30), ends_at=in_new_york(2025, 11, 3, 9, 30))

    assert badges(row(client, talk)) == ["Happening now"]
    assert row(client, talk).index("/join/") < row(client, talk).index("talk-title")
    assert "Happening now" in words(page(client, talk))
    assert page(client, talk).index("/join/") < page(client, talk).index("<dl")


def test_the_next_talk_that_is_happening_has_its_link_before_all_others_of_its_row(client):
    talk = at_noon(join_url=ZOOM, starts_at=in_new_york(2025, 11, 3, 8, 30), ends_at=in_new_york(2025, 11, 3, 9, 30))

    front = main(client.get("/"))

    assert badges(front) == ["Happening now"]
    assert front.index("hero-title") < front.index(f"/talks/{talk.pk}/join/") < front.index("Add to calendar")


def test_a_talk_that_is_over_shows_recording_and_slides_first_and_no_link(client):
    material = {"recording_url": "https://example.org/film", "slides_url": "https://example.org/slides"}
    past = {"starts_at": in_new_york(2025, 10, 1, 12), "ends_at": in_new_york(2025, 10, 1, 13)}
    talk = at_noon(join_url=ZOOM, passcode="472119", **material, **past)

    assert "is-over" in row(client, talk)
    assert "Recording: On engines Slides: On engines" in words(row(client, talk))
    assert "This talk has taken place." in words(page(client, talk))
    assert page(client, talk).index("https://example.org/film") < page(client, talk).index("<dl")
    for markup in (row(client, talk), page(client, talk)):
        assert "/join/" not in markup
        assert ZOOM not in markup
        assert "472119" not in markup


@pytest.mark.parametrize(
    ("recording", "day", "said"),
    [
        ("planned", 5, "Recording The talk will be recorded."),
        ("planned", 1, "Recording Planned, but not online yet."),
        ("declined", 5, "Recording The talk will not be recorded."),
        ("declined", 1, "Recording The talk was not recorded."),
    ],
)
def test_a_page_says_what_becomes_of_the_recording(client, recording, day, said):
    start = in_new_york(2025, 11, day, 12)
    talk = at_noon(recording=recording, starts_at=start, ends_at=start + timedelta(hours=1))

    assert said in words(page(client, talk))


def test_a_draft_is_nowhere_for_visitors_and_members(client):
    talk = make_draft(starts_at=NOON, title="Secret plan", speakers=["Hidden Person"])
    addresses = ["/", talk.series.get_absolute_url(), "/speakers/", "/?series=" + talk.series.slug]

    for somebody in (None, make_member()):
        if somebody:
            client.force_login(somebody)
        assert client.get(talk.get_absolute_url()).status_code == 404
        shown = "".join(client.get(address).content.decode() for address in addresses)
        assert "Secret plan" not in shown
        assert "Hidden Person" not in shown


def test_an_organiser_sees_a_draft_as_a_preview_under_a_banner(client):
    series = make_series()
    talk = make_draft(series=series, starts_at=NOON, speakers=["Ada Lovelace"])
    client.force_login(make_organiser(series))

    assert "Draft Visitors cannot see this page." in words(page(client, talk))
    assert 'class="banner is-stop"' in page(client, talk)
    assert is_noindex(client, talk)


def test_an_administrator_sees_a_draft_as_well(client):
    talk = make_draft(starts_at=NOON)
    client.force_login(make_administrator())

    assert "Draft Visitors cannot see this page." in words(page(client, talk))


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (JoinAccess.TIMED, "The link opens 15 minutes before the start."),
        (JoinAccess.MEMBERS, "For signed-in members only."),
    ],
)
def test_a_link_that_is_not_open_appears_only_as_our_own_address(client, access, said):
    talk = at_noon(join_url=ZOOM, passcode="472119", join_access=access)

    shown = page(client, talk) + row(client, talk) + main(client.get("/"))

    assert f"/talks/{talk.pk}/join/" in shown
    assert said in words(shown)
    assert "zoom.us" not in shown
    assert "472119" not in shown


def test_an_open_link_is_shown_with_its_passcode(client):
    talk = at_noon(join_url=ZOOM, passcode="472119")

    assert "example.zoom.us/j/910 Passcode: 472119" in words(page(client, talk))


@pytest.mark.parametrize(("minutes", "is_said"), [(-16, True), (-15, False), (5, False)])
def test_a_timed_link_shows_its_opening_time_only_while_it_is_closed(client, minutes, is_said):
    talk = at_noon(join_url=ZOOM, join_access=JoinAccess.TIMED)

    with time_machine.travel(talk.starts_at + timedelta(minutes=minutes), tick=False):
        assert ("The link opens" in words(page(client, talk))) == is_said
