"""The pages of the site for search engines (sitemaps.org, protocol 0.9)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from seminars.models.addresses import absolute
from seminars.selectors.sitemap_pages import Findable

CONTENT_TYPE = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
LONGEST = 25_000  # pages in one file, some 3.5 MB, so that it is kept in memory; more need an index of files


def render(pages: list[Findable]) -> bytes:
    """Return one file of at most LONGEST pages."""
    return _file("urlset", "url", pages)


def render_index(path: str, pages: list[Findable]) -> bytes:
    """Return the index of the files that `path` answers with, when asked for page 1, 2, …"""
    parts = enumerate(parts_of(pages), 1)
    return _file("sitemapindex", "sitemap", [Findable(f"{path}?page={n}", _latest(part)) for n, part in parts])


def parts_of(pages: list[Findable]) -> list[list[Findable]]:
    """Return the pages in files that are not too long."""
    return [pages[start : start + LONGEST] for start in range(0, len(pages), LONGEST)]


def _latest(pages: list[Findable]) -> datetime | None:
    return max((page.changed_at for page in pages if page.changed_at), default=None)


def _file(root_name: str, name: str, entries: Iterable[Findable]) -> bytes:
    root = Element(root_name, {"xmlns": NAMESPACE})
    for entry in entries:
        one = ElementTree.SubElement(root, name)
        ElementTree.SubElement(one, "loc").text = absolute(entry.path)
        if entry.changed_at:
            ElementTree.SubElement(one, "lastmod").text = f"{entry.changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
