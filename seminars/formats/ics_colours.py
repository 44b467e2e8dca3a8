"""The colours that calendar programs know by name (RFC 7986 §5.9, CSS Color Module Level 3)."""

from functools import lru_cache

from PIL.ImageColor import colormap, getrgb

Colour = tuple[int, int, int]

# Pillow replaces a code in `colormap` by what it means once it has read it, hence by name.
NAMES = {name: getrgb(name) for name in sorted(colormap) if name != "rebeccapurple"}  # of Level 4


@lru_cache(maxsize=256)
def nearest_name(code: str) -> str:
    """Return the CSS name of the colour that looks most like `code` ("#1a5fb4")."""
    wanted = getrgb(code)
    return min(NAMES, key=lambda name: _difference(NAMES[name], wanted))


def _difference(one: Colour, other: Colour) -> float:
    """Return the "redmean" of two colours: a distance in RGB, weighted as eyes see."""
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    mean = (one[0] + other[0]) / 2
    return (2 + mean / 256) * red**2 + 4 * green**2 + (2 + (255 - mean) / 256) * blue**2
