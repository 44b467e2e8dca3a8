"""The load generator: wrk, from Debian."""

import re
import shutil
import subprocess
import sys

CONNECTIONS = 8  # as many as the threads of both workers
COMMAND = ("wrk", "--threads=1", f"--connections={CONNECTIONS}", "--timeout=10s")


def refuse_without() -> None:
    if shutil.which("wrk") is None:
        sys.exit("The load generator is missing. On Debian and Ubuntu: apt install wrk")


def rate(port: int, path: str, *, seconds: float, headers: dict[str, str] | None = None) -> float:
    """Return the answers per second to requests that follow one another on kept-alive connections."""
    options = [f"--header={name}: {value}" for name, value in (headers or {}).items()]
    command = [*COMMAND, f"--duration={seconds}s", *options, f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if failures := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", said):
        raise RuntimeError(f"{path}: {failures[0]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
