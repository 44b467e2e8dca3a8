"""Static files as a running site sends them; the style sheets of a page are one file, which loads sooner than six."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# In this order; each is a file of its own to those who edit it, and to a browser in development.
STYLE_SHEETS = tuple(f"css/{name}.css" for name in ("fonts", "tokens", "base", "layout", "components", "print"))
BUNDLE = "css/site.css"


class BundledStorage(CompressedManifestStaticFilesStorage):
    """Puts the style sheets of pages into one, before the names of files get their digests.

    Modules import each other by the names with digests, as the page loads them.
    """

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[tuple]:
        """Write the bundle beside the files that were collected, and process it with them."""
        if not dry_run:
            Path(self.path(BUNDLE)).write_bytes(b"".join(map(_content, (paths[name] for name in STYLE_SHEETS))))
            paths = paths | {BUNDLE: (self, BUNDLE)}
        yield from super().post_process(paths, dry_run, **options)


def _content(found: tuple[Any, str]) -> bytes:
    storage, path = found
    with storage.open(path) as file:
        return file.read()
