"""Fixtures for all tests: an empty cache, a stopped clock, signed-in clients, races and the browser."""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from tests import clocks
from tests.factories import in_new_york
from tests.races import Racer
from tests.services import empty_database
from tests.wsgi_client import WSGIClient

HERE = Path(__file__).parent
MARKED = {HERE / "browser": "browser", HERE / "faults": "faults"}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_CHROMIUM = "no Chromium on this machine: install the package chromium, then run the tests again"

hypothesis.settings.register_profile("same", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(items):
    for item in items:
        for folder in MARKED.keys() & set(item.path.parents):
            item.add_marker(MARKED[folder])
        if item.get_closest_marker("browser") and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def monday():
    """Stop the clock at 9:00 in New York on Monday, 3 November 2025."""
    with time_machine.travel(in_new_york(2025, 11, 3, 9), tick=False) as clock:
        yield clock


@pytest.fixture
def clock(request):
    """Stop the clock at the `NOW` of the test's module. Call `clock.move_to(…)` or `clock.shift(…)` to change it."""
    with time_machine.travel(request.module.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def wsgi_client():
    """The WSGI cache around Django. `wsgi_client.asked` counts the requests that reach Django."""
    return WSGIClient()


@pytest.fixture(scope="module")
def race_database(tmp_path_factory):
    """The address of an empty database for races, of the kind that the tests use."""
    if server := os.environ.get("TEST_DATABASE_URL"):
        with empty_database(server) as address:
            yield address
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('races') / 'rows.sqlite3'}"


@pytest.fixture(scope="module")
def two_racers(race_database):
    racers = [Racer(race_database), Racer(race_database)]
    racers[0].does("prepare")
    yield racers
    for racer in racers:
        racer.end()


@pytest.fixture
def racers(two_racers):
    """Two processes for tests/races.py, and a database without talks."""
    two_racers[0].does("clear")
    return two_racers


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's own Chromium; root has no sandbox to offer it."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    quiet = ["--disable-gpu", "--disable-background-networking"]
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": sandbox + quiet}


@pytest.fixture
def new_context(new_context):
    """Browsers begin with the clock of the tests, where that was set (tests/clocks.py)."""

    def make(**options):
        context = new_context(**options)
        if clocks.IS_SET:
            context.clock.install(time=timezone.now())
        return context

    return make
