"""Cards: the pictures that messengers show of a shared link."""

import re
import sys
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from django.core.cache import cache
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from seminars.actions import photos, shared_rows, talk_changes
from seminars.formats import card, card_drawing, card_fonts
from seminars.formats.card_fonts import Style
from seminars.formats.card_process import drawer
from seminars.formats.card_wrapping import fitted
from seminars.models import Department
from tests.admin_forms import signed_in
from tests.factories import in_new_york, make_administrator, make_draft, make_room, make_series, make_speaker, make_talk
from tests.pictures import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

SITE = "http://talks.example.edu"
PAPER, ACCENT = (251, 250, 248), (26, 95, 180)
MIDDLE_OF_FACE, LEFT_OF_FACE, LEFT_OF_LOGO, CORNER_OF_BADGE = (1002, 310), (890, 310), (80, 100), (1110, 72)


@pytest.fixture
def talk(series):
    start = in_new_york(2025, 11, 4, 12)
    fields = {"title": "On engines", "speakers": ["Ada Lovelace"], "room": make_room(name="Room 7")}
    return make_talk(series=series, starts_at=start, ends_at=start + timedelta(hours=1), **fields)


@pytest.fixture
def no_system_fonts(monkeypatch):
    monkeypatch.setattr(card_fonts, "SYSTEM", ())
    card_fonts._fallbacks.cache_clear()
    yield
    card_fonts._fallbacks.cache_clear()


def told(client, page):
    """What a page says about its card, by property."""
    head = client.get(page).content.decode()
    found = re.findall(r'<meta (?:property|name)="(og:image[^"]*|twitter:card)" content="([^"]*)">', head)
    return {name: unescape(content) for name, content in found}


def path_of(client, page):
    return told(client, page)["og:image"].removeprefix(SITE)


@pytest.mark.parametrize("command", [[sys.executable, "-c", ""], ["/nowhere/at-all"]])
def test_a_card_that_cannot_be_drawn_now_is_asked_for_again(client, talk, monkeypatch, command):
    path = path_of(client, talk.get_absolute_url())
    drawer.stop()
    monkeypatch.setattr(drawer, "command", command)
    cache.clear()

    response = client.get(path)

    assert (response.status_code, response["Cache-Control"]) == (503, "no-store")
    assert int(response["Retry-After"]) > 0
    drawer.stop()


def drawn(client, page):
    return Image.open(BytesIO(client.get(path_of(client, page)).content)).convert("RGB")


def card_with(**fields):
    return replace(card.card_of(Department(name="Engines"), Department(name="Engines")), **fields)


def test_the_page_of_a_talk_leads_to_its_card_and_says_what_it_shows(client, talk):
    found = told(client, talk.get_absolute_url())

    address = found.pop("og:image")
    assert re.fullmatch(rf"{SITE}/talks/{talk.pk}/card-[0-9a-f]{{32}}\.png", address)
    assert found == {
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Tuesday, 4 November 2025: ASSET: Ada Lovelace – On engines",
        "twitter:card": "summary_large_image",
    }


def test_a_card_is_a_picture_of_the_promised_size_that_never_changes(client, talk):
    answer = client.get(path_of(client, talk.get_absolute_url()))

    shown = Image.open(BytesIO(answer.content))
    assert (shown.format, shown.size) == ("PNG", (1200, 630))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/png", "public, max-age=31536000, immutable")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("page", ["/", "/series/asset/"])
def test_the_front_page_and_a_series_have_a_card(client, talk, page):
    assert drawn(client, page).size == (1200, 630)


def test_what_visitors_cannot_find_has_no_card(series):
    hush = make_series(slug="hush", is_listed=False)
    hidden = [make_draft(series=series), make_talk(series=hush), hush]
    client = signed_in(make_administrator())
    digest = "0" * 32

    pages = [told(client, thing.get_absolute_url()) for thing in hidden]
    paths = [thing.address.path(f"card-{digest}.png") for thing in hidden[:2]] + [f"/series/hush/card-{digest}.png"]

    assert pages == [{"twitter:card": "summary"}] * 3
    assert [client.get(path).status_code for path in paths] == [404] * 3


def test_the_address_of_an_earlier_card_leads_to_that_of_today(client, talk):
    before = path_of(client, talk.get_absolute_url())
    talk.title = "On looms"
    talk_changes.save(talk)

    answer = client.get(before)

    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-cache")
    assert answer.url == path_of(client, talk.get_absolute_url()) != before


@pytest.mark.parametrize(
    "change", [{"title": "On looms"}, {"state": "cancelled"}, {"room": None}, {"ends_at": in_new_york(2025, 11, 4, 14)}]
)
def test_a_card_that_shows_something_else_has_another_address(talk, change):
    before = card.card_of(talk, Department()).digest

    for name, value in change.items():
        setattr(talk, name, value)

    assert card.card_of(talk, Department()).digest != before


def test_a_change_of_what_no_card_shows_keeps_its_address(talk):
    before = card.card_of(talk, Department()).digest

    talk.abstract, talk.notes, talk.host = "Looms.", "Private", "Mary"

    assert card.card_of(talk, Department()).digest == before


def test_a_card_that_was_drawn_is_kept(client, talk):
    path = path_of(client, talk.get_absolute_url())
    first = client.get(path).content
    key = f"card:{re.search('card-(.+).png', path)[1]}"

    assert cache.get(key) == first
    cache.set(key, b"kept")
    assert client.get(path).content == b"kept"


def test_a_speaker_is_shown_by_photo_or_initials(client, talk):
    monogram = drawn(client, talk.get_absolute_url())
    ada = talk.speakers[0].speaker
    ada.photo = photos.keep(picture("PNG", colour=(200, 40, 60)))
    shared_rows.save(ada)

    photo = drawn(client, talk.get_absolute_url())

    assert monogram.getpixel(LEFT_OF_FACE) == pytest.approx(ACCENT, abs=6)
    assert photo.getpixel(MIDDLE_OF_FACE) == pytest.approx((200, 40, 60), abs=6)


def test_several_speakers_have_no_face(client, talk):
    talk.appearances.create(speaker=make_speaker(), order=1)

    shown = drawn(client, talk.get_absolute_url())

    assert shown.getpixel(LEFT_OF_FACE) == pytest.approx(PAPER, abs=6)


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_a_talk_that_is_called_off_has_a_red_badge(client, talk, state):
    talk.state = state
    talk_changes.save(talk)

    assert drawn(client, talk.get_absolute_url()).getpixel(CORNER_OF_BADGE) == pytest.approx((165, 29, 45), abs=6)


@pytest.mark.parametrize(("colour", "ground"), [("black", PAPER), ("white", (21, 23, 27))])
def test_a_light_wordmark_gets_a_dark_plate_and_a_black_one_stands_on_the_paper(client, talk, colour, ground):
    wordmark = Image.new("RGBA", (400, 80))
    wordmark.paste(colour, (300, 20, 380, 60))
    upload = BytesIO()
    wordmark.save(upload, "PNG")
    Department.objects.update_or_create(pk=1, defaults={"logo": photos.keep(upload)})

    assert drawn(client, talk.get_absolute_url()).getpixel(LEFT_OF_LOGO) == pytest.approx(ground, abs=6)


@pytest.mark.usefixtures("no_system_fonts")
def test_a_line_that_no_font_can_draw_is_left_out():
    assert card_drawing.draw(card_with(title="李伟"), {}) == card_drawing.draw(card_with(title=""), {})
    assert card_drawing.draw(card_with(title="Li Wei"), {}) != card_drawing.draw(card_with(title=""), {})


@pytest.mark.usefixtures("no_system_fonts")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("On engines 🎉", "On engines "),
        ("🎉 On 👩‍💻 engines", "On engines"),
        ("On ₿ engines", "On engines"),
        ("I ❤️ engines", "I engines"),
        ("On engines 👍🏽", "On engines "),
        ("🎉", ""),
    ],
)
def test_a_sign_that_no_font_has_leaves_the_rest_of_its_line(text, shown):
    assert "".join(run.text for run in card_fonts.runs(text, Style("serif", 600, 40))) == shown
    assert card_drawing.draw(card_with(title=text), {}) == card_drawing.draw(card_with(title=shown.strip()), {})


@pytest.mark.usefixtures("no_system_fonts")
def test_letters_of_formulas_are_drawn_without_fonts_of_the_system():
    assert card_fonts.runs("Łukasz Erdős on ℝ, x² ≤ 𝑦", Style("serif", 600, 40)) is not None


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\n", "\x07"])
def test_what_ends_a_line_or_controls_a_device_is_not_drawn(separator):
    assert card_fonts.runs(f"On{separator}engines", Style("sans", 400, 32)) is None


def test_a_name_of_a_room_with_an_end_of_a_line_is_drawn_on_one_line(talk):
    talk.room.name = "Room\u20297"

    assert card.card_of(talk, Department()).lines[1] == "Gutmann Hall, Room 7"


def test_a_text_that_begins_in_arabic_runs_from_right_to_left():
    assert [card_fonts.is_right_to_left(one) for one in ("محمد (MIT)", "(א)", "Ada محمد", "12", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def in_letters(text, size):
    """A width in which each letter is as wide as the font is large."""
    return len(text) * size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On engines", (2, ["On engines"])),
        ("On the engines", (1, ["On the engines"])),
        ("On the engines of Ada and others", (1, ["On the engines of", "Ada and others"])),
        ("On the engines of Ada, and on all the others", (1, ["On the engines of", "Ada, and on all the…"])),
        ("n" * 50, (1, ["n" * 20, "n" * 19 + "…"])),
        ("量子误差校正量子误差校正量子误差校正量子误差", (1, ["量子误差校正量子误差校正量子误差校正量子", "误差"])),
        ("", (2, [])),
    ],
)
def test_a_text_is_made_smaller_then_wrapped_then_shortened(text, expected):
    assert fitted(text, [(2, 1), (1, 2)], 20, in_letters) == expected


@settings(max_examples=25)
@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_can_be_drawn(title, name):
    shown = card_with(title=title, people=name, state=name[:30], initials=title[:2], lines=(title, name))

    assert card_drawing.draw(shown, {})[:4] == b"\x89PNG"
