"""Follow the sources of series: apply the changes at an address, or leave them for the desk if any is in doubt."""

import re
from collections.abc import Mapping
from enum import Enum
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.importing import ImportOptions, ImportPlan, NoDateColumn, Outcome, apply_plan, plan_content
from seminars.importing.continuing import begin
from seminars.importing.events import former_path
from seminars.importing.fetching import WEBCAL, Fetched, fetch
from seminars.models import FormerAddress, Source

# Answers about what somebody saw in one plan: what is gone, or private, next time is something else.
NOT_FROM_THEN_ON = frozenset({"gone", "private", "refused", "deleted"})
_REPEATS = re.compile(rb"RRULE[^\r\n]{0,80}FREQ=(?:DAILY|WEEKLY|MONTHLY)", re.IGNORECASE)
COLUMN = "column:"  # stands before the header of a column among the choices of a source


class Found(Enum):
    """What came of a look at a source."""

    UNCHANGED = gettext_lazy("unchanged")
    APPLIED = gettext_lazy("changes applied")
    WAITING = gettext_lazy("changes wait on the desk")
    FAILED = gettext_lazy("could not be read")
    BUSY = gettext_lazy("another process is checking it")


def follow(source: Source) -> Found:
    """Look at a source once. If that fails, note why; changes that waited before still wait."""
    if not source.claim(timezone.now()):
        return Found.BUSY
    try:
        fetched = fetch(source.url, etag=source.etag, last_modified=source.last_modified)
        found = _compare(source, fetched)
    except ValidationError as refusal:
        source.problem = " ".join(refusal.messages)[:500]
        source.save(update_fields=["problem"])
        return Found.FAILED
    source.problem = ""
    # An unchanged calendar has new dates later: those of events that repeat are read for a time around now.
    is_lasting = not _REPEATS.search(fetched.content or b"")
    source.etag, source.last_modified = (fetched.etag, fetched.last_modified) if is_lasting else ("", "")
    source.save()
    return found


def plan_of(source: Source, content: bytes) -> ImportPlan:
    """Plan the import of what was fetched from a source; raise ValidationError where none of it can be imported."""
    return plan_content(content, options_of(source), name=source.url)


def options_of(source: Source) -> ImportOptions:
    """Return the options for importing from a source, which can change only the talks of its own series."""
    return ImportOptions(
        series=source.series.slug,
        draft=source.draft,
        homes=frozenset({source.series_id}),
        choices=source.choices,
        columns=columns_of(source),
    )


def columns_of(source: Source) -> dict[str, str]:
    """Return what an organiser said that columns of a spreadsheet mean, by header."""
    return {key.removeprefix(COLUMN): means for key, means in source.choices.items() if key.startswith(COLUMN)}


def note_applied(
    source: Source, choices: Mapping[str, str] | None = None, columns: Mapping[str, str] | None = None
) -> None:
    """Note, unsaved, that nothing waits any longer, and what an organiser chose while applying it."""
    source.waiting, source.content = 0, b""
    source.choices |= {
        key: value for key, value in (choices or {}).items() if key.split(":")[0] not in NOT_FROM_THEN_ON
    }
    source.choices |= {f"{COLUMN}{header}": means for header, means in (columns or {}).items()}


def remember_address(source: Source) -> None:
    """Make the path of the source lead to its series, for the day on which this site takes the old one's place."""
    path = former_path(WEBCAL.sub("https://", source.url))
    if path and not FormerAddress.objects.filter(path=path).exists():
        FormerAddress.objects.remember(path, source.series)


def _compare(source: Source, fetched: Fetched) -> Found:
    if fetched.content is None:
        return Found.WAITING if source.waiting else Found.UNCHANGED
    try:
        plan = plan_of(source, fetched.content)
    except NoDateColumn:  # somebody can say which one it is
        source.waiting, source.content = 1, fetched.content
        return Found.WAITING
    changes = sum(map(plan.count, (Outcome.NEW, Outcome.CHANGED, Outcome.GONE)))
    if not changes and not plan.does_something:
        note_applied(source)
        return Found.UNCHANGED
    if source.applies and plan.is_certain:
        host = urlsplit(source.url).hostname
        run = begin(fetched.content, options_of(source))
        apply_plan(plan, sentence=_("Imported from %(host)s") % {"host": host}, run=run)
        note_applied(source)
        return Found.APPLIED
    source.waiting, source.content = max(changes, 1), fetched.content
    return Found.WAITING
