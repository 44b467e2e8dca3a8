"""Decode uploaded pictures within limits and make small WebP without metadata. Uploads pass only here."""

import math
from hashlib import sha256
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, ImageStat

from seminars.models import Photo

FORMATS = ("JPEG", "PNG", "WEBP")
SIDE = 512  # pixels
QUALITY = 85
PORTRAIT_SIDE = 192  # pixels: a face of 144 at the head of a talk, sharp up to 64 on every screen
THUMBNAIL_SIDE = 80  # pixels: a face of 40 in a list, on a screen that is twice as fine
PORTRAIT_QUALITY = 80
ICON_SIDE = 180  # pixels, as home screens of iPhones ask for
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#15171b"
COVERED = 0.9  # share of a picture; one that covers more brings its own ground
MOST_PIXELS = 70_000_000  # beyond them even a JPEG, which is reduced as it is decoded, takes seconds
MOST_DECODED = 100_000_000  # bytes that a decoder may need at once
STRIP = 1_000_000  # pixels that are converted at once
MOST_SCANS = 32  # of a JPEG; each scan decodes the whole picture again, and programs write about ten
START_OF_SCAN = b"\xff\xda"  # ITU-T T.81, table B.1

ORIENTATION = ExifTags.Base.Orientation


def photo_of(raw: bytes) -> Photo:
    """Return the unsaved photo of an uploaded picture; raise ValidationError with a sentence if it is none."""
    picture, written = _decoded(raw), BytesIO()
    picture.save(written, "WEBP", quality=QUALITY, method=4)  # 6 takes seconds for transparent noise
    return photo(written.getvalue(), picture.size)


def photo(content: bytes, size: tuple[int, int]) -> Photo:
    """Return the unsaved photo of WebP bytes, `size` pixels wide and high."""
    width, height = size
    digest, portrait = sha256(content).hexdigest(), portrait_of(content)
    thumbnail = portrait_of(content, THUMBNAIL_SIDE)
    rest = {"width": width, "height": height, "brightness": brightness_of(content)}
    return Photo(digest=digest, content=content, portrait=portrait, thumbnail=thumbnail, **rest)


def size_of(content: bytes) -> tuple[int, int]:
    """Return the width and height of a WebP picture in pixels."""
    with Image.open(BytesIO(content), formats=["WEBP"]) as picture:
        return picture.size


def brightness_of(content: bytes) -> int | None:
    """Return the mean luma, 0 to 255, of what is seen of a WebP picture; None if it covers its own ground."""
    with Image.open(BytesIO(content), formats=["WEBP"]) as picture:
        if "A" not in picture.mode:
            return None
        grey, alpha = picture.convert("RGBA").convert("L"), picture.getchannel("A")
    is_covered = ImageStat.Stat(alpha).mean[0] > COVERED * 255
    seen = alpha.point(lambda opacity: 255 if opacity > 127 else 0)
    return None if is_covered or not seen.getbbox() else round(ImageStat.Stat(grey, seen).mean[0])


def icon_of(photo: Photo) -> bytes:
    """Return a square mark as PNG for tabs and home screens, on a ground on which it is seen."""
    with Image.open(BytesIO(photo.content), formats=["WEBP"]) as picture:
        mark = picture.convert("RGBA")
    ground = Image.new("RGBA", (max(mark.size),) * 2, DARK_GROUND if photo.is_light else LIGHT_GROUND)
    ground.alpha_composite(mark, tuple((max(mark.size) - side) // 2 for side in mark.size))
    written = BytesIO()
    icon = ground.convert("RGB").resize((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS)
    icon.quantize(256).save(written, "PNG", optimize=True)
    return written.getvalue()


def portrait_of(content: bytes, side: int = PORTRAIT_SIDE) -> bytes:
    """Return a photo's WebP bytes as small as pages show faces: a fifth of the bytes, to save bandwidth."""
    written = BytesIO()
    with Image.open(BytesIO(content), formats=["WEBP"]) as picture:
        picture.thumbnail((side, side))
        picture.save(written, "WEBP", quality=PORTRAIT_QUALITY, method=6)
    return written.getvalue()


def _decoded(raw: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as picture:
            _refuse_too_large(picture, raw)
            least = 2 * SIDE / max(picture.size)  # twice what is kept, for a good picture
            picture.draft("RGB", tuple(math.ceil(side * least) for side in picture.size))
            return _small(picture)
    except Image.DecompressionBombError as bomb:
        raise ValidationError(_("This picture has too many pixels. Choose a smaller one."), code="pixels") from bomb
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError) as broken:
        # Pillow's readers raise all of these for broken files.
        sentence = _("We cannot read this picture. Use JPEG, PNG or WebP.")
        raise ValidationError(sentence, code="unreadable") from broken


def _refuse_too_large(picture: Image.Image, raw: bytes) -> None:
    """Raise ValidationError for a picture whose decoding would take too much memory or time."""
    pixels = picture.width * picture.height
    most = min(MOST_PIXELS, int(MOST_DECODED / _bytes_for_a_pixel(picture, raw)))
    if pixels > most:
        shrunk = math.sqrt(most / pixels)
        words = {"width": picture.width, "height": picture.height}
        words |= {"most_width": int(picture.width * shrunk), "most_height": int(picture.height * shrunk)}
        sentence = _(
            "This picture is %(width)d × %(height)d pixels. "
            "Make it at most %(most_width)d × %(most_height)d and try again."
        )
        raise ValidationError(sentence % words, code="pixels")
    if picture.format == "JPEG" and raw.count(START_OF_SCAN) > MOST_SCANS:
        raise ValidationError(
            _("This JPEG has too many scans. Export it again as a standard (baseline) JPEG."), code="scans"
        )


def _bytes_for_a_pixel(picture: Image.Image, raw: bytes) -> float:
    """Return how much memory a decoder takes for each pixel, as measured with Pillow 13."""
    if picture.format == "WEBP":
        return 20  # the decoder of animations holds every picture three times over, and hands on two copies
    if picture.format == "PNG":
        return {"1": 1, "L": 1, "P": 1, "I;16": 2}.get(picture.mode, 4)
    return _coefficients_for_a_pixel(picture) * 2 if _comes_in_layers(picture, raw) else 1


def _comes_in_layers(picture: Image.Image, raw: bytes) -> bool:
    """Tell whether a JPEG has to be held whole before the first pixel is known: progressive, or colour by colour.

    Any other is reduced while it is decoded. The length of a scan's header tells how many colours are in it
    (ITU-T T.81 §B.2.3).
    """
    at = raw.find(START_OF_SCAN)
    is_whole = 0 <= at < len(raw) - 4 and raw[at + 4] == len(picture.getbands())
    return "progressive" in picture.info or not is_whole


def _coefficients_for_a_pixel(picture: Image.Image) -> float:
    """Return how many numbers a JPEG holds for each pixel, by how finely each colour is sampled."""
    finest = max(across * down for _name, across, down, _table in picture.layer)
    return sum(across * down for _name, across, down, _table in picture.layer) / finest


def _small(picture: Image.Image) -> Image.Image:
    """Return a fresh upright copy within SIDE × SIDE that carries pixels and nothing else."""
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    orientation = picture.getexif().get(ORIENTATION, 1)
    small = _reduced(picture, "RGBA" if has_alpha else "RGB")
    small.thumbnail((SIDE, SIDE))
    small.info.clear()
    small.getexif()[ORIENTATION] = orientation
    upright = ImageOps.exif_transpose(small)
    upright.info.clear()
    return upright


def _reduced(picture: Image.Image, mode: str) -> Image.Image:
    """Return a copy in this mode, at least twice as large as what is kept, made strip by strip: whole ones add up."""
    factor = max(1, max(picture.size) // (2 * SIDE))
    rows = max(1, STRIP // (picture.width * factor)) * factor
    small = Image.new(mode, tuple(math.ceil(side / factor) for side in picture.size))
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(top + rows, picture.height))).convert(mode)
        small.paste(strip.reduce(factor), (0, top // factor))
    return small
