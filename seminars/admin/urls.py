"""The addresses of the desk. The first request below /admin/ loads them, so workers that only serve pages do without.

The desk takes 6 MB of a worker and some 0.3 s to load.
"""

import gc

from django.contrib import admin

from seminars.admin import (
    accounts,
    breaks,
    department,
    former_addresses,
    photos,
    rooms,
    series,
    sources,
    speakers,
    subscribers,
    talks,
    topics,
)

__all__ = [
    "accounts",
    "breaks",
    "department",
    "former_addresses",
    "photos",
    "rooms",
    "series",
    "sources",
    "speakers",
    "subscribers",
    "talks",
    "topics",
    "urlpatterns",
]  # fmt: skip

urlpatterns = admin.site.urls[0]

if gc.get_freeze_count():
    gc.freeze()  # as gunicorn.conf.py does with what a worker starts with
