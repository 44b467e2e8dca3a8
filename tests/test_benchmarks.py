"""`make bench` itself: it measures everything and reports each figure that falls short."""

import os
import subprocess
import sys

import pytest
from django.urls import get_resolver, resolve

from seminars import languages
from tests.benchmarks import places, plot, report, wrk
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import ROOT

# Public addresses that are not measured, and why.
UNMEASURED = {
    "talk-preview": "is a talk page that few people ever ask for",
    "mark": "is one picture, which browsers ask for once",
    "icon": "is the same whatever the rows say",
    "robots": "is the same whatever the rows say",
    "api": "is asked by few programs; tests/test_api_reading.py counts its queries",
    "healthz": "does nothing",
    "metrics": "is for the machine",
    "readyz": "is asked by a load balancer alone",
    "sign-in": "takes its time on purpose",
    "sign-out": "shows nothing",
    "second-step": "takes its time on purpose",
    "second-step-code": "takes its time on purpose",
    **dict.fromkeys(("sso", "sso-return"), "waits for a server of somebody else"),
    "invitation": "is opened once by each colleague",
    "invitation-link": "shows nothing",
    "subscribe-mail": "is opened once by each subscriber",
    "subscribe-mail-sent": "is opened once by each subscriber",
    "talk-invitation": "is opened once by each reader",
    "mail-choice": "is for one person",
    "speak": "is opened a few times by each speaker",
    "mail-confirmation": "is opened once by each subscriber",
} | dict.fromkeys(
    ("password_change", "password_change_done", "password_reset", "password_reset_done", "password_reset_confirm",
     "password_reset_complete"), "is Django's own",
)  # fmt: skip


def test_every_public_address_is_measured_or_counted_or_has_a_reason():
    example = {"talk": "/talks/1/on-engines/", "pk": 1, "year": "2025-26", "month": "2025-12"}
    example |= dict.fromkeys(("series", "room", "speaker", "topic", "photo", "token"), "x")
    example |= {"talk_card": "/talks/1/card-x.png", "series_card": "/series/x/card-x.png", "card": "/card-x.png"}
    addresses = [*places.FIRST.values(), *places.FURTHER.values(), *places.COUNTED.values(), places.CALENDAR]
    paths = [languages.without(address.format(**example).partition("?")[0]) for address in addresses]
    names = {resolve(path).url_name for path in paths}

    assert {route.name for route in get_resolver().url_patterns if hasattr(route, "name")} - names == {*UNMEASURED}


def measured(**rows):
    table = Table()
    for name, (limit, values, at_least) in rows.items():
        for value in values:
            table.note(name, limit, "ms", value, at_least=at_least)
    return table


def test_the_median_decides_whether_a_figure_holds():
    table = measured(quick=(40, [39, 41, 38], False), slow=(40, [39, 41, 42], False), much=(0.5, [0.4, 0.6, 0.5], True))

    assert [row.what for row in table.short] == ["slow"]
    assert report.verdict(table) == "1 of 3 falls short: slow."


def test_several_figures_fall_short():
    table = measured(slow=(40, [41], False), late=(40, [42], False), quick=(40, [39], False))

    assert report.verdict(table) == "2 of 3 fall short: slow; late."


def test_a_ratio_is_shown_with_its_two_figures():
    table = Table()
    for site, bare in ((100, 900), (600, 1000), (600, 800)):
        table.note("page", 0.5, "×", site / bare, at_least=True, site=site, bare=bare)

    assert table["page"].words() == ("page", "≥ 0.50 ×", "0.60 ×", "0.11 × – 0.75 ×", "site 600, bare 900", "holds")


class Dealt:
    """A server of two workers, in which loads cost each of them so many seconds."""

    port = 1

    def __init__(self, *loads):
        self.told = [seconds for load in loads for seconds in ([0, 0], load)]

    def processor_seconds(self):
        return self.told.pop(0)


def test_a_load_that_only_one_worker_got_is_repeated(tmp_path, monkeypatch):
    generator = tmp_path / "wrk"
    generator.write_text("#!/bin/sh\necho '1000 requests in 1s\nRequests/sec: 1000'\n")
    generator.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert wrk.load(Dealt([0.9, 0.1], [0.3, 0.2]), "/") == (1000, pytest.approx(500))
    with pytest.raises(RuntimeError, match="/: one worker"):
        wrk.load(Dealt(*[[1, 0]] * wrk.TRIES), "/")


def test_the_table_shows_figure_median_and_spread():
    table = measured(slow=(40, [39, 41, 42], False))

    assert table["slow"].words() == ("slow", "≤ 40.0 ms", "41.0 ms", "39.0 ms – 42.0 ms", "", "FALLS SHORT")


def test_the_plot_marks_each_figure_that_falls_short():
    drawn = plot.of(list(measured(quick=(40, [20], False), slow=(40, [80], False)).values()))

    assert [drawn.count('class="holds"'), drawn.count('class="short"'), "200%" in drawn] == [1, 1, True]


@pytest.mark.slow
def test_a_slow_view_is_reported_and_the_run_fails():
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        "--rounds=1",
        "--only=edits",
        "--only=edits-elsewhere",
        "--settings=tests.slow_settings",
    ]
    finished = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=300)

    assert finished.returncode == 1, finished.stderr
    short = finished.stdout.splitlines()[-1]
    assert "talk page, first after an edit" in short
    assert "the slowest of all others" in short
    assert "feed" not in short
