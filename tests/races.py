"""Two processes that change the same rows at the same moment, each with its own database connection."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD_START = 0.004  # seconds until both begin: enough for both to have read the command


class Racer:
    """A process that runs the commands of tests/race_worker.py."""

    def __init__(self, database):
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "seminars.settings", "DATABASE_URL": database}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.race_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def call(self, name, *arguments, at=0.0):
        self.process.stdin.write(json.dumps({"name": name, "arguments": arguments, "at": at}) + "\n")
        self.process.stdin.flush()

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def does(self, name, *arguments):
        self.call(name, *arguments)
        return self.answer()["did"]

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def race(racers, first, second):
    """Start both commands at the same moment and return both results."""
    start = time.time() + HEAD_START
    for racer, (name, *arguments) in zip(racers, (first, second), strict=True):
        racer.call(name, *arguments, at=start)
    return [racer.answer() for racer in racers]


def outcomes(results):
    """Return the number of successes, the messages of the refusals, and the unexpected errors."""
    told = [sentence for result in results for sentence in result.get("refused", [])]
    return (
        sum("did" in result for result in results),
        told,
        [result["broke"] for result in results if "broke" in result],
    )
