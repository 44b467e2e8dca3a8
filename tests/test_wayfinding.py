"""Links that lead on from a page: neighbours, chips, next talks, counts, the way to a room, an address to share."""

import html
import re
from datetime import date, timedelta

import pytest
import time_machine

from seminars.models import Break, State, Talk
from tests.factories import in_new_york, make_draft, make_room, make_series, make_talk, make_topic
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ZOOM = "https://example.zoom.us/j/910"


def talk_on(*day, **fields):
    start = in_new_york(*day, 12)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


def page_of(client, thing):
    return main(client.get(thing.get_absolute_url()))


# --- a talk's neighbours ---


def neighbours(talk):
    return tuple(other and other.title for other in Talk.objects.around(talk)[:2])


def test_a_talk_page_leads_to_the_talks_before_and_after_in_the_series(client):
    asset = make_series(name="Asset", short_name="ASSET")
    for day in (3, 4, 6, 7):
        talk_on(2025, 11, day, series=asset, title=f"Talk {day}", speakers=["Ada Lovelace"])
    middle = talk_on(2025, 11, 5, series=asset)
    talk_on(2025, 11, 5, title="Another's")

    page = page_of(client, middle)
    nav = re.search(r'<nav class="neighbours" aria-label="More of ASSET">.*?</nav>', page, re.S)[0]

    assert words(nav) == (
        "Previous talk · Tuesday, 4 November Talk 4 Ada Lovelace Next talk · Thursday, 6 November Talk 6 Ada Lovelace"
    )


def test_neighbours_go_ahead_and_joint_talks_are_among_them():
    asset = make_series()
    joint = talk_on(2025, 11, 4, also_in=[asset], title="Joint")
    middle = talk_on(2025, 11, 5, series=asset, title="Middle")
    talk_on(2025, 11, 6, series=asset, state=State.CANCELLED)
    make_draft(series=asset, starts_at=in_new_york(2025, 11, 7, 12), ends_at=in_new_york(2025, 11, 7, 13))
    last = talk_on(2025, 11, 8, series=asset, title="Last")

    assert neighbours(middle) == ("Joint", "Last")
    assert neighbours(last) == ("Middle", None)
    assert neighbours(joint) == (None, None)


def test_talks_that_start_together_follow_each_other():
    asset = make_series()
    first, second = (talk_on(2025, 11, 4, series=asset, title=title) for title in ("First", "Second"))

    assert neighbours(first) == (None, "Second")
    assert neighbours(second) == ("First", None)


# --- what a talk page says ---


@pytest.mark.parametrize(
    ("short_name", "kind", "said"),
    [
        ("ASSET", "Seminar", "ASSET Seminar"),
        ("Defence", "Thesis defence", "Thesis defence"),
        ("ASSET Seminar", "Seminar", "ASSET Seminar"),
        ("ASSET", "", "ASSET"),
        ("A", "Seminar", "A Seminar"),
        ("Seminars on Looms", "Seminar", "Seminars on Looms Seminar"),
    ],
)
def test_a_label_says_no_word_twice(client, short_name, kind, said):
    talk = talk_on(2025, 11, 4, series=make_series(short_name=short_name, kind=kind))

    assert words(re.search(r'<a class="label.*?</a>', page_of(client, talk))[0]) == said
    assert talk.series.full_name == said


def test_directions_to_the_room_are_shown_until_the_talk_is_over(client):
    room = make_room(getting_there="Up the *stairs*. " * 20, access_notes="A lift.", street="1 Street")
    ahead, past = (talk_on(2025, month, 4, room=room) for month in (11, 10))

    where = words(re.search(r"<dt>Where</dt>.*?</dd>", page_of(client, ahead), re.S)[0])

    assert re.fullmatch(rf"Where {room} 1 Street Up the stairs\. .*… Access: A lift\.", where)
    assert "stairs" not in page_of(client, past)
    assert "stairs" in page_of(client, room)


OPENSTREETMAP = "https://www.openstreetmap.org/?mlat=39.952600&amp;mlon=-75.165200#map=18/39.952600/-75.165200"


@pytest.mark.parametrize(
    ("link", "shown"), [("", OPENSTREETMAP), ("https://example.org/map", "https://example.org/map")]
)
def test_coordinates_lead_to_a_map_where_the_room_has_no_link_of_its_own(client, link, shown):
    room = make_room(map_url=link, latitude="39.952600", longitude="-75.165200")
    talk = talk_on(2025, 11, 4, room=room)

    assert f'<a href="{shown}">Map</a>' in page_of(client, talk)
    assert f'<a href="{shown}">Show on a map</a>' in page_of(client, room)


def test_a_talk_that_is_under_way_is_joined_and_can_still_be_noted(client):
    talk = talk_on(2025, 11, 4, join_url=ZOOM)

    assert "Add to calendar" in words(page_of(client, talk))
    with time_machine.travel(in_new_york(2025, 11, 4, 12, 5)):
        page = words(page_of(client, talk))
        assert "Happening now" in page
        assert "Join now" in page
        assert "Add to calendar" in page


def test_the_address_to_share_outlives_the_title(client):
    talk = talk_on(2025, 11, 4, title='Bounds of $n^2$ & "so on"')

    share = re.search(r'<details class="menu share">.*?</details>', page_of(client, talk), re.S)[0]

    assert f'href="/talks/{talk.pk}/" data-title="Bounds of n² &amp; &quot;so on&quot;"' in share
    assert share.count(" hidden>") == 2  # the buttons, which need a script


# --- the front page ---


def chips(client, address):
    nav = re.search(r'<nav class="chips".*?</nav>|$', main(client.get(address)), re.S)[0]
    found = re.findall(r'<a class="chip"(?: data-series="[^"]+")? href="([^"]+)"([^>]*)>(.*?)</a>', nav)
    return [(name, href, "aria-current" in rest) for href, rest, name in found]


def test_a_chip_for_each_series_narrows_the_list_and_keeps_the_other_filters(client):
    asset, priml = make_series(name="Asset"), make_series(name="Priml")
    talk_on(2025, 11, 4, series=asset, join_url=ZOOM)
    talk_on(2025, 11, 5, series=priml)
    talk_on(2025, 10, 5, series=make_series(name="Finished"))

    assert chips(client, "/") == [
        ("All series", ".", True), ("Asset", "?series=asset", False), ("Priml", "?series=priml", False),
    ]  # fmt: skip
    assert chips(client, "/?series=asset&mode=online") == [
        ("All series", "?mode=online", False),
        ("Asset", "?mode=online&amp;series=asset", True),
        ("Priml", "?mode=online&amp;series=priml", False),
    ]


def taken_off(client, address):
    """The filters in use on a page, each with the address that takes it off."""
    found = re.search(
        r'<ul class="chosen plain-list" aria-label="Filters in use">.*?</ul>|$', main(client.get(address)), re.S
    )
    return [(words(name), html.unescape(href)) for href, name in re.findall(r'href="([^"]+)"[^>]*>(.*?)</a>', found[0])]


@pytest.mark.parametrize("page", ["/", "/search/", "/subscribe/"])
def test_each_filter_in_use_can_be_taken_off_and_the_others_stay(client, page):
    make_series(name="Asset"), make_topic(name="Café & bar", slug="cafe"), make_topic(name="Looms")

    assert taken_off(client, page) == []
    assert taken_off(client, f"{page}?topic=looms") == [("× Remove filter Topic: Looms", page)]
    assert taken_off(client, f"{page}?mode=only-online&topic=looms&topic=cafe&series=asset&page=1&x=1") == [
        ("× Remove filter Series: Asset", f"{page}?topic=cafe&topic=looms&mode=only-online"),
        ("× Remove filter Topic: Café & bar", f"{page}?series=asset&topic=looms&mode=only-online"),
        ("× Remove filter Topic: Looms", f"{page}?series=asset&topic=cafe&mode=only-online"),
        ("× Remove filter How to attend: Only online", f"{page}?series=asset&topic=cafe&topic=looms"),
    ]


def test_taking_a_filter_off_keeps_the_words_of_a_search(client):
    make_topic(name="Looms")

    assert taken_off(client, "/search/?q=ada+%26+bob&topic=looms") == [
        ("× Remove filter Topic: Looms", "/search/?q=ada+%26+bob")
    ]


def test_chips_keep_the_colour_of_their_series_on_a_filtered_page(client):
    asset, priml = make_series(name="Asset"), make_series(name="Priml")
    for series in (asset, priml):
        talk_on(2025, 11, 4, series=series)

    shown = main(client.get("/?series=asset"))
    sheet = client.get("/colours.css").content.decode()

    assert re.findall(r'class="chip" data-series="(\w+)"', shown) == ["asset", "priml"]
    assert re.findall(r'\[data-series="(\w+)"\]\{--accent:', sheet) == ["asset", "priml"]


def test_the_only_series_needs_no_chip(client):
    talk_on(2025, 11, 4)

    assert chips(client, "/") == []


def test_lists_say_today_and_tomorrow(client):
    asset = make_series()
    for day in (3, 4, 5):
        talk_on(2025, 11, day, series=asset)

    said = [words(one) for one in re.findall(r'<span class="hours">(.*?)</span>', page_of(client, asset))]

    assert said == ["Today, 12–1 pm", "Tomorrow, 12–1 pm", "12–1 pm"]


def break_on(month, day):
    return Break.objects.create(first_on=date(2025, month, day), last_on=date(2025, month, day), reason="Thanksgiving")


def test_breaks_long_after_the_last_talk_are_not_shown(client):
    talk_on(2025, 11, 4)
    talk_on(2025, 11, 19)
    break_on(12, 17)
    break_on(12, 18)

    front = words(main(client.get("/")))

    assert "Wednesday, 17 December: no seminar (Thanksgiving)" in front
    assert "18 December" not in front


def test_a_later_page_does_not_repeat_the_breaks_of_the_first(client):
    for day in range(70):
        talk_on(2025, 11 + day // 28, 1 + day % 28) if day < 56 else talk_on(2026, 1, day - 55)
    break_on(11, 26)
    front, later = (words(main(client.get(f"/?page={number}"))) for number in (1, 2))

    assert "26 November: no seminar" in front
    assert "no seminar" not in later


# --- indexes ---


def test_a_series_card_says_what_is_next(client):
    asset, priml, idle = make_series(name="Asset"), make_series(name="Priml"), make_series(name="Rest")
    talk_on(2025, 11, 4, series=asset, state=State.CANCELLED, title="Off")
    talk_on(2025, 11, 5, series=asset, also_in=[priml], title="Joint", speakers=["Ada Lovelace"])
    talk_on(2025, 11, 6, series=priml, title="Later")
    make_draft(series=idle)

    cards = re.findall(r'<li class="card .*?</li>', main(client.get("/series/")), re.S)

    said = "Next: Wednesday, 5 November, 12 noon Joint Ada Lovelace"
    expected = {"Asset": said, "Priml": said, "Rest": "No talks have been announced yet."}
    assert [words(card).partition(name)[2].strip() for card, name in zip(cards, expected, strict=True)] == [
        *expected.values()
    ]


def test_a_topic_says_how_many_talks_visitors_find_under_it(client):
    engines, empty = make_topic(name="Engines"), make_topic(name="Nothing")
    for series in (make_series(), make_series(), make_series(is_listed=False)):
        talk_on(2025, 11, 4, series=series, topics=[engines])
    make_draft(topics=[engines, empty])

    assert words(main(client.get("/topics/"))) == "Topics Engines 2 talks Nothing 0 talks"


def test_the_icon_is_where_icons_always_were(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert re.fullmatch(r"/static/img/icon(\.\w+)?\.svg", response.headers["Location"])


def test_a_room_without_directions_has_no_box_for_them(client):
    described, plain = make_room(access_notes="A lift."), make_room()

    pages = [client.get(room.get_absolute_url()).text for room in (described, plain)]

    assert ['class="subject-aside"' in page for page in pages] == [True, False]
