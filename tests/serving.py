"""Whole sites for tests: gunicorn, a process beside it that edits talks, and visitors."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from urllib.parse import urlencode

from tests.benchmarks.inside import Inside
from tests.benchmarks.serving import ROOT, Server, environment
from tests.services import free_port

TOKEN = "a" * 32


def organiser(rows, **further):
    """A process that runs the commands of tests/site_commands.py, or of another module."""
    return Inside(rows, **{"commands": "tests.site_commands"} | further)


@contextlib.contextmanager
def alone(server, pid):
    """Stop all other workers, so that this one answers every request in the block."""
    others = [other for other in server.workers() if other != pid]
    for other in others:
        os.kill(other, signal.SIGSTOP)
    try:
        yield
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


def answers_of_each_worker(server, path):
    """The status and bytes of the answer of each worker."""
    answers = []
    for pid in server.workers():
        with alone(server, pid):
            answer = server.get(path)
            answers.append((answer.status, answer.body.replace(b"\r\n ", b"").decode()))
    return answers


class Desk:
    """The browser of a signed-in person."""

    def __init__(self, server, session):
        self.server = server
        self.cookies = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}

    def get(self, address):
        answer = self.server.get(address, self.cookies)
        return SimpleNamespace(status_code=answer.status, content=answer.body)

    def post(self, address, form):
        """Send a form; return status and page of the answer."""
        body = urlencode(form | {"csrfmiddlewaretoken": TOKEN})
        headers = self.cookies | {"Content-Type": "application/x-www-form-urlencoded"}
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        with contextlib.closing(line):
            line.request("POST", address, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()


class SocketService(Server):
    """A site that gets its socket from outside, as seminars.service does from seminars.socket: sd_listen_fds(3)."""

    def __init__(self, listener, rows):
        self.port = listener.getsockname()[1]
        command = f'exec 3<&{listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" -m gunicorn'
        self.process = subprocess.Popen(
            ["bash", "-c", command, sys.executable],
            cwd=ROOT, env=environment(rows), pass_fds=[listener.fileno()], start_new_session=True,
        )  # fmt: skip


def await_workers(server, *, without, count=2):
    """Wait until `count` workers serve, none of them in `without`."""
    deadline = time.monotonic() + 30
    while len(new := set(server.workers()) - set(without)) < count or set(server.workers()) & set(without):
        assert time.monotonic() < deadline, "no new workers"
        time.sleep(0.05)
    return new


class Visitors:
    """Readers who request pages without a pause. `answers` has the results, `failures` the errors."""

    def __init__(self, server, *paths, kept_alive=0, committed=lambda: 0):
        self.server, self.committed = server, committed
        self.answers, self.failures, self.over = [], [], threading.Event()
        kinds = [(path, False) for path in paths] + [(paths[0], True)] * kept_alive
        self.threads = [threading.Thread(target=self._read, args=kind) for kind in kinds]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _read(self, path, stay):
        line = self._line()
        while not self.over.is_set():
            known = self.committed()
            try:
                if not stay:
                    line.close()
                line.request("GET", path)
                answer = line.getresponse()
                body = answer.read().replace(b"\r\n ", b"").decode()
                self.answers.append((answer.status, known, [int(number) for number in re.findall(r"Edit (\d+)", body)]))
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{path}: {error!r}")
                line.close()
                line = self._line()
                time.sleep(0.01)
        line.close()

    def _line(self):
        return http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)

    def statuses(self):
        return {status for status, _known, _numbers in self.answers}


def site(rows, **further):
    return Server.of_site(rows, **further)


def unprepared(rows, **further):
    """The site without the preparation step, which writes: its rows and static files are what they are."""
    port = free_port()
    return Server(["-m", "gunicorn", "--bind", f"127.0.0.1:{port}"], environment(rows, port, **further))


def echo(*further_binds, **further):
    """The same gunicorn with tests/echo_app.py in place of the site; it listens at further addresses too."""
    port = free_port()
    binds = [part for bind in (f"127.0.0.1:{port}", *further_binds) for part in ("--bind", bind)]
    command = ["-m", "gunicorn", *binds, "tests.echo_app"]
    return Server(command, environment("sqlite://:memory:", port, **further))


def percentile(share, values):
    """The value that this share of all values does not exceed."""
    return sorted(values)[int(share * (len(values) - 1))]


def milliseconds(server, path, times):
    """The times of this many requests in milliseconds. A request is given up after five seconds."""
    return [_milliseconds(server, path) for _ in range(times)]


def _milliseconds(server, path):
    began = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    with contextlib.closing(line), contextlib.suppress(TimeoutError):
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200
    return (time.perf_counter() - began) * 1000
