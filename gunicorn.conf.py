"""How gunicorn serves Seminars; GUNICORN_CMD_ARGS in the environment overrides any line."""

import contextlib
import ctypes
import gc
import mmap
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import environ
from gunicorn import glogging

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"  # a proxy or a tunnel stands between us and the network
wsgi_app = "seminars.wsgi"

# Slow visitors wait in its main loop and hold no thread (docs/decisions/server.md).
worker_class = "seminars.server.worker.Worker"
worker_connections = 1000  # in each worker; beyond that, the connection that has waited longest is closed
for name in [name for name in sys.modules if name.partition(".")[0] == "seminars"]:
    del sys.modules[name]  # a reload reads this file again and is to bring a new worker class too

workers = 2  # one for each core of a small machine; more than cores gains nothing on pages from the cache
threads = 4  # requests that are computed at once in each worker; who waits for the database lets others go on
timeout = 60  # seconds; longer than the longest import, shorter than an organiser's patience
graceful_timeout = 15  # seconds that answers under way get when we stop or reload
keepalive = 5  # seconds; a browser's next request, for a style sheet, comes on the same connection

COUNTING = 64  # workers at a time, those included that finish while new ones start at a reload

max_requests = 200_000  # a worker is renewed after some days, so that no library's small leak adds up
max_requests_jitter = 20_000  # and never both at once

# `kill -HUP` must bring new code and new settings without refusing anybody: each worker reads the program itself, the
# new ones answer the requests that wait. Preloaded, the master would fork its old program again. The price is
# some 40 MB that the workers do not share; a wrong setting is told by `manage.py prepare`, which goes before.
preload_app = False
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112  a slow disk must not look like a hang
forwarded_allow_ips = "127.0.0.1,::1"  # only a proxy on this machine may say that the visitor came by HTTPS
control_socket_disable = True  # we are stopped and started by signals; one door less
accesslog = None  # who reads which talk is nobody's business; a proxy may count
errorlog = "-"
loglevel = "warning"

# Python computes in one thread at a time, so one heap will do; glibc would give each thread its own, 20 MB more in all.
# A feed of megabytes goes back to the system at once: glibc would come to keep such room, in pieces, for ever.
with contextlib.suppress(AttributeError, OSError):  # another C library has no such choices
    mallopt = ctypes.CDLL(None).mallopt
    mallopt(-8, 1)  # M_ARENA_MAX, mallopt(3)
    mallopt(-3, 128 * 1024)  # M_MMAP_THRESHOLD, in bytes


def _write_as_the_site(log: Any) -> None:
    """Write gunicorn's lines in LOG_FORMAT and without keys."""

    class Own(environ.Env):
        ENVIRON = dict(os.environ)  # a copy: what the main process took from .env, no reload would change any more

    Own.read_env(Path(__file__).with_name(".env"))
    formatters = import_module("seminars.logs").FORMATTERS
    formatter = formatters.get(Own.ENVIRON.get("LOG_FORMAT", "").strip().lower(), formatters["text"])
    for handler in [*log.error_log.handlers, *log.access_log.handlers]:
        handler.setFormatter(formatter(handler.formatter._fmt, handler.formatter.datefmt))


class Logger(glogging.Logger):
    """The lines of the main process: of workers that did not start, or were killed."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        _write_as_the_site(self)
        del sys.modules["seminars.logs"], sys.modules["seminars"].logs  # each worker reads its own


logger_class = Logger


def pre_fork(server: Any, worker: Any) -> None:
    """Give the new worker a row of the table in which all workers count (seminars/metrics.py)."""
    if not hasattr(server, "counted"):
        server.counted = mmap.mmap(-1, COUNTING * 1024)
    taken = {other.counted[1] for other in server.WORKERS.values() if hasattr(other, "counted")}
    worker.counted = server.counted, next((row for row in range(COUNTING) if row not in taken), COUNTING - 1)


def post_worker_init(worker: Any) -> None:
    """Keep keys out of gunicorn's own lines, then let the garbage collector pass over the program itself.

    The first answers after an edit come some 6 % sooner that way. What is left to look through is little, so it is
    collected often: rows that were read point at each other, and would pile up to 5 MB that Python never returns.
    """
    _write_as_the_site(worker.log)
    import_module("seminars.metrics").use(*worker.counted)
    gc.collect()
    gc.freeze()
    gc.collect()  # Python collects everything once it has grown by a quarter, from here on by a quarter of nothing
    gc.set_threshold(700, 5, 2)
