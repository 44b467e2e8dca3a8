"""The colours that organisers choose stay legible in both themes."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seminars.formats import colours
from seminars.models import Department
from tests.factories import make_series

TOKENS = Path(__file__).resolve().parent.parent / "static/css/tokens.css"
colour = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def parts(written):
    return tuple(int(written[place : place + 2], 16) / 255 for place in (1, 3, 5))


def contrast(one, other):
    return colours.contrast(parts(one), parts(other))


def mixed(accent, surface):
    """The tint as a browser paints it: in whole steps."""
    steps = [round(255 * (0.1 * a + 0.9 * b)) for a, b in zip(parts(accent), parts(surface), strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*steps)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(colour)
@example("#1d4e89")
def test_every_colour_becomes_legible_in_both_themes(chosen):
    light, dark = re.fullmatch(r"light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)", colours.adjusted(chosen)).groups()

    for accent, surfaces in ((light, colours.LIGHT), (dark, colours.DARK)):
        tints = [mixed(accent, surface) for surface in surfaces]
        assert all(contrast(accent, surface) >= 4.5 for surface in [*surfaces, *tints])


def test_a_colour_that_is_legible_stays_as_chosen():
    assert colours.adjusted("#1A5FB4").startswith("light-dark(#1a5fb4,")


def test_the_surfaces_are_those_of_the_tokens():
    tokens = TOKENS.read_text()
    surfaces = [re.search(rf"--{name}: light-dark\((\S+), (\S+)\);", tokens).groups() for name in ("paper", "card")]

    assert list(zip(colours.LIGHT, colours.DARK, strict=True)) == surfaces
    assert f"var(--accent) {colours.TINT:.0%}, var(--card)" in tokens


@pytest.mark.django_db
def test_the_style_sheet_has_a_rule_for_the_department_and_one_for_each_series(client):
    Department.objects.create(pk=1, accent="#000000")
    series = make_series(colour="#000080", is_listed=False)

    response = client.get("/colours.css")

    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert re.findall(r"([^{}]+)\{--accent:light-dark\((#\w+),", response.content.decode().split("{", 1)[1]) == [
        (":root", "#000000"),
        (f".series-{series.pk}", "#000080"),
    ]
