"""Languages of a page: of its words, its dates and what was typed; its addresses in the other ones."""

from functools import cache

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, pgettext

from seminars import languages
from seminars.models import Talk
from seminars.models.department_language import department_language

register = template.Library()


@register.simple_tag
def language_of_words() -> str:
    """Return the language in which pages speak: English where there is no catalogue of ours."""
    return _language_of_catalogue(get_language())


@cache  # each card of a list asks several times
def _language_of_catalogue(_language: str) -> str:
    """Return the language of the words of a page in this language, which is active."""
    return pgettext("the language of this catalogue", "en")


@register.simple_tag
def where_dates_differ() -> SafeString:
    """Return the attribute that names the language of dates, "" where the words around them are in it too."""
    dates = get_language()
    return _lang(dates) if dates != language_of_words() else SafeString()


@register.simple_tag
def where_typed_differs() -> SafeString:
    """Return the attribute that names the department's language, in which people type, "" where the page is in it."""
    return _lang(typed_language())


@register.simple_tag
def as_typed(text: str) -> str:
    """Return a text of ours in the department's language, in which forms propose it for what people type."""
    with translation.override(department_language()):
        return translation.gettext(text)


@register.filter
def lang(talk: Talk) -> SafeString:
    """Return the attribute that names the language of a talk's title and abstract, "" if it is the page's own."""
    return _lang(talk.language or typed_language())


def typed_language() -> str:
    """Return the language of what was typed, "" where the page is in it."""
    ours = department_language()
    return ours if ours != language_of_words() else ""


def _lang(tag: str) -> SafeString:
    return format_html(' lang="{}"', tag) if tag else SafeString()


@register.filter
def tongue(tag: str) -> str:
    """Return the name of a language in the reader's; the tag itself where Django does not know it."""
    try:
        return get_language_info(tag)["name_translated"]
    except KeyError:
        return tag


@register.simple_tag
def languages_of(path: str) -> list[tuple[str, str]]:
    """Return the same page in each language that visitors may choose, the department's first: a code and a path.

    Nothing where there is only one.
    """
    ours = department_language()
    others = [language for language in settings.VISITOR_LANGUAGES if language != ours]
    addresses = [(language, languages.address_in(path, language)) for language in others]
    return [(ours, languages.address_in(path)), *addresses] if others else []


@register.simple_tag(takes_context=True)
def language_choices(context: Context) -> list[tuple[str, str, str]]:
    """Return the links of the language menu of a page: a code, an address, and the name of the language in itself.

    Nothing on what has one address for all languages.
    """
    request = context["request"]
    shown = request.resolver_match
    if not shown or shown.namespaces or shown.url_name not in languages.page_names():
        return []
    return [(code, path, languages.local_name(code)) for code, path in languages_of(request.get_full_path())]
