"""Picture files to upload in tests."""

from io import BytesIO

from PIL import Image


def picture(kind="JPEG", size=(800, 600), colour="teal", mode="RGB", **options):
    """Return an image file as a browser uploads it."""
    content = BytesIO()
    Image.new(mode, size, colour).save(content, kind, **options)
    return BytesIO(content.getvalue())
