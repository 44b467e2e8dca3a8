"""Hallway screens: the current talk, the next one and the rest, every state in words, nothing that only members see."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.actions import lifecycle
from seminars.models import Department, State
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_speaker, make_talk
from tests.pages import badges, main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = in_new_york(2025, 11, 5, 11)
ZOOM = "https://example.zoom.us/j/910"


def talk_at(hour, title, day=5, **fields):
    start = in_new_york(2025, 11, day, hour)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1), "title": title} | fields)


def parts(client, address="/screen/"):
    """The text under each heading of the screen."""
    shown = main(client.get(address))
    found = [part.partition("</h2>") for part in re.split(r"<h2[^>]*>", shown)[1:]]
    return {words(heading): words(rest) for heading, _end, rest in found}


def test_before_a_talk_the_next_one_is_large_and_the_rest_follows(client):
    talk_at(10, "Morning")
    talk_at(12, "Noon", speakers=["Ada Lovelace"], room=make_room(name="Room 414"))
    talk_at(16, "Afternoon")
    talk_at(12, "Tomorrow", day=6)
    make_draft(title="Secret", starts_at=in_new_york(2025, 11, 5, 13))

    shown = parts(client)
    assert list(shown) == ["Next", "Also today", "Coming up"]
    assert shown["Next"].startswith("Today, 12–1 pm Noon Ada Lovelace")
    assert "Gutmann Hall, Room 414" in shown["Next"]
    assert "Today, 4–5 pm Afternoon" in shown["Also today"]
    assert "Tomorrow, 12–1 pm Tomorrow" in shown["Coming up"]
    assert [word for word in ("Morning", "Secret") if word in words(main(client.get("/screen/")))] == []


def test_the_coming_days_are_the_next_seven(client):
    for day, title in ((6, "First"), (12, "Week"), (13, "Eighth"), (28, "Far")):
        talk_at(12, title, day=day)

    shown = parts(client)

    assert [re.findall(r"–1 pm (\w+)", shown[heading]) for heading in ("Next", "Coming up", "Later")] == [
        ["First"], ["Week"], ["Eighth", "Far"],
    ]  # fmt: skip


def test_during_a_talk_it_is_large_and_the_next_one_follows(client, clock):
    talk_at(12, "Noon", join_url=ZOOM)
    talk_at(16, "Afternoon")
    clock.move_to(in_new_york(2025, 11, 5, 12, 30))

    shown = parts(client)
    assert list(shown) == ["Now", "Next"]
    assert shown["Now"].startswith("Today, 12–1 pm Happening now Noon")
    assert "Afternoon" in shown["Next"]


def test_a_talk_that_runs_over_midnight_is_shown_on_both_days(client, clock):
    room = make_room(slug="r414")
    start, end = in_new_york(2025, 11, 5, 23, 30), in_new_york(2025, 11, 6, 0, 45)
    make_talk(title="Late", starts_at=start, ends_at=end, room=room)
    talk_at(16, "Afternoon", day=6, room=room)

    def first_part(moment):
        clock.move_to(moment)
        hallway, door = (next(iter(parts(client, address).items())) for address in ("/screen/", "/rooms/r414/screen/"))
        return hallway[0], door[0], hallway[1]

    before, after, over = first_part(start), first_part(end - timedelta(minutes=30)), first_part(end)
    assert [before[:2], after[:2], over[:2]] == [("Now", "Now"), ("Now", "Now"), ("Next", "Next")]
    assert before[2].startswith("Today, 11:30 pm–12:45 am the next day Happening now Late")
    assert after[2].startswith("until 12:45 am Happening now Late")
    assert over[2].startswith("Today, 4–5 pm Afternoon")


def test_a_cancelled_talk_keeps_its_day_and_hours_after_midnight(client, clock):
    start, end = in_new_york(2025, 11, 5, 23, 30), in_new_york(2025, 11, 6, 0, 45)
    lifecycle.cancel(make_talk(title="Late", starts_at=start, ends_at=end), reason="Snow", by=make_organiser())
    clock.move_to(in_new_york(2025, 11, 6, 0, 15))

    assert "Wednesday, 5 November, 11:30 pm–12:45 am the next day Cancelled" in parts(client)["Also today"]


def test_of_many_current_talks_three_are_large_and_the_others_are_listed(client, clock):
    for number in range(5):
        talk_at(12, f"Talk {number}", series=make_series(short_name=f"A{number}"))
    talk_at(16, "Afternoon")
    clock.move_to(in_new_york(2025, 11, 5, 12, 30))

    shown = parts(client)
    assert main(client.get("/screen/")).count(">Now</h2>") == 3
    assert "Afternoon" in shown["Next"]
    assert [f"Talk {number}" in shown["Also today"] for number in range(5)] == [False, False, False, True, True]
    assert shown["Also today"].count("Happening now") == 2


def test_a_screen_shows_only_the_names_of_four_or_more_speakers(client):
    far = [make_speaker(name=name, affiliation=f"University of {name}") for name in ("Ada", "Emmy", "Grace", "Mary")]
    talk_at(12, "Panel", speakers=far)
    talk_at(14, "Talk", speakers=far[:3])

    shown = parts(client)
    assert "Panel Ada, Emmy, Grace, Mary" in shown["Next"]
    assert "Talk Ada (University of Ada), Emmy" in shown["Also today"]


def test_a_talk_that_is_called_off_is_never_next_but_stays_with_its_reason_until_its_day_is_over(client, clock):
    lifecycle.cancel(talk_at(12, "Noon"), reason="Snow", by=make_organiser())
    lifecycle.postpone(talk_at(13, "Afternoon", join_url=ZOOM), reason="The speaker is ill.", by=make_organiser())
    talk_at(12, "Tomorrow", day=6)

    for hour in (11, 23):
        clock.move_to(in_new_york(2025, 11, 5, hour, 30))
        shown = parts(client)
        assert "Tomorrow" in shown["Next"]
        assert "Today, 12–1 pm Cancelled Noon" in shown["Also today"]
        assert "Snow" in shown["Also today"]
        assert "Today, 1–2 pm Postponed Afternoon" in shown["Also today"]
    assert main(client.get("/screen/")).count("<s>") == 1
    clock.move_to(in_new_york(2025, 11, 6, 0, 30))
    assert list(parts(client)) == ["Next"]


def test_other_states_are_words(client):
    where = make_room(name="Room 307", building="")
    talk_at(12, "", day=6, speakers=["Ada Lovelace"])
    talk_at(12, "Nobody yet", day=7)
    talk_at(12, "Perhaps", day=8, state=State.TENTATIVE)
    lifecycle.move(talk_at(12, "Moved", day=9), starts_at=in_new_york(2025, 11, 10, 12), by=make_organiser())
    lifecycle.change_room(talk_at(12, "Online", day=11, room=where, join_url=ZOOM), room=None, by=make_organiser())
    other = make_room(name="Room 414", building="")
    lifecycle.change_room(talk_at(12, "Elsewhere", day=12, room=where), room=other, by=make_organiser())

    shown = main(client.get("/screen/"))
    said = words(shown)
    assert badges(shown) == ["Provisional", "Moved", "Online only"]
    assert "Ada Lovelace Title to be announced" in said
    assert "Nobody yet Speaker to be announced" in said
    assert "Previously Sunday, 9 November, 12 noon" in said
    assert "Room changed from Room 307 to Room 414" in said


def test_a_screen_beside_a_door_shows_its_room_alone(client):
    room = make_room(name="Room 414", slug="r414", formerly="Room 307")
    talk_at(12, "Here", room=room)
    talk_at(12, "There", room=make_room())

    shown = words(main(client.get("/rooms/r414/screen/")))
    assert shown.startswith("Room 414 (formerly Room 307) Gutmann Hall 11 am")
    assert ("Here" in shown, "There" in shown) == (True, False)
    assert client.get("/rooms/nowhere/screen/").status_code == 404


def test_an_empty_screen_says_so(client):
    assert "No talks have been announced yet." in words(main(client.get("/screen/")))


def test_the_departments_notice_is_on_the_screen(client):
    Department.objects.create(pk=1, name="Statistics", notice="The lift is out of order.", is_example=True)

    shown = words(main(client.get("/screen/")))
    assert "The lift is out of order." in shown
    assert "Example data." in shown


@pytest.mark.parametrize("access", ["open", "timed", "members"])
def test_a_screen_shows_no_link_and_no_passcode(client, clock, access):
    talk_at(12, "Noon", join_url=ZOOM, passcode="472119", join_access=access)
    clock.move_to(in_new_york(2025, 11, 5, 12, 30))
    page = client.get("/screen/").content.decode()

    assert [word for word in ("zoom.us", "472119", "/join/") if word in page] == []


def test_a_talk_of_an_unlisted_series_is_shown_neither_at_its_door_nor_in_the_hallway(client):
    room = make_room(slug="r414")
    talk_at(12, "Private", room=room, series=make_series(is_listed=False))

    assert "Private" not in words(main(client.get("/screen/")) + main(client.get("/rooms/r414/screen/")))


def test_without_script_the_browser_fetches_the_page_each_minute(client):
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in client.get("/screen/").content.decode()


def test_the_queries_do_not_grow_with_the_talks(client):
    def queries():
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/screen/")
        return len(asked)

    talk_at(12, "First", speakers=["A"], room=make_room(), also_in=[make_series()])
    few = queries()
    for day in range(6, 26):
        talk_at(12, "More", day=day, speakers=["B", "C"], room=make_room(), also_in=[make_series()])

    assert queries() == few <= 12
