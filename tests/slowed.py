"""The settings of a site whose talks and rooms take their time: `make bench` must notice (test_benchmarks.py)."""

import time

from seminars.settings import *  # noqa: F403
from seminars.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "tests.slowed.slowed"]


def slowed(get_response):
    def answer(request):
        if request.path.startswith(("/talks/", "/rooms/")):
            time.sleep(0.5)
        return get_response(request)

    return answer
