"""The worst uploads that are still taken, and what reading one costs; run in a process of its own (inside.py)."""

import os
import re
import time
from io import BytesIO
from pathlib import Path

from PIL import Image

from seminars.actions import photos

LARGEST_PHOTO = 10_000_000  # bytes


def make_photo(kind, folder):
    """Write a photo as large as is taken, in bytes or in what its decoder needs; return its path."""
    path = Path(folder) / kind
    encode = PICTURES[kind]
    path.write_bytes(encode())
    return str(path)


def read_photo(path):
    """Return the seconds of processor time and the megabytes above the usual that reading took."""
    raw = BytesIO(Path(path).read_bytes())
    Image.init()
    return costs(lambda: photos.read(raw))


def costs(work):
    """Return the seconds of processor time, and by how many megabytes memory was higher than before (proc(5))."""
    Path("/proc/self/clear_refs").write_text("5")
    before, began = _megabytes("VmRSS"), time.process_time()
    work()
    return time.process_time() - began, _megabytes("VmHWM") - before


def _megabytes(name):
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def _noise(size, mode, block, bits=8):
    """Random squares: the smaller they are and the more bits they have, the more bytes they take."""
    small = (size[0] // block + 1, size[1] // block + 1)
    bands = [
        Image.frombytes("L", small, os.urandom(small[0] * small[1])).point(lambda one: one >> (8 - bits)) for _ in mode
    ]
    noise = Image.merge(mode, bands) if len(mode) > 1 else bands[0]
    return noise.resize((small[0] * block, small[1] * block), Image.Resampling.NEAREST).crop((0, 0, *size))


def _encoded(picture, kind, **options):
    content = BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def _largest_jpeg(picture, **options):
    """Return it in the best quality that is still small enough."""
    tries = (_encoded(picture, "JPEG", quality=quality, **options) for quality in range(50, 0, -5))
    return next(one for one in tries if len(one) < LARGEST_PHOTO)


PICTURES = {
    "JPEG": lambda: _largest_jpeg(_noise((8360, 8360), "RGB", 8)),
    "progressive JPEG": lambda: _largest_jpeg(_noise((6000, 5550), "RGB", 4), progressive=True),
    "PNG": lambda: _encoded(_noise((5000, 5000), "RGBA", 4, bits=2), "PNG"),
    "noisy PNG": lambda: _encoded(_noise((1580, 1580), "RGBA", 1), "PNG"),
    "grey PNG": lambda: _encoded(_noise((8360, 8360), "L", 4, bits=2), "PNG"),
    "WebP": lambda: _encoded(_noise((2236, 2236), "RGB", 1), "WEBP", quality=95),
    "lossless WebP": lambda: _encoded(_noise((2236, 2236), "RGBA", 1, bits=3), "WEBP", lossless=True, method=0),
}
