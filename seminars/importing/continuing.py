"""Import in parts that one request has time for: keep what the next part needs, and go on with it."""

import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.garbage import collecting_new_objects_only
from seminars.importing import ImportPlan, Outcome, plan_content
from seminars.importing.apply import apply_in_turns
from seminars.importing.choices import ImportOptions
from seminars.models import ImportRun, User

SECONDS = 5  # of one request; planning the rest takes two more


def begin(content: bytes, options: ImportOptions, *, tells_readers: bool = True) -> ImportRun:
    """Return a run, unsaved, that has what a later part of the import needs."""
    run = ImportRun(options=options.kept(), tells_readers=tells_readers)
    run.content = content
    return run


def write_a_part(plan: ImportPlan, run: ImportRun, *, by: User) -> None:
    """Write turns for SECONDS, at least one, then let another request go on; `run.is_finished` tells whether it must.

    Raise ValidationError as `apply_plan` does.
    """
    ends = time.monotonic() + SECONDS
    try:
        with collecting_new_objects_only():
            for _turn in apply_in_turns(plan, run, by=by):
                if time.monotonic() > ends:
                    break
    finally:
        run.release()


def go_on(run: ImportRun, *, by: User, homes: frozenset[int] | None) -> list[str]:
    """Import the next part of a file, as a part of the same change; `homes` are the series that `by` may change.

    The rest is planned again. Return which talks are left out, and why. Raise ValidationError if it cannot go on: what
    was imported stays.
    """
    if not run.can_go_on or not ImportRun.objects.claim(run):
        raise ValidationError(_("This import cannot be continued: it is finished, or still running."))
    options = ImportOptions(**run.options, homes=homes)
    try:
        plan = plan_content(run.content, options, name=_("The file"))
        write_a_part(plan, run, by=by)
    except ValidationError as error:
        raise ValidationError(_stopped(run, " ".join(error.messages))) from error
    finally:
        run.release()
    return [f"{row.name}: {' '.join(row.remarks)}" for row in plan.rows if row.outcome == Outcome.REFUSED]


def _stopped(run: ImportRun, reason: str) -> str:
    sentence = ngettext(
        "The import stopped after %(done)d of %(total)d talk. %(reason)s You can continue or undo it below.",
        "The import stopped after %(done)d of %(total)d talks. %(reason)s You can continue or undo it below.",
        run.total,
    )
    return sentence % {"done": run.done, "total": run.total, "reason": reason}
