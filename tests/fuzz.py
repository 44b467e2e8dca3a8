"""Send odd text to everything that reads typed text, in a process that is killed if it takes too long: `make fuzz`.

Run it for each new version of LIBRARIES. tests/test_fuzz.py fails until a whole run without a fault has written the
versions to tests/data/fuzzed.txt. Formulas are made of every command that the TeX library knows. The exit status is 1
if one text of at most 100 000 characters takes more than CPU_SECONDS, raises, or ends the process. Such a text is
written to a temporary folder, never into the project. Formulas that only end the worker that draws them are counted:
the worker exists for this.
"""

import argparse
import json
import logging
import math
import os
import random
import re
import selectors
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from tests import tex_commands

CPU_SECONDS = 2
WALL_SECONDS = 20  # before the process is killed
SIZES = (50, 500, 5_000, 50_000, 100_000)  # characters

TRUE_RUN = 60  # seconds, of every reader; a shorter run does not count for new versions
FORMULAS = 20  # in one text
PINS = Path(__file__).with_name("requirements.txt")
READ = Path(__file__).parent / "data" / "fuzzed.txt"  # the versions that the last true run read with, without a fault
LIBRARIES = ("icalendar", "markdown-it-py", "math-core", "mdurl", "nh3", "python-dateutil")  # that read typed text

_BETWEEN = r"{ } [ ] ( ) ^ _ & \\ ' % # ~ x 1 | \{ \} \,"  # commands
_SIGNS = "* _ ** ` ``` ~~~ # > - + 1. ![ [ ]( ) ](a) <http://a <a@b ! & &amp; \\ \\$ $ $$ \\( \\) \\[ \\] | --- ==="
_LETTERS = "a é ﷺ 量 ก \u0301 \u0327 \u200d \u202e \x00 \ufeff don't O'Brien a-b x_y [a](b) <script> </math> TBA Dr. http://a.b"
MARKDOWN = [*_SIGNS.split(), *_LETTERS.split(), "[a]: b\n", "\n", "\n\n", "\t", " ", "a "]
MAIL = [
    *("> ", ">> ", "\n", "\n\n", "-- \n", "Title: ", "Abstract: ", "Speaker: ", "Bio: ", "Biography:\n", "Zoom: "),
    *(
        "https://zoom.us/j/1 ",
        "Passcode: 1\n",
        "Titel: ",
        "Zusammenfassung:\n",
        "Dear Ada,\n",
        "On Monday, Bob wrote:\n",
    ),
    *("Ada Lovelace (London): On engines\n", ": ", " (", ") ", ", ", " and ", "a", "Where: ", "When: ", "____\n", "* "),
]
CALENDAR = [
    *("BEGIN:VCALENDAR\n", "END:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "BEGIN:VTIMEZONE\n", "END:VTIMEZONE\n"),
    *("BEGIN:VALARM\n", "END:VALARM\n", "BEGIN:STANDARD\n", "END:STANDARD\n", "UID:1\n", "UID:2\n", "SUMMARY:a\n"),
    *("DTSTART:20260101T120000Z\n", "DTSTART;VALUE=DATE:20260101\n", "DTEND:20260101T130000\n", "DURATION:PT1H\n"),
    *("DTSTART;TZID=Europe/Berlin:20260101T120000\n", "TZID:X\n", "TZOFFSETFROM:+0100\n", "TZOFFSETTO:+9999\n"),
    *("EXDATE:20260101T120000Z,", "RDATE:20260101,", "LOCATION:", "DESCRIPTION:", 'X-A;B="c', ";D=e", "\n f", "\\n"),
    *("STATUS:CANCELLED\n", "SEQUENCE:99999999999\n", "CATEGORIES:a,b\n", "GEO:1;2\n", "ORGANIZER;CN=x:mailto:a@b\n"),
]

EVENT = "BEGIN:VEVENT\nUID:0\nSUMMARY:Ada: On engines\nDTSTART:20260303T120000Z\nDTEND:20260303T130000Z\nEND:VEVENT\n"


def text_of(chance, pieces):
    """A text of one of SIZES: one piece repeated, pieces nested, or a random mixture."""
    size = chance.choice(SIZES)
    kind = chance.randrange(4)
    if kind == 0:
        return repeated("".join(chance.choices(pieces, k=chance.randint(1, 3))), size)
    if kind == 1:
        opening, closing = (chance.choice(pieces) for _ in range(2))
        count = max(size // 2 // len(opening + closing or " "), 1)
        return opening * count + chance.choice(pieces) + closing * count
    if kind == 2:
        return "".join(chance.choices(pieces, k=max(size // 4, 1)))[:size]
    return "".join(
        chr(chance.choice((chance.randrange(32, 0x250), chance.randrange(0x10FFFF)))) for _ in range(size // 10)
    )


def repeated(piece, size):
    return (piece * (size // max(len(piece), 1) + 1))[:size]


@cache
def formula_pieces():
    """Return the parts of formulas: every command of the library, and as many signs."""
    commands, environments = tex_commands.known()
    known = [f"\\{name} " for name in commands]
    known += [f"\\{word}{{{name}}}" for name in environments for word in ("begin", "end")]
    return known + repeated([*_BETWEEN.split(), " "], len(known))


def formula_of(chance):
    kind, count = chance.randrange(3), chance.randint(1, 80)
    if kind == 0:
        return f"${repeated(chance.choice(formula_pieces()) + chance.choice(['', '1', '{', '(']), count * 6)}$"
    return f"${''.join(chance.choices(formula_pieces(), k=count))}$"


def calendar_of(chance):
    head = "BEGIN:VCALENDAR\nVERSION:2.0\n" if chance.random() < 0.8 else ""
    event = EVENT if chance.random() < 0.7 else ""  # that is planned and applied, unless the rest forbids it
    return head + event + text_of(chance, CALENDAR) + "\nEND:VCALENDAR\n"


MAKERS = {
    "formula": lambda chance: "\n".join(formula_of(chance) for _formula in range(FORMULAS)),
    "html": lambda chance: text_of(chance, MARKDOWN + chance.sample(formula_pieces(), 40)),
    "plain": lambda chance: text_of(chance, MARKDOWN),
    "inline": lambda chance: text_of(chance, MARKDOWN),
    "marked": lambda chance: text_of(chance, MARKDOWN),
    "around": lambda chance: text_of(chance, MARKDOWN),
    "indexed": lambda chance: text_of(chance, MARKDOWN),
    "question": lambda chance: text_of(chance, MARKDOWN),
    "mail": lambda chance: text_of(chance, MAIL + MARKDOWN),
    "page": lambda chance: text_of(chance, MAIL + MARKDOWN),
    "calendar": calendar_of,
}


# --- the process that reads ---------------------------------------------------------------------------


def readers():
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from seminars import importing, text
    from seminars.importing.sources.page import read_mail
    from seminars.models import searching
    from tests.factories import make_series

    series = make_series().slug

    def imported(source, name):
        """Plan and apply an import, then roll it back."""
        with suppress(ValidationError), transaction.atomic():  # refused with a sentence, as it should be
            content = source.encode("utf-8", "replace")
            importing.apply_plan(importing.plan_content(content, importing.ImportOptions(series), name=name))
            transaction.set_rollback(True)

    return {
        "formula": lambda source: (text.html(source), text.line(source)),
        "html": text.html,
        "plain": lambda source: text.excerpt(text.plain(source), 300),
        "inline": lambda source: (text.inline(source), text.line(source)),
        "marked": lambda source: text.marked(text.html(source), ["a", "量"]),
        "around": lambda source: text.around(source, ["a", "量"]),
        "indexed": lambda source: searching.indexed([source]),
        "question": searching.Question.asked,
        "mail": read_mail,
        "page": lambda source: imported(source, "a.txt"),
        "calendar": lambda source: imported(source, "a.ics"),
    }


def read():
    """Read one text per line from standard input, and print the time or the error of each."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    logging.disable()
    from django.core.cache import cache
    from django.core.management import call_command

    from seminars.text import mathml

    call_command("migrate", verbosity=0, interactive=False)  # in memory, for imports
    known = readers()
    # The site stops drawing after some bad formulas. Here we try them all.
    mathml.MOST_ENDED = mathml.MOST_ENDED_IN_A_MINUTE = mathml.MOST_SECONDS = math.inf
    for line in sys.stdin:
        reader, source = json.loads(line)
        cache.clear()
        began, ended = time.process_time(), len(mathml.converter._remembered)
        fault = ""
        try:
            known[reader](source)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what we are looking for
            fault = repr(error)[:200]
        told = [time.process_time() - began, fault, len(mathml.converter._remembered) - ended]
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


# --- the process that asks ----------------------------------------------------------------------------


@dataclass
class Row:
    tried: int = 0
    slowest: float = 0
    faults: int = 0
    ended: int = 0


class Reader:
    """The process that reads. It is killed if it is silent for WALL_SECONDS, and the next text gets a new one."""

    def __init__(self):
        self.process = None

    def ask(self, reader, source):
        """Return CPU seconds, what went wrong, and how many formulas ended the worker that draws them."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.fuzz", "--read"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self.process.stdin.write(json.dumps([reader, source]) + "\n")
        self.process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            answered = selector.select(WALL_SECONDS)
        line = self.process.stdout.readline() if answered else ""
        if line:
            return json.loads(line)
        self.stop()
        return [WALL_SECONDS, "it ended the process" if answered else "it was killed", 0]

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", choices=MAKERS, action="append")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        return read()
    rows, folder = fuzz(asked.seconds, asked.seed, asked.only or list(MAKERS))
    for name, row in rows.items():
        said = f"{name:9} {row.tried:6} texts, slowest {row.slowest:6.2f} s of CPU, {row.faults} faults"
        print(said + (f", {row.ended} formulas ended the worker" if row.ended else ""))
    faults = sum(row.faults for row in rows.values())
    print(f"seed {asked.seed}: {sum(row.tried for row in rows.values())} texts, {faults} faults.", end=" ")
    print(f"They lie in {folder}." if faults else "")
    if not faults and asked.seconds >= TRUE_RUN and not asked.only:
        READ.write_text("\n".join([*pinned(), ""]))
    return 1 if faults else 0


def pinned():
    """Return which versions of LIBRARIES are pinned, as `name==version`."""
    found = re.findall(r"^([a-z0-9-]+)(==\S+)", PINS.read_text(), re.MULTILINE)
    return [name + version for name, version in found if name in LIBRARIES]


def fuzz(seconds, seed, names):
    chance, reader, rows = random.Random(seed), Reader(), defaultdict(Row)
    folder = Path(tempfile.mkdtemp(prefix="seminars-fuzz-"))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        name = names[sum(row.tried for row in rows.values()) % len(names)]
        source = MAKERS[name](chance)
        spent, fault, ended = reader.ask(name, source)
        row = rows[name]
        row.tried, row.slowest, row.ended = row.tried + 1, max(row.slowest, spent), row.ended + ended
        if fault or spent > CPU_SECONDS:
            row.faults += 1
            digest = sha256(source.encode("utf-8", "replace")).hexdigest()[:12]
            (folder / f"{name}-{digest}.txt").write_text(source, errors="replace")
            print(f"{name} {digest}, {len(source)} characters: {spent:.1f} s {fault}", flush=True)
    reader.stop()
    return rows, folder


if __name__ == "__main__":
    sys.exit(main())
