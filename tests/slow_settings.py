"""Settings of a site with slow talk and room pages: `make bench` must notice them (test_benchmarks.py)."""

import time

from seminars.settings import *  # noqa: F403
from seminars.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "tests.slow_settings.slowed"]


def slowed(get_response):
    def answer(request):
        if request.path.startswith(("/talks/", "/rooms/")):
            time.sleep(0.5)
        return get_response(request)

    return answer
