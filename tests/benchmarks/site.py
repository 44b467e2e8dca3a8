"""The sites of a run in several sizes, each with an organiser process, and the bare server."""

from base64 import b64encode
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.departments import copy_of
from tests.benchmarks.inside import Inside
from tests.benchmarks.places import CALENDAR, FIRST, FURTHER, WHOLE_CALENDAR
from tests.benchmarks.serving import Server

GZIP = {"Accept-Encoding": "gzip"}  # as every browser asks
HOP_BY_HOP = {"server", "date", "connection"}  # gunicorn's own


class Site:
    """A running department, and a process that edits its talks."""

    def __init__(self, rows: Path, settings: str, running: ExitStack) -> None:
        self.rows = rows
        self.server = running.enter_context(Server.of_site(rows, DJANGO_SETTINGS_MODULE=settings))
        self.inside = running.enter_context(Inside(rows))
        self.places = self.inside("places")
        self.edit = lambda: self.inside("edit", self.places["pk"])

    def path(self, address: str) -> str:
        return address.format(**self.places)


class Bench:
    """Starts each server when a measurement first asks for it, so that a short run stays short."""

    def __init__(self, running: ExitStack, settings: str, beside: Path | None = None) -> None:
        self.running, self.settings, self.beside = running, settings, beside
        self.folder = Path(running.enter_context(TemporaryDirectory(prefix="seminars-bench-")))
        self.sites: dict[int, Site] = {}

    def site(self, talks: int) -> Site:
        if talks not in self.sites:
            self.sites[talks] = Site(copy_of(talks, self.folder), self.settings, self.running)
        return self.sites[talks]

    @cached_property
    def bare(self) -> Server:
        """A server that sends the bytes and headers of the site of 200 talks from memory."""
        site, answers = self.site(200), {}
        for path in map(site.path, (CALENDAR, WHOLE_CALENDAR, *FIRST.values(), *FURTHER.values())):
            answer = site.server.get(path, GZIP)
            again = site.server.get(path, GZIP | {"If-None-Match": answer.headers["ETag"]})
            answers |= {path: as_kept(answer), f"304 {path}": as_kept(again)}
        return self.running.enter_context(Server.of_answers(answers, self.folder))


def as_kept(answer) -> list:
    headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
    return [f"{answer.status} {answer.reason}", headers, b64encode(answer.body).decode()]
