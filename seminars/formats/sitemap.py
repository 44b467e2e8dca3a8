"""The pages of the site for search engines (sitemaps.org, protocol 0.9)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from django.conf import settings
from django.urls import get_script_prefix

from seminars import languages
from seminars.models.department_language import department_language
from seminars.models.page_addresses import absolute
from seminars.selectors.sitemap_pages import SitemapPage
from seminars.times import in_utc

CONTENT_TYPE = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
LONGEST = 8_000  # addresses in one file, some 1.2 MB; more need an index of files


def render(pages: list[SitemapPage]) -> bytes:
    """Return one file with the pages in the department's language, each with its address in every other language.

    The pages themselves name these addresses too, in all languages.
    """
    others = _other_languages()
    named = {language: absolute(languages.address_in(get_script_prefix(), language)) for language in others}
    named = {department_language(): absolute(get_script_prefix())} | named if named else {}
    return _file("urlset", "url", pages, named)


def render_index(path: str, pages: list[SitemapPage]) -> bytes:
    """Return the index of the files that `path` answers with, when asked for page 1, 2, …"""
    parts = enumerate(parts_of(pages), 1)
    return _file("sitemapindex", "sitemap", [SitemapPage(f"{path}?page={n}", _latest(part)) for n, part in parts])


def parts_of(pages: list[SitemapPage]) -> list[list[SitemapPage]]:
    """Return the pages in files that are not too long; a page has an address in each language."""
    size = max(LONGEST // (1 + len(_other_languages())), 1)
    return [pages[start : start + size] for start in range(0, len(pages), size)]


def _other_languages() -> list[str]:
    return [language for language in settings.VISITOR_LANGUAGES if language != department_language()]


def _latest(pages: list[SitemapPage]) -> datetime | None:
    return max((page.changed_at for page in pages if page.changed_at), default=None)


def _file(root: str, name: str, entries: Iterable[SitemapPage], fronts: Mapping[str, str] | None = None) -> bytes:
    """Return the file as text: a tree of 20 000 entries would take 10 MB, which a worker hardly gives back.

    `fronts` are the full addresses of the front page by language.
    """
    fronts = fronts or {}
    written = "".join(f"<{name}>{_entry(entry)}{_versions(entry, fronts)}</{name}>" for entry in entries)
    declared = f' xmlns:xhtml="{XHTML}"' if fronts else ""
    return (
        f"<?xml version='1.0' encoding='utf-8'?>\n<{root} xmlns=\"{NAMESPACE}\"{declared}>{written}</{root}>".encode()
    )


def _entry(entry: SitemapPage) -> str:
    changed = entry.changed_at and f"<lastmod>{in_utc(entry.changed_at)}</lastmod>"
    return f"<loc>{escape(absolute(entry.path), quote=False)}</loc>{changed or ''}"


def _versions(entry: SitemapPage, fronts: Mapping[str, str]) -> str:
    """Return the addresses of a page in all languages (Google Search Central, localized versions)."""
    page = escape(entry.path.removeprefix(get_script_prefix()))
    links = (f'<xhtml:link rel="alternate" hreflang="{one}" href="{front}{page}"/>' for one, front in fronts.items())
    return "".join(links)
