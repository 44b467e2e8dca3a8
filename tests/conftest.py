"""Fixtures for all tests: an empty cache, a stopped clock, signed-in clients, races and the browser."""

import os
import re
import runpy
import shutil
from pathlib import Path

import hypothesis
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from seminars.actions import talk_news
from tests import clocks, statements
from tests.admin_forms import signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.races import Racer
from tests.services import empty_database
from tests.spreadsheets import make_full_talk
from tests.tables import with_tables
from tests.wsgi_client import WSGIClient

HERE = Path(__file__).parent
MARKED = {HERE / "browser": "browser", HERE / "faults": "faults"}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ROWS = {"db", "transactional_db", "race_database"}
NO_CHROMIUM = "no Chromium on this machine: install the package chromium, then run the tests again"

hypothesis.settings.register_profile("same", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser):
    statements.add_options(parser)


def pytest_configure(config):
    statements.register(config)


def pytest_collection_modifyitems(items):
    for item in items:
        for folder in MARKED.keys() & set(item.path.parents):
            item.add_marker(MARKED[folder])
        if item.get_closest_marker("django_db") or ROWS & set(item.fixturenames):
            item.add_marker("rows")
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
def series(db):
    """A series. Test modules that need another one define their own `series`."""
    return make_series(short_name="ASSET", name="ASSET", slug="asset")


@pytest.fixture
def priml(db):
    """A second series."""
    return make_series(short_name="PRiML", name="PRiML", slug="priml")


@pytest.fixture
def ada(db):
    return make_speaker(name="Ada Lovelace", affiliation="London", email="ada@example.org")


@pytest.fixture
def talk(series, ada):
    """A public talk that prints a speaker, a room and a topic. Test modules can define their own `talk`."""
    return make_talk(
        series=series, title="On engines", abstract="On engines.", speakers=[ada], room=make_room(name="307"),
        topics=[make_topic(name="Engines")], starts_at=in_new_york(2035, 11, 7, 12),
    )  # fmt: skip


@pytest.fixture
def other_talk(db):
    """A public talk that has nothing in common with `talk`."""
    return make_talk(speakers=["Grace Hopper"], topics=[make_topic()], room=make_room())


@pytest.fixture
def administrator_client(db):
    """The browser of a signed-in administrator. The `admin_client` of pytest-django has other defaults."""
    return signed_in(make_administrator())


@pytest.fixture
def organiser_client(series):
    """The browser of Grace Hopper, a signed-in organiser of `series`."""
    return signed_in(make_organiser(series, first_name="Grace", last_name="Hopper"))


@pytest.fixture
def two_series_client(series, priml):
    """The browser of a signed-in organiser of `series` and `priml`."""
    return signed_in(make_organiser(series, priml))


@pytest.fixture
def other_organiser_client(db):
    """The browser of Bea Organiser, a signed-in organiser of another series."""
    return signed_in(make_organiser(first_name="Bea", last_name="Organiser"))


@pytest.fixture
def behind_proxy(settings):
    """Let the site believe X-Forwarded-For."""
    settings.BEHIND_PROXY = True


@pytest.fixture
def private_sources(settings):
    """Let sources be on servers of this machine."""
    settings.SOURCES_MAY_BE_PRIVATE = True


@pytest.fixture
def full_talk(db):
    """A talk of which every field says something."""
    return make_full_talk()


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
        yield f"sqlite:///{with_tables(tmp_path_factory.mktemp('races') / 'rows.sqlite3')}"


@pytest.fixture(scope="module")
def two_racers(race_database):
    racers = [Racer(race_database), Racer(race_database)]
    racers[0].does("prepare")
    yield racers
    for racer in racers:
        racer.end()


@pytest.fixture
def safe(settings, tmp_path):
    """The settings of a site on the network, and a backup folder of its own."""
    settings.SITE_URL, settings.IS_HTTPS = "https://talks.example.edu", True
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_DIR.mkdir(mode=0o700)
    return settings


@pytest.fixture
def in_a_file(tmp_path, monkeypatch):
    """The path of the database file that the site would have."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has a file")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "rows.sqlite3"))
    return tmp_path / "rows.sqlite3"


@pytest.fixture
def waiting(settings):
    """Letters wait until they are sent."""
    settings.MAIL_AT_ONCE = False


@pytest.fixture
def begun(db):
    """A site without talks, whose worker tells subscribers of new and changed ones."""
    talk_news.tell()


@pytest.fixture
def known(request, series):
    """A talk at the `NOON` of the test's module that subscribers know, on such a site."""
    room, noon = make_room(name="307"), request.module.NOON
    talk = make_talk(series=series, title="On engines", room=room, speakers=["Ada"], starts_at=noon)
    talk_news.tell()
    return talk


@pytest.fixture(scope="session")
def university():
    """A running provider of OpenID Connect (tests/single_sign_on.py)."""
    from tests.single_sign_on import provider  # which brings a whole web framework along

    with provider() as running:
        yield running


@pytest.fixture
def sso(settings, university):
    """Switch single sign-on on, for a person whom the provider knows; `sso(rules=…)` changes settings."""
    from tests.single_sign_on import BACKENDS, know, settings_for

    university.asked.clear()
    university.changes.clear()
    settings.AUTHENTICATION_BACKENDS = BACKENDS

    def switch(**further):
        settings.SINGLE_SIGN_ON = settings_for(university.issuer, **further)
        return university.issuer

    know(switch())
    return switch


@pytest.fixture
def settings_with(monkeypatch):
    """Read settings.py afresh, every variable that it knows blank but those given."""

    def read(**environment):
        for name in re.findall(r"^#?([A-Z_]+)=", (HERE.parent / ".env.example").read_text(), re.M):
            monkeypatch.setenv(name, "")
        monkeypatch.setenv("SECRET_KEY", "k" * 50)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(HERE.parent / "seminars" / "settings.py"))

    return read


@pytest.fixture
def sent_over(settings):
    """Let letters go to a mail server as on a real site."""

    def to(url):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, _colon, port = url.removeprefix("smtp://").partition(":")
        settings.EMAIL_PORT = int(port)

    return to


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
