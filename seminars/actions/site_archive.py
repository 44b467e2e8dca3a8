"""The whole site in one archive, to keep or to take elsewhere: rows, photos, and the feeds that anyone can read."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import listings
from seminars.formats import csvfile, ics, jsonfeed, redirects
from seminars.models import (
    Announcement,
    Bounce,
    Edition,
    FormerAddress,
    Letter,
    Passkey,
    PeriodicTask,
    Photo,
    SubscriptionRequest,
    TalkNews,
    Throttle,
    ToldTalk,
)
from seminars.models.edition import one_state
from seminars.models.page_addresses import TARGETS

ROWS = "seminars.json"
BATCH = 500  # rows that are read at once
# They belong to the place where the site runs.
_LEFT_OUT = {Bounce, Edition, Letter, Passkey, PeriodicTask, SubscriptionRequest, TalkNews, Throttle, ToldTalk}
_LEFT_OUT |= {Announcement}  # which two sites would send
_FEEDS = {"calendar.ics": ics, "talks.csv": csvfile, "feed.json": jsonfeed}
README = gettext_lazy(
    """\
This archive holds everything that a Seminars site stores.

seminars.json   every row: talks, drafts, people, private notes, history, accounts with hashed
                passwords, and the addresses of subscribers.
                Keep it private. To load it into a new, empty site:
                    python manage.py migrate
                    python manage.py loaddata seminars.json
                    python manage.py prepare
photos/         the photos, as pages show them
calendar.ics    all public talks, for calendar programs
talks.csv       the same for spreadsheets
feed.json       the same for programs (JSON Feed 1.1)
redirects.csv   former addresses, and the addresses to which they lead
"""
)


def write(path: Path) -> None:
    """Write the archive of one committed state, readable by its owner alone; raise ValidationError if it cannot be."""
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:  # mode 0600
            unfinished = Path(file.name)
            try:
                with one_state(), ZipFile(file, "w", ZIP_DEFLATED) as archive:
                    _fill(archive)
                file.flush()
                os.fsync(file.fileno())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink()
                raise
    except OSError as error:
        words = {"path": path, "reason": error.strerror or error}
        raise ValidationError(_("%(path)s cannot be written: %(reason)s.") % words) from error


def _fill(archive: ZipFile) -> None:
    archive.writestr("README.txt", str(README))
    with archive.open(ROWS, "w", force_zip64=True) as file:
        for part in _rows():
            file.write(part.encode())
    everything = listings.everything()
    for name, feed in _FEEDS.items():
        with archive.open(name, "w", force_zip64=True) as file:
            for part in feed.body(everything, past_too=True):
                file.write(part)
    addresses = FormerAddress.objects.select_related(*TARGETS).order_by("path")
    archive.writestr("redirects.csv", redirects.table(addresses))
    for photo in Photo.objects.order_by("pk").iterator(10):
        archive.writestr(f"photos/{photo.pk}.webp", bytes(photo.content), ZIP_STORED)


def _rows() -> Iterator[str]:
    """Yield every row as Django's `loaddata` reads it, as a list with one row on each line."""
    models = [model for model in apps.get_app_config("seminars").get_models() if model not in _LEFT_OUT]
    rows: Iterator[Model] = chain.from_iterable(model._base_manager.order_by("pk").iterator(BATCH) for model in models)
    between = "[\n"
    for row in rows:
        (written,) = serializers.serialize("python", [row])
        yield between + json.dumps(written, cls=_ExactTimes, ensure_ascii=False)
        between = ",\n"
    yield "[]" if between == "[\n" else "\n]\n"


class _ExactTimes(DjangoJSONEncoder):
    """Keep the microseconds of times, which Django's encoder cuts to milliseconds as ECMA-262 writes them."""

    def default(self, value: object) -> object:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)
