"""The cost of a single upload: the worst accepted photos and calendars, each in a new process."""

from tempfile import TemporaryDirectory

from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_SECONDS, MOST_MEGABYTES = 2, 150
PHOTOS = ("JPEG", "progressive JPEG", "PNG", "noisy PNG", "grey PNG", "WebP", "lossless WebP")

CALENDARS = ("many talks", "events without number", "lines", "odd lines", "one line", "topics", "zones", "components")


def photos(bench: Bench, table: Table) -> None:
    """Reading each kind of photo, from its bytes to the small picture."""
    _measure(bench, table, "photo", PHOTOS)


def calendars(bench: Bench, table: Table) -> None:
    """Reading calendars of 2 MB, planning what they would do, and saving it where they are not refused."""
    _measure(bench, table, "calendar", CALENDARS)


def _measure(bench: Bench, table: Table, what: str, kinds: tuple[str, ...]) -> None:
    seconds, megabytes = {}, {}
    with TemporaryDirectory(prefix="seminars-uploads-") as folder:
        for kind in kinds:
            with Inside(bench.site(200).rows, commands="tests.benchmarks.uploads_inside") as making:
                file = making(f"make_{what}", kind, folder)
            with Inside(bench.site(200).rows, commands="tests.benchmarks.uploads_inside") as reading:
                seconds[kind], megabytes[kind] = reading(f"read_{what}", file)
    milliseconds = {f"{kind} ms": 1000 * took for kind, took in seconds.items()}
    table.note(f"the worst {what}, processor time", MOST_SECONDS, "s", max(seconds.values()), **milliseconds)
    table.note(f"the worst {what}, memory above the usual", MOST_MEGABYTES, "MB", max(megabytes.values()), **megabytes)
