"""A worker that is slow, crashes or stops if a formula says so, to test how the real one is supervised."""

import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "seminars" / "text"))

import mathml_worker


def convert(formula, is_display):
    if "slow" in formula:
        while True:
            pass
    if "busy" in formula:
        began = time.process_time()
        while time.process_time() < began + 0.05:
            pass
    if "waits" in formula:
        time.sleep(0.05)
    if "halt" in formula:
        os.kill(os.getpid(), signal.SIGSTOP)  # no timer of its own ends it now
    if "fall" in formula:
        os.abort()
    if "large" in formula:
        return "x" * 2**40
    if "stop" in formula and not Path(formula.partition(" ")[2]).exists():
        Path(formula.partition(" ")[2]).touch()  # only the first worker is told to stop
        os.kill(os.getpid(), signal.SIGTERM)
    return f"<math><mi>{formula}</mi></math>"


if __name__ == "__main__":
    mathml_worker.serve(convert)
