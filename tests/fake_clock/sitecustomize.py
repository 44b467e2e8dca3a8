"""Sets the clock of a process that has TEST_CLOCK_AHEAD in its environment; Python imports this as it starts.

tests/clocks.py puts this folder on the path. A Python without the tests' libraries keeps the machine's clock.
"""

import importlib.util
import os
import time

if importlib.util.find_spec("time_machine"):
    import time_machine

    time_machine.travel(time.time() + float(os.environ["TEST_CLOCK_AHEAD"])).start()
    time.time()  # it ticks from the first question on, so ask now: processes that race compare their clocks
