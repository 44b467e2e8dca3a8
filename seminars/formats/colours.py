"""What organisers choose, as a style sheet: accents that are legible in light and dark, typeface and size of logo."""

import colorsys
import math
from collections.abc import Iterable

from seminars.models import Department, Series

CONTENT_TYPE = "text/css; charset=utf-8"
# Contrast of text against what it stands on: 4.5 (WCAG 2.2 §1.4.3), and what browsers round away when they mix.
LEGIBLE = 4.55
# The surfaces of tokens.css that words in an accent stand on, and the share of the accent that tints them.
LIGHT, DARK = ("#fbfaf8", "#ffffff"), ("#15171b", "#1d2026")
TINT = 0.1

# The families of headings and text in tokens.css.
TYPEFACES = {"both": "", "sans": ";--serif:var(--sans)", "serif": ";--sans:var(--serif)"}

Colour = tuple[float, float, float]  # red, green, blue from 0 to 1


def render(department: Department, every_series: Iterable[Series]) -> bytes:
    """Return the rules; the department's accent stands wherever no series is meant."""
    rules = [f":root{{--accent:{adjusted(department.accent)}}}"]
    rules += [_rule_of(series) for series in every_series]
    rules.append(f":root{{--solid:{solid(department.accent)}{_logo(department)}{TYPEFACES[department.typeface]}}}")
    return ("@layer tokens{" + "".join(rules) + "}\n").encode()


def _rule_of(series: Series) -> str:
    """Return the rule for a series, by its key and, if visitors may know its slug, for chips by that too."""
    by_slug = f',[data-series="{series.slug}"]' if series.is_listed else ""
    return f".series-{series.pk}{by_slug}{{--accent:{adjusted(series.colour)}}}"


def _logo(department: Department) -> str:
    """Return the heights of the logos as shares of the side of a square, so that all shapes cover the same area."""
    shapes = {"--logo": department.logo_on("light"), "--logo-dark": department.logo_on("dark")}
    heights = {name: math.sqrt(logo.photo.height / logo.photo.width) for name, logo in shapes.items() if logo}
    return "".join(f";{name}:{height:.3f}" for name, height in heights.items())


def solid(chosen: str) -> str:
    """Return the colour for a ground under white words in both themes: as chosen where they are legible on it."""
    return _legible(chosen, LIGHT, step=-0.01)


def is_repaired(chosen: str) -> bool:
    """Tell whether the colour is too light for words on a light page, so that a darker one of its hue is shown."""
    return solid(chosen) != chosen.lower()


def adjusted(chosen: str) -> str:
    """Return the colour for both themes: as chosen where that is legible, else darker or lighter of the same hue."""
    light, dark = _legible(chosen, LIGHT, step=-0.01), _legible(chosen, DARK, step=0.01)
    return f"light-dark({light},{dark})"


def _legible(chosen: str, surfaces: tuple[str, ...], *, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_read(chosen))
    while 0 < lightness + step < 1 and not _is_legible(colorsys.hls_to_rgb(hue, lightness, saturation), surfaces):
        lightness += step
    return _write(colorsys.hls_to_rgb(hue, lightness, saturation))


def _is_legible(colour: Colour, surfaces: tuple[str, ...]) -> bool:
    # What is written is rounded, so that is what is judged.
    seen = _read(_write(colour))
    plain = [_read(surface) for surface in surfaces]
    tinted = [tuple(TINT * a + (1 - TINT) * b for a, b in zip(seen, surface, strict=True)) for surface in plain]
    return all(contrast(seen, surface) >= LEGIBLE for surface in plain + tinted)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2.2, "relative luminance")."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _read(written: str) -> Colour:
    return tuple(int(written[place : place + 2], 16) / 255 for place in (1, 3, 5))


def _write(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
