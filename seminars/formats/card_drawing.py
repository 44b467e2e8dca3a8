"""Draw a card as PNG with Pillow, in the process of `card_worker.py`."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageOps

from seminars.formats import card_fonts
from seminars.formats.card_facts import HEIGHT, WIDTH, Card
from seminars.formats.card_fonts import Style
from seminars.formats.card_wrapping import fitted

PAPER, INK, SOFT, PLATE, OFF = "#fbfaf8", "#1b1d22", "#565b66", "#15171b", "#a51d2d"
EDGE, BAR = 72, 18  # pixels: the margin, and the bar in the accent colour
FACE = 252
LOGO = (420, 84)  # at most, width and height
LABEL_TOP, FACE_TOP, TITLE_TOP, LINES_BOTTOM = 156, 184, 206, HEIGHT - 52
# Sizes, each with the most lines that there is room for.
TITLE_SIZES, FACT_SIZES = ((72, 2), (56, 3), (45, 4)), ((32, 1), (28, 1), (25, 1))
PEOPLE_SIZES, PEOPLE_SIZES_LOW = ((38, 1), (30, 2)), ((38, 1), (30, 1))  # below a short and a long title
FAMILIES = {"both": ("serif", "sans"), "sans": ("sans", "sans"), "serif": ("serif", "serif")}
FINER = 4  # times finer, for smooth circles


Sizes = Sequence[tuple[int, int]]


class CardLine(NamedTuple):
    """One line of text: its style, its colour and whether it is struck out."""

    text: str
    style: Style
    colour: str
    is_struck: bool = False


def draw(card: Card, pictures: Mapping[str, bytes]) -> bytes:
    """Return the card as PNG. A line with a letter that no font has is left out."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, BAR), fill=card.accent)
    _head(picture, pen, card, pictures.get(card.logo))
    _words(pen, card, has_face=_face(picture, card, pictures.get(card.face)))
    # Without photos a palette will do, and takes a quarter of the bytes.
    whole = picture if pictures else picture.quantize(64, Image.Quantize.FASTOCTREE)
    written = BytesIO()
    whole.save(written, "PNG")
    return written.getvalue()


def _head(picture: Image.Image, pen: ImageDraw.ImageDraw, card: Card, logo: bytes | None) -> None:
    """Draw the logo, or the department's name in its place, and at the other side the badge of the state."""
    sans = FAMILIES[card.typeface][1]
    badge = _badge(pen, card, sans)
    if logo:
        _logo(picture, logo, has_plate=card.logo_has_plate)
        return
    name = CardLine(card.department, Style(sans, 600, 32), SOFT)
    if card.department != card.title:
        _lines(pen, name, [(32, 1)], 78, WIDTH - 2 * EDGE - badge)


def _logo(picture: Image.Image, content: bytes, *, has_plate: bool) -> None:
    with Image.open(BytesIO(content), formats=["WEBP"]) as opened:
        logo = ImageOps.contain(opened.convert("RGBA"), LOGO, Image.Resampling.LANCZOS)
    left, top = EDGE, 58 + (LOGO[1] - logo.height) // 2
    if has_plate:
        plate = (left, top - 12, left + logo.width + 32, top + logo.height + 12)
        ImageDraw.Draw(picture).rounded_rectangle(plate, 10, fill=PLATE)
        left += 16
    picture.paste(logo, (left, top), logo)


def _badge(pen: ImageDraw.ImageDraw, card: Card, family: str) -> int:
    """Draw the state and return how much room it takes."""
    style = Style(family, 600, 34)
    wide = card_fonts.width(card.state, style)
    if not wide:
        return 0
    left, top = WIDTH - EDGE - wide - 48, 66
    pen.rounded_rectangle((left, top, WIDTH - EDGE, top + 66), 12, fill=OFF if card.is_off else SOFT)
    _text(pen, CardLine(card.state, style, "#ffffff"), (left + 24, top + 45))
    return round(wide) + 48 + 32


def _face(picture: Image.Image, card: Card, photo: bytes | None) -> bool:
    """Draw the photo or the initials of the speaker in a circle; return whether there is one."""
    place = (WIDTH - EDGE - FACE, FACE_TOP)
    mask = Image.new("L", (FACE * FINER, FACE * FINER))
    ImageDraw.Draw(mask).ellipse((0, 0, FACE * FINER - 1, FACE * FINER - 1), fill=255)
    mask = mask.resize((FACE, FACE), Image.Resampling.BOX)
    if photo:
        with Image.open(BytesIO(photo), formats=["WEBP"]) as opened:
            # A face is in the upper part of a portrait.
            face = ImageOps.fit(opened.convert("RGB"), (FACE, FACE), Image.Resampling.LANCZOS, centering=(0.5, 0.2))
    else:
        face = _monogram(card)
    if face is None:
        return False
    picture.paste(face, place, mask)
    return True


def _monogram(card: Card) -> Image.Image | None:
    """Return the initials in white on the accent, None where there are none that can be drawn."""
    style = Style(FAMILIES[card.typeface][1], 600, 104)
    wide = card_fonts.width(card.initials, style)
    if not wide:
        return None
    face = Image.new("RGB", (FACE, FACE), card.accent)
    _text(ImageDraw.Draw(face), CardLine(card.initials, style, "#ffffff"), ((FACE - wide) / 2, FACE / 2 + 36))
    return face


def _words(pen: ImageDraw.ImageDraw, card: Card, *, has_face: bool) -> None:
    """Draw label, title and people from the top, when and where from the bottom."""
    headings, sans = FAMILIES[card.typeface]
    whole = WIDTH - 2 * EDGE
    beside = whole - FACE - 48 if has_face else whole
    if card.label != card.title:
        _lines(pen, CardLine(card.label, Style(sans, 600, 34), card.accent), [(34, 1)], LABEL_TOP, beside)
    below = _lines(pen, CardLine(card.title, Style(headings, 600, 72), INK), TITLE_SIZES, TITLE_TOP, beside)
    _lines(
        pen,
        CardLine(card.people, Style(sans, 600, 38), INK),
        PEOPLE_SIZES if below < 390 else PEOPLE_SIZES_LOW,
        below + 14,
        beside,
    )
    for number, text in enumerate(reversed(card.lines), 1):
        line = CardLine(text, Style(sans, 400, 32), SOFT, is_struck=card.is_off)
        _lines(pen, line, FACT_SIZES, LINES_BOTTOM - number * 46, whole)


def _lines(pen: ImageDraw.ImageDraw, line: CardLine, sizes: Sizes, top: float, room: float) -> float:
    """Draw a text from `top` on in as many lines as it takes; return where it ends."""
    if not line.text or not card_fonts.runs(line.text, line.style):
        return top
    size, texts = fitted(line.text, sizes, room, lambda part, of: card_fonts.width(part, line.style._replace(size=of)))
    style, step = line.style._replace(size=size), round(size * 1.16)
    is_rtl = card_fonts.is_right_to_left(line.text)
    for number, text in enumerate(texts):
        wide = card_fonts.width(text, style)
        left = EDGE + (room - wide if is_rtl else 0)
        _text(pen, line._replace(text=text, style=style), (left, top + size + number * step))
    return top + len(texts) * step


def _text(pen: ImageDraw.ImageDraw, line: CardLine, at: tuple[float, float]) -> None:
    """Draw one line from its left end on, on its baseline."""
    left, baseline = at
    pieces = card_fonts.runs(line.text, line.style) or []
    for run in reversed(pieces) if card_fonts.is_right_to_left(line.text) else pieces:
        pen.text((left, baseline), run.text, fill=line.colour, font=run.font, anchor="ls")
        left += run.font.getlength(run.text)
    if line.is_struck and pieces:
        height = baseline - line.style.size * 0.28
        pen.line((at[0], height, left, height), fill=line.colour, width=3)
