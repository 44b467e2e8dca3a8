"""A process beside the servers that edits talks, returns addresses and counts queries.

`python -m tests.benchmarks.inside MODULE` runs functions of that module: it reads one line of JSON per command from its
input and answers with one line each.
"""

import json
import os
import subprocess
import sys
from importlib import import_module

from tests.benchmarks.serving import ROOT, environment


class Inside:
    """A handle on such a process; `inside("edit")` runs a command there and returns what it returns."""

    def __init__(self, rows, commands="tests.benchmarks.commands", root=ROOT, **further):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "tests.benchmarks.inside", commands]
        self.process = subprocess.Popen(command, cwd=root, env=environment(rows, **further), **pipes)

    def __call__(self, name, *arguments):
        self.process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def main(name):
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminars.settings")
    django.setup()
    answers, sys.stdout = sys.stdout, sys.stderr  # what a command has to say is no answer
    commands = import_module(name)  # what it needs of Django is set up now
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        print(json.dumps(getattr(commands, command)(*arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
