"""Nothing overlaps, falls apart or moves: pages, posters and the desk where parts stand close to each other."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from seminars.actions import photos
from seminars.models import Department
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_administrator, make_room, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db(transaction=True)
JOIN = "https://example.zoom.us/j/91064109577"


def now_and_next():
    """Two talks that are on now, each with a link to join."""
    start = timezone.now() - timedelta(minutes=5)
    series = make_series(name="Asset")
    return [
        make_talk(series=series, title=title, starts_at=start, ends_at=start + timedelta(hours=1), join_url=JOIN)
        for title in ("On engines", "On looms")
    ]


def style(page, selector, name):
    return page.locator(selector).first.evaluate("(node, name) => getComputedStyle(node)[name]", name)


def overlap(one, other):
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


# --- pages ---


def test_the_words_of_the_menu_stay_in_place_from_page_to_page(live_server, new_context):
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    places = []
    for address in ("/rooms/", "/search/", "/search/?q=engines"):
        page.goto(live_server.url + address)
        places.append(page.locator(".nav").get_by_role("link", name="Series").bounding_box())

    assert places == [places[0]] * 3


def test_the_button_to_join_stands_below_the_title_of_its_talk(live_server, page):
    now_and_next()
    page.goto(live_server.url)

    people, button = (
        page.locator("article.talk .who").bounding_box(),
        page.locator("article.talk .button").bounding_box(),
    )

    assert people["y"] + people["height"] < button["y"] < people["y"] + people["height"] + 60


@pytest.mark.parametrize("width", [320, 1280])
def test_initials_stand_on_a_ground_of_their_own(live_server, new_context, width):
    talk = make_talk(speakers=[make_speaker(name="Ada Lovelace")])
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(live_server.url + talk.get_absolute_url())

    face, behind = style(page, ".talk-head .face", "backgroundColor"), style(page, "body", "backgroundColor")

    assert face != behind
    assert (face == "rgb(255, 255, 255)") == (width == 1280)  # only there is the head itself tinted


def test_a_wide_logo_leaves_the_words_of_the_name_whole_on_a_phone(live_server, new_context):
    image, content = Image.new("RGBA", (800, 60), (0, 0, 0, 0)), BytesIO()
    image.paste("navy", (0, 0, 400, 60))
    image.save(content, "PNG")
    logo = photos.keep(BytesIO(content.getvalue()))
    Department.objects.create(pk=1, name="Department of Mathematics", logo=logo)
    page = new_context(viewport={"width": 320, "height": 800}).new_page()
    page.goto(live_server.url)

    logo, name = (page.locator(part).bounding_box() for part in (".logo", ".brand-words"))

    assert not overlap(logo, name)
    assert name["width"] > 250


def test_in_forced_colours_cards_have_edges_and_only_the_present_page_is_underlined(live_server, new_context):
    now_and_next()
    page = new_context(forced_colors="active").new_page()
    page.goto(live_server.url + "/series/")

    lines = [link.evaluate("node => getComputedStyle(node).borderBottomColor") for link in page.locator(".nav a").all()]
    canvas = style(page, "body", "backgroundColor")

    assert [line != canvas for line in lines] == [False, True, False, False, False]
    assert style(page, ".card", "borderTopWidth") == "1px"


def test_paper_does_not_say_that_a_talk_is_on_now(live_server, page):
    now_and_next()
    page.emulate_media(media="print")
    page.goto(live_server.url)

    expect(page.get_by_text("Happening now").filter(visible=True)).to_have_count(0)
    expect(page.locator(".hero .date")).to_be_visible()


# --- walls ---


@pytest.mark.parametrize("width", [320, 1280])
def test_a_formula_on_a_poster_is_one_line(live_server, new_context, width):
    talk = make_talk(
        abstract="We show\n\n$$a + b + c + d + e + f + g + h \\le i + j + k + l + m + n + o + p$$\n\nand no more."
    )
    page = new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{live_server.url}/talks/{talk.pk}/poster/")
    formula = page.locator(".poster-abstract math")

    letters = [letter.bounding_box()["y"] for letter in formula.locator("mi").all()]

    assert max(letters) - min(letters) < formula.bounding_box()["height"] < 60
    assert violations(page) == []


# --- the desk ---


@pytest.fixture
def desk_at(desk):
    """Open an address of the desk in a window of this width."""
    sign_in(desk, make_administrator())

    def visit(width, address):
        desk.set_viewport_size({"width": width, "height": 800})
        desk.visit(address)
        return desk

    return visit


@pytest.mark.parametrize("width", [800, 1280])
def test_tools_do_not_cover_the_title(desk_at, width):
    talk = make_talk(title="On the surprisingly long and still unfinished story of how elevators wait " * 2)

    for address in ("/admin/seminars/talk/", f"/admin/seminars/talk/{talk.pk}/change/"):
        page = desk_at(width, address)
        tools = page.locator(".object-tools").bounding_box()
        titles = [title.bounding_box() for title in page.locator("#content > :is(h1, h2)").all()]
        assert [overlap(tools, title) for title in titles] == [False] * len(titles)


def test_words_of_the_list_of_talks_are_whole(desk_at):
    room = make_room(name="Theatre 2", building="Quarry House")
    make_talk(title="Eigenvalues of random regular graphs", speakers=["Imogen Ormerod-Hale"], room=room, join_url=JOIN)
    page = desk_at(1100, "/admin/seminars/talk/")

    heights = {link.bounding_box()["height"] for link in page.locator("#result_list .shortcuts a").all()}

    assert len(heights) == 1
    assert heights.pop() < 30


def test_the_preview_of_an_abstract_has_bullets_and_underlined_links(desk_at):
    talk = make_talk(abstract="We show:\n\n- one, as in [this paper](https://example.org)\n- two\n")
    page = desk_at(1280, f"/admin/seminars/talk/{talk.pk}/change/")
    page.locator(".previewed-text li").first.wait_for()

    item, text = (page.locator(f".previewed-text {part}").first.bounding_box() for part in ("li", "p"))

    assert style(page, ".previewed-text li", "listStyleType") == "disc"
    assert style(page, ".previewed-text a", "textDecorationLine") == "underline"
    assert 15 < item["x"] - text["x"] < 40
