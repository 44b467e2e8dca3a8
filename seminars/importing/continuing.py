"""Keep what an import needs to go on, and go on with one that was interrupted."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.importing import apply_plan, plan_content
from seminars.importing.choices import ImportOptions
from seminars.models import Change, ImportRun, User


def begin(content: bytes, options: ImportOptions) -> ImportRun:
    """Return a run, unsaved, that has what an interrupted import needs to go on."""
    run = ImportRun(options=options.kept())
    run.content = content
    return run


def go_on(run: ImportRun, *, by: User, homes: frozenset[int] | None) -> Change | None:
    """Import the rest of a file, as a part of the same change; `homes` are the series that `by` may change.

    Raise ValidationError if it cannot go on: where something was changed since, all of it is undone.
    """
    if not run.can_go_on or not ImportRun.objects.claim(run):
        raise ValidationError(_("This import cannot be continued: it is finished, or still running."))
    options = ImportOptions(**run.options, homes=homes)
    return apply_plan(plan_content(run.content, options, name=_("The file")), by=by, run=run)
