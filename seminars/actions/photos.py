"""Store uploaded photos: each is made small and stored once."""

from importlib import import_module
from threading import Lock
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.models import Photo, publishing

MOST_BYTES = 10 * 1024 * 1024
WAIT = 10  # seconds

ONE_AT_A_TIME = Lock()  # decoders take much memory for a moment, so only one runs at a time


def keep(upload: BinaryIO) -> Photo:
    """Store an uploaded picture and return its row, or the existing row of the same picture; see `read`."""
    return store(read(upload))


def read(upload: BinaryIO) -> Photo:
    """Return the unsaved photo of an uploaded picture; raise ValidationError with a sentence if it is none.

    Only the first frame is taken, upright as EXIF says, at most SIDE pixels wide and high, without any metadata.
    """
    upload.seek(0)
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValidationError(_("This picture is larger than 10 MB. Choose a smaller one."), code="size")
    if not ONE_AT_A_TIME.acquire(timeout=WAIT):
        raise ValidationError(_("The site is busy with other pictures. Try again in a minute."), code="busy")
    try:
        # Imported by the first upload: Pillow takes 4 MB, and most workers never see a picture.
        return import_module("seminars.actions.pictures").photo_of(raw)
    finally:
        ONE_AT_A_TIME.release()


def again(content: bytes) -> Photo:
    """Return the unsaved photo that `read` made, from its WebP bytes."""
    pictures = import_module("seminars.actions.pictures")
    return pictures.photo(content, pictures.size_of(content))


def icon_of(mark: Photo) -> bytes:
    """Return the PNG bytes that tabs and home screens show of a square mark."""
    return import_module("seminars.actions.pictures").icon_of(mark)


def store(photo: Photo) -> Photo:
    """Write what `read` returned unless the same photo is kept already; return the row."""
    with publishing():
        known = Photo.objects.filter(digest=photo.digest).first()
        if known is None:
            photo.save(force_insert=True)
        return known or photo
