"""What lists of things found say: the words of a question marked, what stands around them, what belongs to a thing."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from seminars import text
from seminars.listings import LABELS, Listing
from seminars.models import Series, Talk
from seminars.models.searching import may_stand_after_head

register = template.Library()


@register.filter
def of(things: Mapping[Any, Any], key: Any) -> Any:
    """Return what belongs to `key`, None where there is nothing."""
    return things.get(key)


class Chip(NamedTuple):
    """A series that one may choose, or has chosen."""

    slug: str
    name: str
    is_chosen: bool


@register.simple_tag
def chips(offered: Mapping[str, str], chosen: Sequence[Series] | str) -> list[Chip]:
    """Return the series that are offered and those that are chosen, by name."""
    names = {**offered} | {series.slug: series.name for series in chosen or ()}
    mine = {series.slug for series in chosen or ()}
    return [Chip(slug, name, slug in mine) for slug, name in names.items()]


class ChosenFilter(NamedTuple):
    """A value of a filter that is in use, and the address of the page without it."""

    label: str
    words: str
    address: str


@register.simple_tag(takes_context=True)
def chosen_filters(context: Context, listing: Listing) -> list[ChosenFilter]:
    """Return the filters of a listing that is shown on this page; taking one off keeps the others and the question."""
    request = context["request"]
    question = [("q", request.GET["q"])] if request.GET.get("q") else []
    chosen = [(name, value) for name, values in listing.chosen.items() for value in values]
    found = []
    for one in chosen:
        rest = [(name, getattr(value, "slug", value)) for name, value in chosen if (name, value) != one]
        address = f"{request.path}?{urlencode(question + rest)}" if question + rest else request.path
        name, value = one
        found.append(ChosenFilter(str(LABELS[name]), str(getattr(value, "label", value)), address))
    return found


@register.simple_tag(takes_context=True)
def marked(context: Context, words: str) -> SafeString:
    """Mark in a line, or in markup, the words that the page's question is about; a page without one marks nothing."""
    question = context.get("question")
    return text.marked(words, question.marked if question else ())


@register.simple_tag(takes_context=True)
def around(context: Context, talk: Talk) -> SafeString | str:
    """Return the part of the abstract in which the question's words occur, with them marked; "" where they do not."""
    words = context["question"].marked
    return text.around(talk.abstract, words) if may_stand_after_head(talk, words) else ""
