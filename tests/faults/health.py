"""Ask /healthz all the time during a fault, as a load balancer does, and check that it answers at once."""

import contextlib
import http.client
import statistics
import threading
import time

MOST = 100  # milliseconds, at the 99th percentile
EVERY = 0.01  # seconds
LEAST = 100  # answers, or a percentile says nothing
BUSY = 10  # milliseconds by which the asker itself wakes up late when the machine is busy with other things


class Health:
    """Asks /healthz every hundredth of a second, each time on a new connection."""

    def __init__(self, server):
        self.server, self.over = server, threading.Event()
        self.statuses, self.took, self.late = [], [], []
        self.thread = threading.Thread(target=self._ask_on)

    def _ask_on(self):
        while True:
            began = time.perf_counter()
            if self.over.wait(EVERY):
                return
            self.late.append((time.perf_counter() - began - EVERY) * 1000)
            began = time.perf_counter()
            self.statuses.append(self._status())
            self.took.append((time.perf_counter() - began) * 1000)

    def fair(self):
        """The times of the answers in milliseconds, without those that a busy machine delayed."""
        waits = zip(self.late, [*self.late[1:], 0], strict=True)
        return [took for took, around in zip(self.took, waits, strict=True) if max(around) <= BUSY]

    def _status(self):
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        with contextlib.closing(line):
            try:
                line.request("GET", "/healthz")
                return line.getresponse().status
            except (OSError, http.client.HTTPException) as error:
                return repr(error)


@contextlib.contextmanager
def answers_at_once(server, lost=0):
    """Assert that /healthz answers during the whole block, within MOST at the 99th percentile.

    What was asked while the asker itself woke up late before or after is left out: it tells how busy the machine is.
    A worker that is killed takes the connections with it that it has accepted: so many may be `lost`.
    """
    health = Health(server)
    health.thread.start()
    try:
        yield
        while len(health.took) < LEAST:
            health.over.wait(EVERY)
    finally:
        health.over.set()
        health.thread.join()
    assert [status for status in health.statuses if status != 200][lost:] == []
    fair = health.fair()
    assert len(fair) > len(health.took) / 5, (
        f"of {len(health.took)} answers the machine was busy at all but {len(fair)}"
    )
    assert percentile(fair) <= MOST, (
        f"{percentile(fair):.0f} ms, the slowest {max(fair):.0f} ms, of {len(fair)} answers"
    )


def percentile(numbers):
    """The 99th percentile."""
    return statistics.quantiles(numbers, n=100, method="inclusive")[98]
