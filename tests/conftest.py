"""What every test may rely on: an empty cache, a known browser, the same random examples each time."""

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
