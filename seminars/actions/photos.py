"""Keeping photos: what people upload is decoded under guards and stored as small WebP free of metadata."""

from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from seminars.models import Photo, publishing

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000  # what a camera makes; decoding more could fill the memory
SIDE = 512  # pixels
QUALITY = 85


def keep(upload: BinaryIO) -> Photo:
    """Store an uploaded picture and return its row, the present one where it is known already; see `read`."""
    return store(read(upload))


def read(upload: BinaryIO) -> Photo:
    """Return the unsaved photo of an uploaded picture; raise ValidationError with a sentence if it is none.

    Only the first frame is taken, upright as EXIF says, at most SIDE pixels wide and high, without any metadata.
    """
    upload.seek(0)
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValidationError(_("This picture is larger than 10 MB. Choose a smaller one."), code="size")
    picture = _decoded(raw)
    content = BytesIO()
    picture.save(content, "WEBP", quality=QUALITY, method=6)
    key = sha256(content.getvalue()).hexdigest()
    return Photo(digest=key, content=content.getvalue(), width=picture.width, height=picture.height)


def store(photo: Photo) -> Photo:
    """Write what `read` returned unless the same photo is kept already; return the row."""
    with publishing():
        known = Photo.objects.filter(digest=photo.digest).first()
        if known is None:
            photo.save(force_insert=True)
        return known or photo


def _decoded(raw: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("This picture has too many pixels. Choose a smaller one."), code="pixels")
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            return _small(picture)
    except Image.DecompressionBombError as bomb:
        raise ValidationError(_("This picture has too many pixels. Choose a smaller one."), code="pixels") from bomb
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError) as broken:
        # Pillow's readers raise all of these on files that are cut off or made up.
        sentence = _("This is not a picture that we can read. Use JPEG, PNG or WebP.")
        raise ValidationError(sentence, code="unreadable") from broken


def _small(picture: Image.Image) -> Image.Image:
    """Return a fresh upright copy within SIDE × SIDE that carries pixels and nothing else."""
    upright = ImageOps.exif_transpose(picture)
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    small = upright.convert("RGBA" if has_alpha else "RGB")
    small.thumbnail((SIDE, SIDE))
    small.info.clear()
    return small
