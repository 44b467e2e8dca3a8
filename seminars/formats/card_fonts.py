"""Fonts for cards: the site's own, then those of the system for other scripts. What none covers is not drawn."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

OWN = Path(__file__).resolve().parents[2] / "static" / "fonts"
SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# Files of Debian's fonts-noto-core, fonts-noto-cjk and fonts-dejavu-core, in this order.
OTHERS = (
    "NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc", "NotoNaskhArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf", "NotoSansBengali-Regular.ttf", "NotoSansTamil-Regular.ttf",
    "NotoSansThai-Regular.ttf", "NotoSansGeorgian-Regular.ttf", "NotoSansArmenian-Regular.ttf",
    "NotoSansEthiopic-Regular.ttf", "NotoSansMath-Regular.ttf", "DejaVuSans.ttf",
)  # fmt: skip
MATHEMATICAL = ("math-letters.woff2", "math-signs.woff2")
MISSING = "\uffff"  # no character, so every font draws its sign for a missing one
SMALL = 24  # pixels; enough to tell two signs apart
NOT_DRAWN = {"Zs", "Cf"}  # spaces, joiners, marks of direction
READ = frozenset("LMN")  # of categories: a text without a letter, a mark or a number would say something else
VARIANT = re.compile("[\ufe00-\ufe0f]")  # chooses how the sign before looks: an emoji, or black and white
NOT_IN_A_LINE = {"Cc", "Zl", "Zp"}  # controls and ends of lines: Pillow raises an error for a paragraph separator


class Run(NamedTuple):
    """A piece of text in one font."""

    text: str
    font: ImageFont.FreeTypeFont


class Style(NamedTuple):
    """A font of the site, "serif" or "sans", its weight from 400 to 600 and its size in pixels."""

    family: str
    weight: int
    size: int


@lru_cache(maxsize=1)
def _fallbacks() -> tuple[Path, ...]:
    """Return the other fonts that are there; looked for once in the life of a process."""
    found = {path.name: path for folder in SYSTEM for path in folder.rglob("*.tt[fc]")}
    return (*(OWN / name for name in MATHEMATICAL), *(found[name] for name in OTHERS if name in found))


@lru_cache(maxsize=4096)
def _covers(path: Path, letter: str) -> bool:
    """Tell whether a font has a letter, from what it draws: Pillow does not read its table of characters."""
    font = _probe(path)
    return _drawn(font, letter) != _drawn(font, MISSING)


def _drawn(font: ImageFont.FreeTypeFont, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


@lru_cache(maxsize=24)
def _probe(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), SMALL, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=48)
def _font(path: Path, weight: int, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    if path.parent == OWN and path.name not in MATHEMATICAL:
        font.set_variation_by_axes([weight])
    return font


def runs(text: str, style: Style) -> list[Run] | None:
    """Return the text in pieces of one font each, as they are written; None if no font has one of its letters.

    Other signs that no font has, such as emoji, are left out.
    """
    paths = (OWN / f"{style.family}.woff2", *_fallbacks())
    pieces: list[tuple[Path, str]] = []
    is_gap = False
    for letter in unicodedata.normalize("NFC", text):
        if is_gap and _is_left_out_too(letter, before=pieces[-1][1] if pieces else ""):
            continue
        path = _path_for(letter, paths, before=pieces[-1][0] if pieces else paths[0])
        is_gap = path is None
        if path is None and not _may_be_left_out(letter):
            return None
        if path is None:
            continue
        if pieces and pieces[-1][0] == path:
            pieces[-1] = (path, pieces[-1][1] + letter)
        else:
            pieces.append((path, letter))
    return [Run(piece, _font(path, style.weight, style.size)) for path, piece in pieces]


def _may_be_left_out(sign: str) -> bool:
    """Tell whether a text says the same without a sign."""
    kind = unicodedata.category(sign)
    return bool(VARIANT.match(sign)) or (kind[0] not in READ and kind not in NOT_IN_A_LINE)


def _is_left_out_too(letter: str, *, before: str) -> bool:
    """Tell whether a letter goes with the sign before it: a mark on it, or a second space after `before`."""
    kind = unicodedata.category(letter)
    return kind == "Cf" or kind[0] == "M" or (kind == "Zs" and before[-1:] in {"", " "})


def _path_for(letter: str, paths: tuple[Path, ...], before: Path) -> Path | None:
    """Return the font for a letter: the first that has it. Spaces and marks stay in the font of the letter before."""
    kind = unicodedata.category(letter)
    if kind in NOT_IN_A_LINE:
        return None
    if kind in NOT_DRAWN or (kind == "Mn" and _covers(before, letter)):
        return before
    return next((path for path in paths if _covers(path, letter)), None)


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter with a direction is Hebrew, Arabic or the like (UAX #9, rule P2)."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((one for one in directions if one in {"L", "R", "AL"}), "L") != "L"


def width(text: str, style: Style) -> float:
    """Return how wide a text that can be drawn is, in pixels."""
    return sum(run.font.getlength(run.text) for run in runs(text, style) or [])
