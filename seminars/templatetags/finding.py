"""What lists of things found say: the words of a question marked, what stands around them, what belongs to a thing."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from seminars import text
from seminars.models import Series

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


@register.simple_tag(takes_context=True)
def marked(context: Context, words: str) -> SafeString:
    """Mark in a line, or in markup, the words that the page's question is about; a page without one marks nothing."""
    question = context.get("question")
    return text.marked(words, question.words if question else ())


@register.simple_tag(takes_context=True)
def around(context: Context, source: str) -> SafeString | str:
    """Return the part of an abstract in which the question's words occur, with them marked; "" where they do not."""
    return text.around(source, context["question"].words)
