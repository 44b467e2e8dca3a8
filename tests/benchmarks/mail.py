"""How fast the outbox sends beside Django alone, what that takes of memory, and who waits meanwhile."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from tests.benchmarks.departments import copy_of
from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import ROOT, Server
from tests.benchmarks.site import Bench
from tests.services import free_port

READERS, AT_A_TIME, TIMES = 5000, 500, 4
MOST_SECONDS, LEAST_RATE, MOST_MEMORY, LONGEST_TURN, MOST_SLOWER = 60, 0.8, 10, 200, 2
PAGES = 100


def sending(bench: Bench, table: Table) -> None:
    """Send the talks of the week to 5 000 subscribers over one connection to a mail server on this machine."""
    folder = bench.folder / "mail"
    folder.mkdir()
    rows = copy_of(200, folder)
    with _mail_server() as port, Inside(rows, commands="tests.benchmarks.mail_inside") as process:
        process("subscribe", READERS)
        took = process("prepare_weekly_emails")
        table.note("others wait while 5 000 weekly emails are prepared", LONGEST_TURN, "ms", took["longest"] * 1000)
        for _ in range(TIMES):  # in turn, since the machine is not equally fast all the time
            ours, plain = process("send", port, AT_A_TIME), process("send_plainly", port, AT_A_TIME)
            made_of = {"a second": AT_A_TIME / ours["seconds"], "plainly": AT_A_TIME / plain["seconds"]}
            ratio = plain["seconds"] / ours["seconds"]
            table.note("sending, beside Django alone", LEAST_RATE, "×", ratio, at_least=True, **made_of)
        whole = process("send", port, READERS - TIMES * AT_A_TIME)
        seconds = whole["seconds"] * READERS / (READERS - TIMES * AT_A_TIME)
        table.note("5 000 weekly emails are sent", MOST_SECONDS, "s", seconds)
        table.note("memory that sending 5 000 weekly emails takes more", MOST_MEMORY, "MB", whole["grown"])
        _visiting(rows, process, port, table)


def _visiting(rows: str, process: Inside, port: int, table: Table) -> None:
    """Open a page while letters are sent, and while none are."""
    with Server.of_site(rows) as server:
        server.warm("/")
        quiet = median(server.milliseconds("/") for _page in range(PAGES))
        process("prepare_weekly_emails")
        process("begin_to_send", port)
        busy = median(server.milliseconds("/") for _page in range(PAGES))
        sent = process("stop_sending")
    if not sent:
        raise RuntimeError("Nothing was sent while pages were opened.")
    words = {"ms quiet": quiet, "ms while letters are sent": busy}
    table.note("a page while letters are sent", MOST_SLOWER, "×", busy / quiet, **words)


@contextlib.contextmanager
def _mail_server() -> Iterator[int]:
    """A mail server that takes everything, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    time.sleep(2)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)
