"""Rows of lists that were rendered before: after an edit a page renders one row anew, not all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django import template
from django.db import models
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from seminars.models import Speaker, Talk
from seminars.times import today

register = template.Library()

MOST = 1000  # rows of some 2 KB in each worker
NEAR = timedelta(days=2)  # around a talk, when its row may change by the minute
_kept: dict[bytes, SafeString] = {}


@register.simple_tag(takes_context=True)
def row(context: Context, talk: Talk, level: int, person: Speaker | str = "") -> SafeString:
    """Return talks/_talk.html for a talk that was read with what lists show; it sees nothing else of the page."""
    key = _key(talk, (level, person and person.pk), timezone.now())
    kept = _kept.get(key)
    if kept is None:
        part = context.template.engine.get_template("talks/_talk.html")
        kept = part.render(context.new({"talk": talk, "level": level, "person": person}))
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = kept
    return kept


def _key(talk: Talk, shown: tuple, now: datetime) -> bytes:
    """Return a digest of all that a row may depend on: whatever was read of the talk, the language, the time."""
    is_near = talk.starts_at - NEAR < now < talk.ends_at + NEAR
    moment = f"{now:%Y%m%d%H%M}" if is_near else today(now).isoformat()
    place = (shown, get_language(), get_script_prefix(), timezone.get_current_timezone_name())
    return sha256(repr((place, moment, talk.is_newly_moved(now), *_read(talk, set()))).encode()).digest()


def _read(thing: models.Model, seen: set[int]) -> Iterator[Any]:
    """Yield the fields of a row and of every row that was read along with it."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    yield type(thing).__name__
    yield from ((name, value) for name, value in vars(thing).items() if not name.startswith("_"))
    along = list(thing._state.fields_cache.items())
    along += [(name, one) for name, many in getattr(thing, "_prefetched_objects_cache", {}).items() for one in many]
    for name, one in along:
        if isinstance(one, models.Model):
            yield name
            yield from _read(one, seen)
