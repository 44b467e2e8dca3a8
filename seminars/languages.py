"""Languages for visitors: pages in another language than the department's name it first in their path: /de/talks/1/.

Only the address decides, so a page can be cached and linked. Feeds, files and the desk have one address each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.urls import URLPattern, URLResolver, get_script_prefix, get_urlconf, include, path, set_urlconf
from django.utils import translation
from django.utils.http import escape_leading_slashes
from django.utils.text import capfirst


class UrlsInLanguage:
    """A URL configuration in which the paths of pages begin with a language (Django's HttpRequest.urlconf)."""

    def __init__(self, language: str, urls: ModuleType) -> None:
        self.segment = f"{language}/"
        self.urlpatterns: list[URLPattern | URLResolver] = [path(self.segment, include(urls.pages)), *urls.files]
        self.handler404, self.handler500 = urls.handler404, urls.handler500


@cache
def urls_in(language: str) -> UrlsInLanguage:
    """Return the URL configuration for pages in `language`."""
    return UrlsInLanguage(language, import_module(settings.ROOT_URLCONF))


@cache
def page_names() -> frozenset[str]:
    """Return the names of the addresses that each language has one of."""
    return frozenset(page.name for page in import_module(settings.ROOT_URLCONF).pages)


def named_in(path_info: str) -> str:
    """Return the language that a path names, whether or not visitors may choose it; "" if it names none.

    Here and below, `path_info` begins with a slash and has no script prefix.
    """
    first = path_info[1:].partition("/")[0]
    return first if first in dict(settings.LANGUAGES) else ""


def of_path(path_info: str) -> str:
    """Return the language for visitors that a path names, "" for the department's own."""
    language = named_in(path_info)
    return language if language in settings.VISITOR_LANGUAGES else ""


def without(path_info: str) -> str:
    """Return a path without the language that it names."""
    language = named_in(path_info)
    return (path_info.removeprefix(f"/{language}") or "/") if language else path_info


def address_in(address: str, language: str = "") -> str:
    """Return the address of the same page in a language; by default in the department's, which is not named.

    Both addresses begin with the script prefix.
    """
    prefix, (path_there, mark, query) = get_script_prefix(), address.partition("?")
    page = f"{without(f'/{path_there.removeprefix(prefix)}')[1:]}{mark}{query}"
    # With two slashes at its beginning, it would be the address of another host (RFC 3986 section 4.2).
    return escape_leading_slashes(f"{prefix}{language}/{page}" if language else f"{prefix}{page}")


def segment() -> str:
    """Return what the paths of pages begin with in the answer being made: "de/", or "" in the department's language."""
    return getattr(get_urlconf(), "segment", "")


def tag_of(typed: str) -> str:
    """Return the tag (BCP 47) of a language that is named in itself, in English or in the language being spoken.

    Anything else comes back as it was typed.
    """
    wanted = typed.strip().casefold()
    for tag, known in LANG_INFO.items():
        names = (known["name"], known["name_local"], translation.gettext(known["name"])) if "name" in known else ()
        if wanted in {name.casefold() for name in names}:
            return tag
    return typed


def local_name(language: str) -> str:
    """Return the name of a language in itself: "Deutsch"."""
    return capfirst(translation.get_language_info(language)["name_local"])


@contextmanager
def at(path_info: str) -> Iterator[None]:
    """Write the links of pages, within, as on the page at this path, and speak the language that it names, if any."""
    language, before = of_path(path_info), get_urlconf()
    set_urlconf(urls_in(language) if language else None)
    try:
        with translation.override(language or translation.get_language()):
            yield
    finally:
        set_urlconf(before)
