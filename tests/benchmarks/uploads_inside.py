"""The worst accepted uploads, and the cost of reading one, in a separate process (inside.py)."""

import contextlib
import os
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from PIL import Image

from seminars import importing
from seminars.actions import photos
from seminars.admin.importing import MOST_ADDED, MOST_TALKS
from seminars.forms.importing import LARGEST
from seminars.models import Series
from tests.benchmarks.costs import costs


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


def make_calendar(kind, folder):
    """Write a calendar of 2 MB; return its path."""
    path = Path(folder) / kind
    path.write_bytes(CALENDAR_LINES[kind]().encode()[:LARGEST])
    return str(path)


def read_calendar(path):
    """Return the seconds of processor time and the megabytes above the usual that reading, planning and saving took."""
    content = Path(path).read_bytes()
    return costs(lambda: _imported(content))


def _imported(content):
    """Do what the desk does with a file: plan it, and save what is planned."""
    with contextlib.suppress(ValidationError):
        plan = importing.plan_content(
            content, importing.ImportOptions(Series.objects.first().slug), name="a", most=MOST_TALKS
        )
        if len(plan.made) <= MOST_ADDED:
            importing.apply_plan(plan)


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
    return next(one for one in tries if len(one) < photos.MOST_BYTES)


PICTURES = {
    "JPEG": lambda: _largest_jpeg(_noise((8360, 8360), "RGB", 8)),
    "progressive JPEG": lambda: _largest_jpeg(_noise((6000, 5550), "RGB", 4), progressive=True),
    "PNG": lambda: _encoded(_noise((5000, 5000), "RGBA", 4, bits=2), "PNG"),
    "noisy PNG": lambda: _encoded(_noise((1580, 1580), "RGBA", 1), "PNG"),
    "grey PNG": lambda: _encoded(_noise((8360, 8360), "L", 4, bits=2), "PNG"),
    "WebP": lambda: _encoded(_noise((2236, 2236), "RGB", 1), "WEBP", quality=95),
    "lossless WebP": lambda: _encoded(_noise((2236, 2236), "RGBA", 1, bits=3), "WEBP", lossless=True, method=0),
}


def _event(number, *lines):
    start = f"DTSTART:2030{number // 28 % 12 + 1:02}{number % 28 + 1:02}T{number // 336 % 24:02}0000Z"
    own = [f"UID:{number}@example.edu", "SUMMARY:On engines", start]
    return "\r\n".join(["BEGIN:VEVENT", *own, *lines, "END:VEVENT", ""])


def _calendar(*parts):
    return "".join(["BEGIN:VCALENDAR\r\n", *parts, "END:VCALENDAR\r\n"])


def _zone(number):
    dates = ",".join(["19700101T000000"] * 240)
    lines = ["BEGIN:VTIMEZONE", f"TZID:Z{number}", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:-0500",
             "TZOFFSETTO:-0500", f"RDATE:{dates}", "END:STANDARD", "END:VTIMEZONE", ""]  # fmt: skip
    return "\r\n".join(lines)


CALENDAR_LINES = {
    "many talks": lambda: _calendar(
        *(_event(n, f"LOCATION:Room {n}", "DESCRIPTION:" + "word " * 3900) for n in range(MOST_TALKS))
    ),
    "events without number": lambda: _calendar(*(_event(n) for n in range(20_000))),
    "lines": lambda: _calendar(_event(0, *["X-A:1"] * 290_000)),
    "odd lines": lambda: _calendar(*(_event(n, *["odd"] * 780) for n in range(MOST_TALKS))),
    "one line": lambda: _calendar(_event(0, "LOCATION:" + "Room, " * 340_000)),
    "topics": lambda: _calendar(
        *(_event(n, "CATEGORIES:" + ",".join(f"{n}-{c}" for c in range(500))) for n in range(MOST_TALKS))
    ),
    "zones": lambda: _calendar(
        *(_zone(n) + _event(n).replace("DTSTART", f"DTSTART;TZID=Z{n}").replace("Z\r", "\r") for n in range(MOST_TALKS))
    ),
    "components": lambda: _calendar("BEGIN:VEVENT\r\n" * 149_000),
}
