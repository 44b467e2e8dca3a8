"""Commands for the process of tests/serving.py: a command of the site is killed at any of its steps.

A step is what others can see: a file, a folder or a database is made, renamed or removed, or a program starts. Python
tells of each before it happens (PEP 578).
"""

import os
import signal
import sys

from django.core.management import CommandError, call_command

from tests.database_queries import before_queries

SEEN = {"os.link", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect", "subprocess.Popen"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def killed_at(step, *words):
    """Run a command in a process that is killed before its step with this number; tell whether it came so far."""
    pid = os.fork()
    if pid == 0:
        _run(step, words)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _run(step, words):
    """Run the command and leave this copy of the process, whatever happens."""
    left, status = step, 1

    def count():
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def see(event, arguments):
        if event in SEEN or (event == "open" and arguments[2] & WRITES):
            count()

    sys.addaudithook(see)
    try:
        with before_queries("DATABASE", count):
            call_command(*words, stdout=sys.stderr)
        status = 0
    except CommandError as refused:
        sys.stderr.write(f"{refused}\n")
    finally:
        os._exit(status)
