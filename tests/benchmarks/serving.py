"""The measured servers: the site as `make run` starts it, and bare WSGI functions on the same gunicorn."""

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
READ_TIMEOUT = 180  # seconds; all of 20 000 talks may take a minute


def environment(rows: Path | str, port: int = 8000, **further: str) -> dict[str, str]:
    """Return the environment of a site with default settings, whatever the shell and `.env` say."""
    address = rows if isinstance(rows, str) else f"sqlite:///{rows}"
    own = {
        "DJANGO_SETTINGS_MODULE": "seminars.settings",  # those of the tests, if a test asks
        "SECRET_KEY": "only-for-measuring-" + "k" * 40,
        "DATABASE_URL": address,
        "PORT": str(port),
    }
    return os.environ | dict.fromkeys(SETTINGS, "") | own | further


class Server:
    """A gunicorn of our own on 127.0.0.1; leaving the context ends it."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.port = int(env["PORT"])
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True
        )

    @classmethod
    def of_site(cls, rows: Path | str, **further: str) -> "Server":
        """Start the site as `make run` does; the example is in the rows already."""
        return cls(["manage.py", "serve", "--empty", "--no-worker"], environment(rows, free_port(), **further))

    @classmethod
    def of_answers(cls, answers: dict[str, list], folder: Path) -> "Server":
        """Start the same gunicorn on a bare WSGI function that gives these answers from memory."""
        file = folder / "answers.json"
        file.write_text(json.dumps(answers))
        port = free_port()
        command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "tests.benchmarks.bare"]
        return cls(command, environment("sqlite://:memory:", port, BARE_ANSWERS=str(file)))

    def __enter__(self) -> "Server":
        try:
            self.await_answer()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def await_answer(self, path: str = "/", timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                return self.get(path)
            except (OSError, http.client.HTTPException) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"The server on port {self.port} does not answer.") from error
                time.sleep(0.005)

    def get(self, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        """Return the answer to a request on a connection of its own; its bytes are in `.body`."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=READ_TIMEOUT)) as line:
            line.request("GET", path, headers=headers or {})
            answer = line.getresponse()
            answer.body = answer.read()
        return answer

    def milliseconds(
        self, path: str, headers: dict[str, str] | None = None, statuses: tuple[int, ...] = (200,)
    ) -> float:
        """Return how long one request takes, from opening the connection to the last byte."""
        began = time.perf_counter()
        answer = self.get(path, headers)
        took = (time.perf_counter() - began) * 1000
        if answer.status not in statuses:
            raise RuntimeError(f"{path} was answered with {answer.status}.")
        return took

    def warm(self, *paths: str, headers: dict[str, str] | None = None) -> None:
        """Let every worker render these paths: so many connections at once go to all of them."""
        for path in paths * 2:
            lines = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=READ_TIMEOUT) for _ in range(8)]
            for line in lines:
                line.request("GET", path, headers=headers or {})
            for line in lines:
                line.getresponse().read()
                line.close()

    def workers(self) -> list[int]:
        """Return the process ids of the workers: proc(5), /proc/pid/task/tid/children."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def processor_seconds(self) -> list[float]:
        """Return what each worker computed so far: proc(5), /proc/pid/stat, fields 14 and 15."""
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers()]
        return [sum(map(int, line[11:13])) / os.sysconf("SC_CLK_TCK") for line in fields]

    def megabytes(self, *, peak: bool = False) -> float:
        """Return the resident memory of the largest worker, or the most that one had since `forget_peak()`."""
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in self.workers()]
        line = "VmHWM" if peak else "VmRSS"
        return max(int(re.search(rf"{line}:\s+(\d+)", status)[1]) for status in statuses) / 1024

    def forget_peak(self) -> None:
        """Let the peaks of resident memory begin anew: proc(5), /proc/pid/clear_refs."""
        for pid in self.workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")
