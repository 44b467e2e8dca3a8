"""Choose the tests that PostgreSQL runs, by the statements that they send to the database.

Most tests send the same few statements. `pytest --note-statements` notes on SQLite what each test sends, and `pytest
--by-statements` leaves tests out as long as two others send each kind of statement that they send.

It always runs tests that were not noted: new ones, those that were skipped or failed, and those that send what each
database reads in its own way. If a source file changed since the notes, it runs all.
"""

import json
import re
import shutil
from collections import Counter, defaultdict
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from seminars import build_digest

ROOT = Path(__file__).resolve().parent.parent
SENDERS = 2  # of each kind of statement that are run, if there are so many
VALUES = re.compile(r"\(%s(?:, %s)*\)(?:, \(%s(?:, %s)*\))*")
NUMBER = re.compile(r"\b\d+\b")
TABLE = re.compile(r'(?:FROM|JOIN|UPDATE) "(\w+)"')
# Searches, JSON, Django's own functions in SQLite, and patterns, except where a free slug is looked for.
OF_EACH_ENGINE = re.compile(r'\bMATCH\b|\bJSON_|\bdjango_\w+\(|(?<!"slug" )\bLIKE\b')
REFUSED_BY_POSTGRESQL = re.compile("[\0\ud800-\udfff]")


def add_options(parser):
    group = parser.getgroup("statements")
    group.addoption("--note-statements", action="store_true", help="note what each test sends to the database")
    group.addoption("--by-statements", action="store_true", help="leave out tests that send what others send too")


def register(config):
    if config.getoption("note_statements"):
        config.pluginmanager.register(Notes(_folder(config)))
    if config.getoption("by_statements"):
        config.pluginmanager.register(Choice(_folder(config)))


def _folder(config):
    return Path(config.cache.mkdir("statements"))


def _build():
    """A digest of everything that decides what a test sends."""
    tests = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "tests").rglob("*.py")}
    return build_digest.digest(ROOT) + build_digest.digest_of(tests)


# --- what a test sends ---


@lru_cache(maxsize=20_000)
def _shape(sql):
    """The statement without its numbers and the count of its values, its tables, and whether it orders its rows."""
    if "SAVEPOINT" in sql:
        return sql.partition('"')[0], frozenset(), True
    return NUMBER.sub("0", VALUES.sub("(…)", sql)), frozenset(TABLE.findall(sql)), "ORDER BY" in sql


def kind_of_value(value):
    """What the databases may store or compare differently."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"int of {next((bits for bits in (32, 64) if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)), 'more')}"
    if isinstance(value, str):
        is_odd = bool(REFUSED_BY_POSTGRESQL.search(value))
        return " ".join(("str", "odd" * is_odd, "" if value.isascii() else "wide", "long" * (len(value) > 200)))
    return type(value).__name__


class Sent:
    """The kinds of statements that one test sends.

    A kind is the statement's shape and the kinds of its values, with what the test did before that may change the
    answer: words beyond ASCII were sent, or rows that the statement does not order were updated.
    """

    def __init__(self):
        self.kinds, self.updated, self.has_sent_wide = set(), set(), False
        self.is_alike = True  # no statement failed, and none is read by each database in its own way

    def note(self, execute, sql, params, many, context):
        """An execute wrapper of Django's."""
        self._add(str(sql), [value for row in (params if many else [params or ()]) for value in row])
        try:
            return execute(sql, params, many, context)
        except Exception:
            self.is_alike = False
            raise

    def _add(self, sql, values):
        self.is_alike &= not OF_EACH_ENGINE.search(sql)
        shape, tables, is_ordered = _shape(sql)
        kinds = sorted(set(map(kind_of_value, values)))
        self.has_sent_wide |= any("wide" in kind for kind in kinds)
        if shape.startswith("UPDATE"):
            self.updated |= tables
        may_be_moved = not is_ordered and bool(self.updated & tables)
        kind = (shape, *kinds, self.has_sent_wide, may_be_moved)
        self.kinds.add(sha256(repr(kind).encode()).hexdigest()[:16])


class Notes:
    """Notes what each test sends that passes and is alike on all databases, in a file for each process."""

    def __init__(self, folder):
        self.folder, self.tests, self.passed = folder, {}, set()

    def pytest_configure(self, config):
        if not hasattr(config, "workerinput"):
            shutil.rmtree(self.folder)
            self.folder.mkdir()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        sent = Sent()
        with connection.execute_wrapper(sent.note):
            result = yield
        if sent.is_alike:
            self.tests[item.nodeid] = sorted(sent.kinds)
        return result

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self, session):
        noted = {name: kinds for name, kinds in self.tests.items() if name in self.passed}
        if noted:
            worker = getattr(session.config, "workerinput", {}).get("workerid", "alone")
            (self.folder / f"{worker}.json").write_text(json.dumps({"build": _build(), "tests": noted}))


# --- which tests are run ---


class Choice:
    """Leaves out the tests whose statements others send."""

    def __init__(self, folder):
        self.folder = folder

    @pytest.hookimpl(trylast=True)  # among the tests that -m selects
    def pytest_collection_modifyitems(self, config, items):
        noted = self._noted()
        free = {item.nodeid for item in items if item.nodeid in noted and not must_run(item)}
        chosen = chosen_of({item.nodeid: noted.get(item.nodeid, []) for item in items}, free)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in chosen])
        items[:] = [item for item in items if item.nodeid in chosen]

    def pytest_report_header(self):
        count = len(self._noted())
        return f"statements: {f'notes of {count} tests' if count else 'no notes of these sources, so all tests run'}"

    def _noted(self):
        files = [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]
        build = _build()
        return {name: kinds for file in files if file["build"] == build for name, kinds in file["tests"].items()}


def must_run(item):
    """Whether a test uses connections of other processes and threads, which are not noted, or names a database."""
    marker = item.get_closest_marker("django_db")
    is_transactional = marker is not None and bool(marker.kwargs.get("transaction") or marker.args)
    has_others = bool(item.get_closest_marker("races") or {"transactional_db", "race_database"} & {*item.fixturenames})
    return is_transactional or has_others or names_a_database(item.path)


@lru_cache
def names_a_database(path):
    """Whether the tests in this file ask which database they use."""
    return re.search("connection.vendor|postgresql", path.read_text(), re.IGNORECASE) is not None


def chosen_of(sent, free):
    """The names of the tests to run, of {name: kinds}: all that are not free, and SENDERS of each kind of statement."""
    senders = defaultdict(list)
    for name, kinds in sent.items():
        for kind in kinds:
            senders[kind].append(name)
    chosen = set(sent) - free
    runs = Counter(kind for name in chosen for kind in sent[name])
    # The rarest first: their senders send most of the others too.
    for kind, names in sorted(senders.items(), key=lambda pair: (len(pair[1]), pair[0])):
        for name in sorted(set(names) - chosen, key=lambda name: (-len(sent[name]), name)):
            if runs[kind] >= SENDERS:
                break
            chosen.add(name)
            runs.update(sent[name])
    return chosen
