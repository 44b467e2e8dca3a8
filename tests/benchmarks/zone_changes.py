"""How long talks take to follow new time zone rules, and how long others who save wait for it."""

from tests.benchmarks.departments import copy_of
from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

TALKS, MOST_SECONDS, LONGEST_TURN = 20_000, 3, 200
ZONES = ("America/Halifax", "America/Chicago", "America/Halifax")  # every talk moves each time


def following_rules(bench: Bench, table: Table) -> None:
    """The worst change: the department gets another zone, so all talks move, those in one room after each other too."""
    folder = bench.folder / "zones"
    folder.mkdir()
    rows = copy_of(TALKS, folder)
    for zone in ZONES:
        with Inside(rows, "tests.benchmarks.zone_changes_inside", TIME_ZONE=zone) as inside:
            took = inside("follow")
        if took["moved"] != TALKS:
            raise RuntimeError(f"{took['moved']} of {TALKS} talks moved.")
        also = {"processor_ms": took["processor"] * 1000, "turns": took["turns"]}
        table.note("20 000 talks follow new time zone rules", MOST_SECONDS, "s", took["seconds"], **also)
        table.note("others wait while they do", LONGEST_TURN, "ms", took["longest"] * 1000)
