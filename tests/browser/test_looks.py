"""How pages look: the head of a talk, the order on a phone, forced colours, logos, and the preview on the desk."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from seminars.actions import photos
from seminars.models import Department, State
from seminars.models.page_addresses import absolute
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_administrator, make_room, make_series, make_speaker, make_talk
from tests.pictures import picture

pytestmark = pytest.mark.django_db(transaction=True)
ZOOM = "https://example.zoom.us/j/91064109577"
TITLES = {
    "short": "On engines",
    "usual": "The coverage principle, and how pre-training enables what follows",
    "long": "On the surprisingly long and still unfinished story of how three failed attempts to make elevators wait "
            "less led to a scheduling theorem, two counterexamples, and a service that half the building depends on",
}  # fmt: skip


def talk_under_way(**fields):
    """A talk that began five minutes ago."""
    start = timezone.now() - timedelta(minutes=5)
    whole = {"join_url": ZOOM, "abstract": "Let us *begin*.", "host": "Babbage", "passcode": "472119"}
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | whole | fields)


def speaker(photo=None, biography=""):
    return make_speaker(name="Ada Lovelace", affiliation="Analytical Society", photo=photo, biography=biography)


def box(page, selector):
    return page.locator(selector).first.bounding_box()


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("has_photo", [True, False])
def test_the_head_of_a_talk_holds_face_title_and_one_row_of_buttons(live_server, new_context, title, has_photo):
    talk = talk_under_way(title=TITLES[title], speakers=[speaker(photos.keep(picture()) if has_photo else None)])
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(live_server.url + talk.get_absolute_url())

    buttons = [
        page.get_by_role("link", name="Join now"),
        page.get_by_text("Add to calendar"),
        page.get_by_text("Share").first,
    ]
    tops = {round(button.bounding_box()["y"]) for button in buttons}
    row, head, face = box(page, ".talk-doing"), box(page, ".talk-head"), box(page, ".talk-head .face")
    height = row["y"] + row["height"] + 24 - head["y"]

    assert len(tops) == 1
    assert (face["width"], face["height"]) == (144, 144)
    assert height <= 280


@pytest.mark.parametrize("has_script", [True, False])
def test_the_next_talk_on_the_front_page_is_no_higher_and_has_the_same_row(live_server, new_context, has_script):
    talk_under_way(title=TITLES["usual"], speakers=[speaker()])
    page = new_context(
        viewport={"width": 1280, "height": 800}, timezone_id="Europe/Berlin", java_script_enabled=has_script
    ).new_page()

    page.goto(live_server.url)

    row = page.locator(".hero .actions").locator("> a, > details")
    assert row.all_inner_texts() == ["Join now", "Add to calendar", "Share"]
    assert len({round(button.bounding_box()["y"]) for button in row.all()}) == 1
    assert box(page, ".hero")["height"] <= 280


def test_without_script_the_next_talk_is_shared_by_mail_by_whatsapp_and_as_an_address(live_server, new_context):
    talk = talk_under_way(speakers=[speaker()])
    page = new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False).new_page()
    page.goto(live_server.url)

    page.locator(".hero .share summary").click()

    shown = page.locator(".hero .share .menu-list").inner_text().split("\n")
    ways = ["Send by mail", "Share on WhatsApp", "Permalink", absolute(talk.lasting_path)]
    assert [line for line in shown if line] == ways


def test_on_a_phone_one_reads_join_when_where_add_abstract_and_then_the_rest(live_server, new_context):
    room = make_room(name="Room 414", street="210 Orchard Walk", map_url="https://example.org/map")
    talk = talk_under_way(room=room, speakers=[speaker(biography="Wrote the *first* program.")])
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(live_server.url + talk.get_absolute_url())

    parts = {
        "join": ".join .button", "when": ".facts time", "where": ".facts .place", "add": ".add summary",
        "abstract": "#abstract", "biography": ".prose >> text=Wrote the", "host": ".more-facts >> text=Babbage",
    }  # fmt: skip
    tops = {name: box(page, part)["y"] for name, part in parts.items()}
    text = page.locator("main").inner_text()
    read = [text.index(words) for words in ("Join now", "When", "Where", "Add to calendar", "Abstract", "Babbage")]

    assert sorted(tops, key=tops.get) == list(parts)
    assert read == sorted(read)


def test_in_forced_colours_the_chosen_chip_differs(live_server, new_context):
    for name in ("Asset", "Priml"):
        talk_under_way(series=make_series(name=name))
    page = new_context(forced_colors="active").new_page()
    page.goto(live_server.url)

    colours = [chip.evaluate("node => getComputedStyle(node).backgroundColor") for chip in page.locator(".chip").all()]

    assert len(set(colours[1:])) == 1
    assert colours[0] != colours[1]


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_the_summary_of_the_filters_stays_where_it_is(live_server, new_context, width):
    for name in ("Asset", "Priml"):
        talk_under_way(series=make_series(name=name))
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(live_server.url)
    summary = page.get_by_text("Filters").first
    before = summary.bounding_box()

    summary.click()

    assert summary.bounding_box() == before
    expect(page.get_by_label("Series")).to_be_visible()


def test_a_called_off_talk_has_its_time_and_place_struck(live_server, page):
    talk = talk_under_way(state=State.CANCELLED, room=make_room())
    page.goto(live_server.url + talk.get_absolute_url())

    lines = [
        page.locator(f".facts {part}").evaluate("node => getComputedStyle(node).textDecorationLine")
        for part in ("time", ".place")
    ]

    assert all("line-through" in line for line in lines)


def test_nothing_moves_while_a_page_loads(live_server, new_context):
    talk = talk_under_way(speakers=[speaker(photos.keep(picture()))])
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(
        "window.shifts = [];"
        "const note = list => window.shifts.push(...list.getEntries().map(shift => shift.value));"
        "new PerformanceObserver(note).observe({ type: 'layout-shift', buffered: true });"
    )

    shifts = {}
    for address in ("/", talk.get_absolute_url()):
        page.goto(live_server.url + address, wait_until="networkidle")
        page.wait_for_timeout(300)
        shifts[address] = page.evaluate("window.shifts")

    assert list(shifts.values()) == [[], []]


def test_text_is_as_wide_in_the_fallback_as_in_the_font(live_server, page):
    page.goto(live_server.url)
    measure = """async families => {
        await Promise.all(families.map(one => document.fonts.load(`20px ${one}`)));
        return families.map(one => {
            const line = document.body.appendChild(document.createElement("span"));
            line.style.cssText = "position: absolute; white-space: nowrap; font-size: 20px";
            line.style.fontFamily = one;
            line.textContent = "The talk will take place in the large room, and everybody is welcome to ask questions.";
            return [line.offsetWidth, line.offsetHeight];
        });
    }"""

    # Liberation fonts have the widths of Times New Roman and Arial.
    for own, fallback in (("Seminars Serif", "Seminars Serif Times"), ("Seminars Sans", "Seminars Sans Arial")):
        (width, height), (other_width, other_height) = page.evaluate(measure, [f'"{own}"', f'"{fallback}"'])
        assert abs(other_width / width - 1) < 0.03
        assert abs(other_height - height) <= 1


@pytest.fixture
def wordmark():
    image, content = Image.new("RGBA", (800, 100), (0, 0, 0, 0)), BytesIO()
    image.paste("black", (0, 0, 400, 100))
    image.save(content, "PNG")
    return photos.keep(BytesIO(content.getvalue()))


def test_a_black_wordmark_is_seen_in_dark_and_does_not_wrap_the_masthead(live_server, new_context, wordmark):
    Department.objects.create(pk=1, name="Department of Statistics", logo=wordmark)
    found = {}
    for theme in ("light", "dark"):
        page = new_context(viewport={"width": 1280, "height": 800}, color_scheme=theme).new_page()
        page.goto(live_server.url)
        ground = page.locator(".logo").evaluate("node => getComputedStyle(node).backgroundColor")
        found[theme] = ground, box(page, ".nav")["y"] < box(page, ".brand")["y"] + box(page, ".brand")["height"]

    assert found == {"light": ("rgba(0, 0, 0, 0)", True), "dark": ("rgb(255, 255, 255)", True)}
    assert box(page, ".logo img")["width"] / box(page, ".logo img")["height"] == pytest.approx(8, rel=0.1)


def test_the_preview_follows_what_is_typed(live_server, desk, wordmark):
    Department.objects.create(pk=1, name="Department of Statistics", logo=wordmark)
    sign_in(desk, make_administrator())
    desk.visit("/admin/seminars/department/1/change/")
    frame = desk.frame_locator("iframe[data-looks=light]")

    desk.locator("#id_accent").fill("#ffd500")
    desk.get_by_label("Solid, in the accent colour").check()

    frame.get_by_text("#ffd500 is too light for text").wait_for()
    # The words arrive before the style sheet with the colours does.
    expect(frame.locator(".masthead-line")).to_have_css("background-color", "rgb(122, 102, 0)")
    assert desk.refusals == []
    assert violations(desk) == []


def test_an_endless_word_leaves_the_desk_as_wide_as_the_window(live_server, desk):
    word = "Antidisestablishmentarianism" * 9
    talk = talk_under_way(title=word[:250], notice=word)
    sign_in(desk, make_administrator())

    wide = {}
    for address in ("/admin/", "/admin/seminars/talk/", f"/admin/seminars/talk/{talk.pk}/change/",
                    f"/admin/seminars/talk/{talk.pk}/history/", "/admin/schedule/"):  # fmt: skip
        desk.visit(address)
        wide[address] = desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert wide == dict.fromkeys(wide, 0)
