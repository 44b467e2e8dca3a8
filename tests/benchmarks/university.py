"""One site for a university of 100 departments: a hundred times the example of 10 000 talks, with other names."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks import departments

DEPARTMENTS, TALKS_OF_EACH = 100, 10_000
STEP = 50_000  # more than any table of one department has rows, so that no two copies have one key
# What each department has for itself; topics, photos and the change that loaded the example are everybody's.
OWN = (
    "room", "speaker", "speakername", "series", "seriestopic", "talk", "appearance", "jointtalk", "talktopic",
    "sharedchange", "historicaltalk", "historicalappearance", "historicaljointtalk", "historicaltalktopic",
)  # fmt: skip
KEYS = {"id", "history_id", "key", "talk_id", "speaker_id", "series_id", "room_id", "default_room_id"}
KEYS |= {"default_moderator_id"}
NAMES = {"name", "slug", "short_name", "sort_name"}  # which differ among rooms, among series and among speakers


def copy_of(folder: Path) -> Path:
    """Return an SQLite file with all departments in `folder`, free to be changed; the first one takes minutes."""
    kept = departments.KEPT / f"university-{departments.fingerprint()}.sqlite3"
    if not kept.exists():
        for old in departments.KEPT.glob("university-*"):
            old.unlink()
        rows = departments.copy_of(TALKS_OF_EACH, folder)
        print(f"Making {DEPARTMENTS} departments; they are kept for the next time.", flush=True)
        enlarge(rows)
        departments.manage("prepare", "--empty", rows=rows)  # people are found by their new names
        shutil.move(rows, kept)
    return Path(shutil.copy(kept, folder / "university.sqlite3"))


def enlarge(rows: Path) -> None:
    """Add the other departments to the SQLite file of one, which nothing else uses."""
    with closing(sqlite3.connect(rows, isolation_level=None)) as database:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000", "foreign_keys=OFF"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        later = list(_taken_away(database))
        for table in OWN:
            database.execute(_copying(database, f"seminars_{table}"))
        database.execute("INSERT INTO seminars_search (rowid, words) SELECT id, search_text FROM seminars_talk")
        for statement in later:
            database.execute(statement)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode=WAL")


def _taken_away(database: sqlite3.Connection) -> Iterator[str]:
    """Drop indexes and triggers, and empty the search; yield what makes them again, once and not for each row."""
    of_ours = [f"seminars_{table}" for table in OWN]
    marks = ", ".join("?" * len(of_ours))
    found = database.execute(
        f"SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND tbl_name IN ({marks}) "
        "AND sql IS NOT NULL",
        of_ours,
    )
    for kind, name, sql in found.fetchall():
        database.execute(f'DROP {kind} "{name}"')
        yield sql
    database.execute("INSERT INTO seminars_search (seminars_search) VALUES ('delete-all')")


def _copying(database: sqlite3.Connection, table: str) -> str:
    columns = [name for _number, name, *_more in database.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(_value(table, name) for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        f"WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {DEPARTMENTS - 1}) "
        f"INSERT INTO {table} ({names}) SELECT {values} FROM copies CROSS JOIN "
        f"(SELECT * FROM {table} WHERE rowid < {STEP}) AS first"
    )


def _value(table: str, column: str) -> str:
    """Return what a copy has in a column."""
    if column in KEYS:
        return f'first."{column}" + copies.n * {STEP}'
    if column == "uid":
        return "copies.n || '-' || first.uid"
    if column in NAMES and table != "seminars_speakername":
        return f"first.\"{column}\" || '{'-' if column == 'slug' else ' '}' || copies.n"
    return f'first."{column}"'
