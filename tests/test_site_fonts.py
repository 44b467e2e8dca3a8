"""The site's own fonts: small, licensed, and with the letters that pages use."""

import re
from pathlib import Path

from django.test import Client

from tests.pages import words

STATIC = Path(__file__).resolve().parent.parent / "static"
FONTS = {name: STATIC / f"fonts/{name}.woff2" for name in ("serif", "sans")}


def letters_of(name):
    """The characters for which a browser loads the font."""
    sheet = (STATIC / "css/fonts.css").read_text()
    spans = re.search(rf"/{name}\.woff2.*?unicode-range: ([^;]+);", sheet)[1]
    found = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", spans)
    return {chr(code) for first, last in found for code in range(int(first, 16), int(last or first, 16) + 1)}


def test_both_fonts_together_take_at_most_80_kilobytes():
    assert 0 < sum(path.stat().st_size for path in FONTS.values()) <= 80_000


def test_a_licence_is_beside_each_font():
    for name in FONTS:
        assert "SIL Open Font License, Version 1.1" in (STATIC / f"fonts/LICENSE-{name}.md").read_text()


def test_the_fonts_have_the_letters_of_our_pages_and_of_most_names_in_europe():
    names = "Erdős Łukasiewicz Šafařík Gödel Þórður Çelik Ștefan Nguyễn Đặng Ørsted ß “x” ‘y’ – — … → ←"

    for name in FONTS:
        assert set(names) - letters_of(name) == set()


def test_a_page_uses_no_letter_beyond_the_fonts(db):
    shown = words(Client().get("/embed/demo/").content.decode())

    assert set(shown) - letters_of("sans") == set()


def test_every_fallback_is_scaled_to_the_height_of_its_font():
    sheet = (STATIC / "css/fonts.css").read_text()
    faces = re.findall(r'"(Seminars \w+) (\w+)".*?size-adjust: ([\d.]+)%; ascent-override: ([\d.]+)%', sheet)

    heights = {(family, round(float(scale) * float(ascent) / 100)) for family, _name, scale, ascent in faces}
    assert len(faces) == 10
    assert {family for family, _height in heights} == {"Seminars Serif", "Seminars Sans"}
    assert len(heights) == 2
