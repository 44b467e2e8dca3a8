"""The font of formulas: only pages with a formula load it, and it is small."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories import make_room, make_series, make_talk

pytestmark = pytest.mark.django_db
STATIC = Path(settings.BASE_DIR, "static")
STYLES = STATIC / "css" / "math.css"


def links(client, address):
    return re.findall(r'<link rel="stylesheet" href="[^"]*css/(math)[^"]*"', client.get(address).content.decode())


def test_a_page_loads_the_font_only_if_it_shows_a_formula(client):
    room, series = make_room(slug="r"), make_series(slug="s")
    plain = make_talk(series=series, room=room, title="On engines", abstract="Words.")
    assert [links(client, address) for address in (plain.get_absolute_url(), "/", "/rooms/r/")] == [[], [], []]

    formula = make_talk(series=make_series(slug="t"), title="On $x^2$", abstract="Let $y$ be.")
    assert [links(client, address) for address in (formula.get_absolute_url(), "/", "/rooms/r/")] == [
        ["math"],
        ["math"],
        [],
    ]
    assert links(client, f"/talks/{formula.pk}/poster/") == ["math"]
    assert links(client, "/series/t/embed/") == ["math"]


def test_a_formula_in_words_does_not_count(client):
    talk = make_talk(title="On <math>", abstract="<math>")

    assert links(client, talk.get_absolute_url()) == []


def test_the_files_are_small_and_their_licence_is_beside_them():
    files = sorted(path.name for path in (STATIC / "fonts").glob("math*"))

    assert files == ["math-LICENSE.txt", "math-letters.woff2", "math-signs.woff2"]
    assert sum((STATIC / "fonts" / name).stat().st_size for name in files if name.endswith("woff2")) <= 100_000
    assert re.findall(r"fonts/([\w.-]+)", STYLES.read_text()) == ["math-signs.woff2", "math-letters.woff2"]
