"""Importing talks from an iCalendar file or from the page of one talk: planned first, then applied all or nothing."""

from pathlib import Path

from django.utils.translation import gettext as _

from seminars.actions.importing import calendar_reading, page, sources
from seminars.actions.importing.page_plan import plan_page
from seminars.actions.importing.plan import plan_calendar
from seminars.actions.importing.planning import Plan, Row, Verdict, Wish
from seminars.actions.importing.sources import Refused, decoded

__all__ = ["Plan", "Refused", "Row", "Verdict", "Wish", "decoded", "plan", "plan_content"]


def plan(path: Path, wish: Wish) -> Plan:
    """Read a file, recognise by its content what it is, and plan its import; raise Refused where it is neither."""
    return plan_content(sources.content_of(path), wish, name=str(path))


def plan_content(content: bytes, wish: Wish, *, name: str, most: int = calendar_reading.MOST) -> Plan:
    """Plan the import of what a file of that name holds.

    Raise Refused where it is neither a calendar nor a page, and for a calendar of more than `most` events.
    """
    content = sources.cleaned(content, name)
    if sources.is_calendar(content):
        return plan_calendar(calendar_reading.read(content, most), wish)
    if not sources.is_text(content):
        raise Refused(_("%(path)s is neither an iCalendar file nor text.") % {"path": name})
    text, _is_utf8 = decoded(content)
    return plan_page(page.read(text), wish)
