"""The cost of opening and saving the form of a talk: queries, and processor time beside an older build."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import ROOT, environment
from tests.benchmarks.site import Bench

MOST_TO_OPEN, MOST_TO_SAVE, MOST_CPU = 20, 30, 0.5
ROUNDS = 5  # in turn, each the median of several saves
COMMANDS = "tests.benchmarks.talk_form_inside"


def opening_and_saving(bench: Bench, table: Table) -> None:
    """Open the form where 20 000 talks are stored; save a new title where 200 are."""
    with Inside(bench.site(20_000).rows, commands=COMMANDS) as process:
        table.note("opening the form of a talk, 20 000 stored", MOST_TO_OPEN, "queries", process("open_form")[0])
    with ExitStack() as running:
        now = running.enter_context(Inside(bench.site(200).rows, commands=COMMANDS))
        queries, ms = now("save_title")
        table.note("saving a new title in the form of a talk", MOST_TO_SAVE, "queries", queries, ms_of_processor=ms)
        if bench.beside:
            before = running.enter_context(older(bench.beside, bench.folder, COMMANDS))
            for _round in range(ROUNDS):
                _note_beside(table, now("save_title")[1], before("save_title")[1])


def _note_beside(table: Table, now: float, older: float) -> None:
    parts = {"ms_now": now, "ms_before": older}
    table.note("processor time of saving a title, beside the older build", MOST_CPU, "×", now / older, **parts)


def older(checkout: Path, folder: Path, commands: str, talks: int = 200) -> Inside:
    """Return the same process for another checkout of this repository, with a department of its own."""
    folder.mkdir(exist_ok=True)
    rows, root = folder / f"beside-{talks}.sqlite3", folder / f"beside-{talks}"
    for words in (["migrate"], ["load_example", f"--talks={talks}"], ["collectstatic", "--noinput"]):
        command = [sys.executable, "manage.py", *words, "--verbosity=0"]
        subprocess.run(command, cwd=checkout, env=environment(rows), check=True)
    root.mkdir()
    (root / "tests").symlink_to(ROOT / "tests")
    (root / "seminars").symlink_to(checkout / "seminars")
    return Inside(rows, commands=commands, root=root)
