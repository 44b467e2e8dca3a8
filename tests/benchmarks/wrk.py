"""The load generator: wrk, from Debian."""

import re
import shutil
import subprocess
import sys
from typing import NamedTuple

from tests.benchmarks.serving import Server

CONNECTIONS = 8  # as many as the threads of both workers
SECONDS = 1  # the shortest that wrk knows
COMMAND = ("wrk", "--threads=1", f"--connections={CONNECTIONS}", "--timeout=10s", f"--duration={SECONDS}s")
LEAST_SHARE = 0.25  # of the work, for the worker that had less of it
TRIES = 20


def refuse_without() -> None:
    if shutil.which("wrk") is None:
        sys.exit("The load generator is missing. On Debian and Ubuntu: apt install wrk")


class Load(NamedTuple):
    """The result of a second of load."""

    rate: float  # answers per second
    cost: float  # microseconds of the workers' processor time for each answer; hardly moved by what else runs


def load(server: Server, path: str, headers: dict[str, str] | None = None) -> Load:
    """Send request after request on kept connections, spread over the workers.

    Which worker accepts which connection is chance; where one has hardly any, it is dealt again.
    """
    for _ in range(TRIES):
        before = server.processor_seconds()
        said = _said(server, path, headers or {})
        used = [now - then for now, then in zip(server.processor_seconds(), before, strict=True)]
        if min(used) >= LEAST_SHARE * sum(used):
            answers = int(re.search(r"(\d+) requests in", said)[1])
            return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), sum(used) / answers * 1e6)
    raise RuntimeError(f"{path}: one worker had next to nothing to do, {TRIES} times.")


def _said(server: Server, path: str, headers: dict[str, str]) -> str:
    options = [f"--header={name}: {value}" for name, value in headers.items()]
    command = [*COMMAND, *options, f"http://127.0.0.1:{server.port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if failures := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", said):
        raise RuntimeError(f"{path}: {failures[0]}")
    return said
