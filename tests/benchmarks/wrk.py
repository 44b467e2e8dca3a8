"""The load generator: wrk, from Debian."""

import re
import shutil
import subprocess
import sys
from typing import NamedTuple

from tests.benchmarks.serving import Server

CONNECTIONS = 8  # as many as the threads of both workers
COMMAND = ("wrk", "--threads=1", f"--connections={CONNECTIONS}", "--timeout=10s")


def refuse_without() -> None:
    if shutil.which("wrk") is None:
        sys.exit("The load generator is missing. On Debian and Ubuntu: apt install wrk")


class Load(NamedTuple):
    """What came of some seconds of load."""

    rate: float  # answers per second
    cost: float  # microseconds of the workers' processor time for each answer; hardly moved by what else runs


def load(server: Server, path: str, *, seconds: float, headers: dict[str, str] | None = None) -> Load:
    """Let requests follow one another on kept-alive connections."""
    options = [f"--header={name}: {value}" for name, value in (headers or {}).items()]
    command = [*COMMAND, f"--duration={seconds}s", *options, f"http://127.0.0.1:{server.port}{path}"]
    before = server.processor_seconds()
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = server.processor_seconds() - before
    if failures := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", said):
        raise RuntimeError(f"{path}: {failures[0]}")
    answers = int(re.search(r"(\d+) requests in", said)[1])
    return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), used / answers * 1e6)
