"""The WSGI callable that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminars.settings")

site = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # Django would do it while the first visitor waits

# Models can be imported only now.
counted = import_module("seminars.metrics").CountedAnswers(import_module("seminars.logs").KnownRequests(site))
cached = import_module("seminars.page_cache.wsgi").WSGICache(counted)
application = import_module("seminars.zone_watch").ZoneWatch(cached)
