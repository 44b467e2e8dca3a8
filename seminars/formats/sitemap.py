"""The pages of the site for search engines (sitemaps.org, protocol 0.9)."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from seminars.models.page_addresses import absolute
from seminars.selectors.sitemap_pages import SitemapPage
from seminars.times import in_utc

CONTENT_TYPE = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
LONGEST = 25_000  # pages in one file, some 3.5 MB, so that it is kept in memory; more need an index of files


def render(pages: list[SitemapPage]) -> bytes:
    """Return one file of at most LONGEST pages."""
    return _file("urlset", "url", pages)


def render_index(path: str, pages: list[SitemapPage]) -> bytes:
    """Return the index of the files that `path` answers with, when asked for page 1, 2, …"""
    parts = enumerate(parts_of(pages), 1)
    return _file("sitemapindex", "sitemap", [SitemapPage(f"{path}?page={n}", _latest(part)) for n, part in parts])


def parts_of(pages: list[SitemapPage]) -> list[list[SitemapPage]]:
    """Return the pages in files that are not too long."""
    return [pages[start : start + LONGEST] for start in range(0, len(pages), LONGEST)]


def _latest(pages: list[SitemapPage]) -> datetime | None:
    return max((page.changed_at for page in pages if page.changed_at), default=None)


def _file(root: str, name: str, entries: Iterable[SitemapPage]) -> bytes:
    """Return the file as text: a tree of 20 000 entries would take 10 MB, which a worker hardly gives back."""
    written = "".join(f"<{name}>{_entry(entry)}</{name}>" for entry in entries)
    return f"<?xml version='1.0' encoding='utf-8'?>\n<{root} xmlns=\"{NAMESPACE}\">{written}</{root}>".encode()


def _entry(entry: SitemapPage) -> str:
    changed = entry.changed_at and f"<lastmod>{in_utc(entry.changed_at)}</lastmod>"
    return f"<loc>{escape(absolute(entry.path), quote=False)}</loc>{changed or ''}"
