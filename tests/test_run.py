"""The commands of the Makefile, run as a newcomer runs them."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.management import call_command

from seminars.models import Talk, User
from tests.factories import make_talk
from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
# Without settings, and without the variables that `make test` passes to its children.
NOT_MINE = {*SETTINGS, "DJANGO_SETTINGS_MODULE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"}
MINE = {name: value for name, value in os.environ.items() if name not in NOT_MINE}


def make(*words, folder, user=None, **environment):
    command = ["make", "--no-print-directory", *words]
    settled = {"cwd": folder, "env": MINE | environment, "user": user, "timeout": 120}
    return subprocess.run(command, capture_output=True, text=True, **settled)


def sentence(finished):
    """The error message of a failure, without the line of make itself."""
    assert finished.returncode != 0
    return "\n".join(line for line in finished.stderr.splitlines() if not line.startswith("make: ***"))


@pytest.fixture
def clone(tmp_path):
    """The files of the project without those that a run leaves behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    folder = tmp_path / "seminars of ours"
    for path in map(Path, filter(None, listed.split("\0"))):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)
    return folder


@pytest.fixture
def installed(clone):
    """A clone with the libraries of the tests already installed."""
    (clone / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (clone / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    shutil.copy(clone / "requirements.txt", clone / ".venv" / "requirements.txt")
    return clone


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


# --- What a fresh machine may lack ------------------------------------------------------------------


def test_make_alone_lists_the_commands(clone):
    lines = make(folder=clone).stdout.splitlines()

    assert [line.split()[1] for line in lines] == [
        "help", "run", "dev", "test", "test-fast", "test-postgres", "test-engines", "test-faults", "lint", "security",
        "fuzz", "math-fonts", "words", "fonts", "sbom", "audit", "bench", "lock", "sign-in-libraries",
    ]  # fmt: skip


def test_a_python_that_is_too_old_gives_one_message(clone, tmp_path):
    old = script(tmp_path / "python3", "exit 1")

    assert sentence(make("run", f"PYTHON={old}", folder=clone)) == (
        "Seminars needs Python 3.11 or newer. Install it, or name it: make run PYTHON=/path/to/python3"
    )


def test_a_newer_python_beside_an_old_one_is_found(clone, tmp_path):
    script(tmp_path / "python3", "exit 1")
    script(tmp_path / "python3.13", "exit 0")
    path = f"{tmp_path}:{MINE['PATH']}"

    assert make("--eval=found:; @echo $(PYTHON)", "found", folder=clone, PATH=path).stdout == "python3.13\n"


def test_a_missing_venv_module_gives_one_message(clone, tmp_path):
    bare = script(tmp_path / "python3", 'case "$2" in *ensurepip*) exit 1;; esac')

    assert sentence(make("run", f"PYTHON={bare}", folder=clone)) == (
        f"{bare} lacks the venv module. On Debian and Ubuntu: apt install python3-venv"
    )


def test_an_unwritable_folder_gives_one_message():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "Makefile", folder)
        Path(folder).chmod(0o555)
        somebody = "nobody" if os.geteuid() == 0 else None
        finished = make("run", folder=folder, user=somebody)

    name = somebody or pwd.getpwuid(os.geteuid()).pw_name
    assert sentence(finished) == (
        "Seminars keeps its libraries and its rows in this folder, "
        f"but {name} may not write to {folder}. Become its owner or move it."
    )


@pytest.mark.slow
def test_a_port_in_use_gives_one_message(installed):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        finished = make("run", f"PORT={port}", folder=installed)

    assert sentence(finished) == (
        f"Another program uses port {port}. Stop it, or choose another port: make run PORT=8123"
    )
    assert not (installed / "var").exists()


@pytest.mark.slow
def test_a_wrong_setting_gives_one_message(installed):
    (installed / ".env").write_text(f"SECRET_KEY={'k' * 50}\nTIME_ZONE=Mars/Olympus\n")

    assert sentence(make("run", folder=installed)).startswith("TIME_ZONE: 'Mars/Olympus' is not a name")


@pytest.mark.slow
def test_a_secret_is_written_once_and_overwrites_nothing(installed):
    (installed / ".env").write_text("SECRET_KEY=\nTIME_ZONE=Europe/Berlin\n")
    make("secret", folder=installed)
    written = (installed / ".env").read_text()
    make("secret", folder=installed)

    assert re.fullmatch(r"SECRET_KEY=\nTIME_ZONE=Europe/Berlin\nSECRET_KEY=[\w-]{50,}\n", written)
    assert (installed / ".env").read_text() == written
    assert stat.S_IMODE((installed / ".env").stat().st_mode) == 0o600


# --- The site, from a clone to Ctrl-C ---------------------------------------------------------------


class Running:
    """`make run` in a new terminal."""

    def __init__(self, folder, *words):
        self.port = free_port()
        self.said = folder / f"said-{self.port}.txt"
        command = ["make", "run", f"PORT={self.port}", *words]
        # Write to a file: a full pipe would block the server.
        with self.said.open("w") as said:
            place = {"cwd": folder, "env": MINE, "start_new_session": True}
            self.process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, **place)

    def get(self, path):
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError as answer:
                return f"{answer.code}"
            except OSError:
                assert self.process.poll() is None, self.said.read_text()
                assert time.monotonic() < deadline, "it does not answer"
                time.sleep(0.1)

    def stop(self, signal_sent=signal.SIGINT):
        """Stop every process of the terminal as Ctrl-C does, and return the output."""
        os.killpg(self.process.pid, signal_sent)
        self.process.wait(timeout=30)
        return self.said.read_text()

    def is_wholly_gone(self):
        """No process of its session is left; one that init has yet to collect does not count."""
        return not [state for state, session in processes() if session == str(self.process.pid) and state != "Z"]


def processes():
    """State and session of each process of this machine: proc(5), /proc/pid/stat, fields 3 and 6."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            yield fields[0], fields[3]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for left processes in /proc")
def test_the_site_runs_stops_and_runs_again_with_what_it_had(installed):
    first = Running(installed)
    front = first.get("/")
    calendar = first.get("/calendar.ics")
    said_first = first.stop()

    second = Running(installed)
    calendar_again = second.get("/calendar.ics")
    said_second = second.stop()

    assert "<h1" in front
    assert calendar.count("BEGIN:VEVENT") > 10
    assert uids(calendar_again) == uids(calendar)
    assert f"http://127.0.0.1:{second.port}/talks/" in calendar_again
    assert re.search(r"name organiser  password \S{12,}\n", said_first)
    assert said_second == (
        f"Seminars is at http://127.0.0.1:{second.port}/  (Ctrl-C stops it)\n"
        "It listens on 127.0.0.1 only. Before others can reach it, put nginx in front: see docs/hosting.md.\n"
    )
    assert first.is_wholly_gone()
    assert second.is_wholly_gone()
    assert stat.S_IMODE((installed / ".env").stat().st_mode) == 0o600
    assert re.fullmatch(r"SECRET_KEY=[\w-]{50,}\n", (installed / ".env").read_text())


def uids(calendar):
    return sorted(re.findall(r"^UID:(.*)\r$", calendar, re.M))


# --- Preparing --------------------------------------------------------------------------------------


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.STATIC_ROOT = settings.VAR_DIR / "static"
    return settings.VAR_DIR


@pytest.mark.django_db
def test_the_first_sign_in_is_printed_once(var, capsys):
    call_command("prepare", empty=True)
    said = capsys.readouterr().out
    call_command("prepare", empty=True)

    name, password = re.search(r"name (\S+)  password (\S+)", said).groups()
    assert User.objects.get(username=name).check_password(password)
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_only_the_account_of_the_site_can_read_the_database_file(var):
    call_command("prepare", empty=True)

    assert stat.S_IMODE(var.stat().st_mode) == 0o700


@pytest.mark.django_db
@pytest.mark.parametrize(("empty", "has_talks"), [(True, False), (False, True)])
def test_an_empty_department_stays_empty_only_if_asked(var, empty, has_talks):
    call_command("prepare", empty=empty)

    assert Talk.objects.exists() is has_talks


@pytest.mark.django_db
def test_talks_that_were_imported_before_anybody_had_an_account_stay_as_they_are(var, capsys):
    talk = make_talk()

    call_command("prepare", empty=False)

    assert (list(Talk.objects.all()), User.objects.count()) == ([talk], 1)
    assert "name organiser" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_example_never_returns_to_a_department_in_use(var):
    call_command("prepare", empty=True)
    call_command("prepare", empty=False)

    assert not Talk.objects.exists()


@pytest.mark.django_db
def test_static_files_are_collected_again_only_when_one_changed(var, settings, tmp_path):
    source = tmp_path / "css"
    source.mkdir()
    sheet = source / "sheet.css"
    sheet.write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    call_command("prepare", empty=True)
    collected = settings.STATIC_ROOT / "sheet.css"
    collected.unlink()

    call_command("prepare", empty=True)
    assert not collected.exists()

    sheet.write_text("a { color: red }")
    call_command("prepare", empty=True)
    assert collected.read_text() == "a { color: red }"


# --- The servers of the tests -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on this machine")
def test_the_servers_of_the_tests_go_with_them():
    command = [sys.executable, "-m", "tests.services", "sh", "-c", "echo $TEST_DATABASE_URL $TEST_CACHE_URL; exit 3"]
    finished = subprocess.run(command, cwd=ROOT, env=MINE, capture_output=True, text=True, timeout=60)

    assert finished.returncode == 3
    for port in re.findall(r"127\.0\.0\.1:(\d+)", finished.stdout):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)), timeout=1)
