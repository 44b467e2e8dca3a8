"""What subscribers see of a talk, and a preview of what they will see of a change."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from seminars.formats import ics_preview
from seminars.formats.ics_facts import Facts, facts_of
from seminars.formats.ics_preview import CalendarEntry
from seminars.models import State, Talk
from seminars.models.edition import rolled_back


@dataclass(frozen=True)
class ChangePreview:
    """What a change will do to the calendar entry."""

    entry: CalendarEntry
    sentences: list[str]


def is_preview(request: HttpRequest) -> bool:
    """Tell whether to preview without saving. Preview wins over any other button."""
    return "_preview" in request.POST


def previews_of(keys: list[int], change: Callable[[], None]) -> dict[int, ChangePreview]:
    """Make a change of these talks, look at what subscribers would see of each, and undo it.

    Raise ValidationError where the change is refused.
    """
    with rolled_back():
        before = _facts(keys)
        change()
        after = _facts(keys)
    return {key: preview_of(before[key], after[key]) for key in keys}


def _facts(keys: list[int]) -> dict[int, Facts]:
    return {talk.pk: facts_of(talk) for talk in Talk.objects.with_keys(keys).for_pages()}


def preview_of(before: Facts | None, after: Facts) -> ChangePreview:
    """Return what subscribers will see when the facts of a talk change; `before` is None for a new talk."""
    if after.state == State.DRAFT and (before is None or before.state == State.DRAFT):
        return ChangePreview(
            ics_preview.entry(after), [_("Subscribers do not see this change, because the talk is a draft.")]
        )
    sentences = ics_preview.changes(before, after) if before else []
    return ChangePreview(ics_preview.entry(after), sentences or [_("Nothing changes for subscribers.")])
