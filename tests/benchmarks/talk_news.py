"""How long it takes until letters about a moved talk are in the outbox for many people, and how long others wait."""

from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

READERS = 5_000
MOST_SECONDS, LONGEST_TURN = 2, 200
REPEATS = 3


def telling(bench: Bench, table: Table) -> None:
    """Move a talk that all subscribers chose, and put a letter for each into the outbox."""
    mail = {"EMAIL_URL": "smtp://127.0.0.1:9"}  # nobody sends them
    with Inside(bench.site(200).rows, commands="tests.benchmarks.talk_news_inside", **mail) as process:
        process("subscribe", READERS)
        for _ in range(REPEATS):
            seconds, longest, letters = process("move_and_tell")
            if letters != READERS:
                raise RuntimeError(f"{letters} letters instead of {READERS}")
            table.note("letters about a moved talk for 5 000 people", MOST_SECONDS, "s", seconds)
            table.note("others wait for these letters", LONGEST_TURN, "ms", longest * 1000)
        process("unsubscribe")
