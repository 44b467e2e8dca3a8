"""What a single upload may cost at most: the worst photos and calendars that are still taken, each in a fresh process."""

from tempfile import TemporaryDirectory

from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_SECONDS, MOST_MEGABYTES = 2, 150
PHOTOS = ("JPEG", "progressive JPEG", "PNG", "noisy PNG", "grey PNG", "WebP", "lossless WebP")


def photos(bench: Bench, table: Table) -> None:
    """Reading each kind of photo, from its bytes to the small picture."""
    _measure(bench, table, "photo", PHOTOS)


def _measure(bench: Bench, table: Table, what: str, kinds: tuple[str, ...]) -> None:
    seconds, megabytes = {}, {}
    with TemporaryDirectory(prefix="seminars-uploads-") as folder:
        for kind in kinds:
            with Inside(bench.site(200).rows, commands="tests.benchmarks.uploads_inside") as making:
                file = making(f"make_{what}", kind, folder)
            with Inside(bench.site(200).rows, commands="tests.benchmarks.uploads_inside") as reading:
                seconds[kind], megabytes[kind] = reading(f"read_{what}", file)
    table.note(f"the worst {what}, processor time", MOST_SECONDS, "s", max(seconds.values()))
    table.note(f"the worst {what}, memory above the usual", MOST_MEGABYTES, "MB", max(megabytes.values()), **megabytes)
