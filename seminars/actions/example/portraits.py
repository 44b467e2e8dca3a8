"""Portraits drawn by code: initials on a calm ground, so that no real face stands in the example."""

import colorsys
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from seminars.actions import pictures
from seminars.models import Photo

SIDE = 240  # pixels
FINER = 2  # drawn so many times as large, then made smaller: soft edges

Colour = tuple[int, int, int]


def portrait(name: str, random: Random) -> Photo:
    """Return an unsaved photo with the initials of `name`."""
    size = SIDE * FINER
    hue = random.random()
    picture = Image.new("RGB", (size, size), _colour(hue, 0.86, 0.38))
    pen = ImageDraw.Draw(picture)
    for lightness in (0.8, 0.73, 0.66):
        _disc(pen, random, size, _colour(hue + random.uniform(-0.06, 0.06), lightness, 0.36))
    initials = "".join(word[0] for word in (name.split()[0], name.split()[-1]))
    font = ImageFont.load_default(size * 0.34)
    pen.text((size / 2, size / 2), initials, fill=_colour(hue, 0.2, 0.45), font=font, anchor="mm")
    written = BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(written, "WEBP", quality=82, method=1)
    return pictures.photo(written.getvalue(), (SIDE, SIDE))


def _disc(pen: ImageDraw.ImageDraw, random: Random, size: int, colour: Colour) -> None:
    x, y, radius = random.uniform(0, size), random.uniform(0.3 * size, size), random.uniform(0.3, 0.55) * size
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _colour(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return round(255 * red), round(255 * green), round(255 * blue)
