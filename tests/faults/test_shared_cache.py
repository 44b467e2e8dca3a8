"""A shared cache in front of the site, which is nginx here: what it sends, also while the site is away."""

import contextlib
import tempfile
import time
from pathlib import Path

import pytest

from tests import serving
from tests.nginx import CACHE, NGINX, Front
from tests.services import free_port

pytestmark = pytest.mark.skipif(not NGINX, reason="not installed here: nginx")
SECONDS = 2


@pytest.fixture
def rows(tmp_path, fill):
    return fill(tmp_path / "rows.sqlite3")


@contextlib.contextmanager
def front(server):
    """nginx, in a folder that its account may enter."""
    with (
        tempfile.TemporaryDirectory(prefix="seminars-", ignore_cleanup_errors=True) as name,
        Front(Path(name), free_port(), [server], cache=CACHE) as cache,
    ):
        yield cache


def test_by_default_an_edit_is_in_the_next_answer_of_a_shared_cache(rows, organiser):
    with serving.site(rows) as server, front(server) as cache:
        cache.warm("/")

        shown = organiser("retitle")

        assert shown in cache.get("/").body.decode()


def test_with_a_time_for_shared_caches_they_answer_alone_until_it_is_over_and_while_the_site_is_away(rows, organiser):
    with serving.site(rows, SHARED_CACHE_SECONDS=str(SECONDS)) as server, front(server) as cache:
        session, began = organiser("session"), time.monotonic()
        before = cache.get("/")
        shown = organiser("retitle")
        alone = cache.get("/")
        signed_in = serving.Desk(cache, session).get("/")
        in_time = time.monotonic() - began < SECONDS
        time.sleep(SECONDS + 1)  # nginx counts whole seconds
        updating = [cache.get("/"), time.sleep(1), cache.get("/")]
        server.stop()
        time.sleep(2 * SECONDS + 1)
        away = cache.get("/")

    assert in_time, "the machine is too busy to tell"
    assert (
        before.headers["Cache-Control"]
        == "public, max-age=0, s-maxage=2, stale-while-revalidate=2, stale-if-error=86400"
    )
    assert (alone.headers["X-Cache"], alone.body) == ("HIT", before.body)
    assert shown in signed_in.content.decode()
    assert updating[0].headers["X-Cache"] in {"STALE", "UPDATING"}
    assert shown in updating[2].body.decode()
    assert (away.status, away.headers["X-Cache"], shown in away.body.decode()) == (200, "STALE", True)
