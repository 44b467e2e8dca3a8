"""What somebody edited in a file that we exported: exactly the edited cells change a talk, and nothing else.

A field that was changed on this site after the export stays, and the plan says so.
"""

from seminars.formats.spreadsheet_columns import as_text, cells_of, edited
from seminars.importing.events import SourceEvent
from seminars.importing.field_values import FieldValue, holds
from seminars.importing.sources.spreadsheet_rows import fields_fed_by
from seminars.models import Talk


def sort_out_edits(
    event: SourceEvent, talk: Talk, values: list[FieldValue]
) -> tuple[list[FieldValue], list[FieldValue]]:
    """Return the edited values that a talk takes over, and those of fields that were changed here, too."""
    since = _changed_here_since(talk, event)
    new = [value for value in values if not holds(talk, value)]
    return [value for value in new if value.field not in since], [value for value in new if value.field in since]


def _changed_here_since(talk: Talk, event: SourceEvent) -> frozenset[str]:
    return fields_fed_by(edited({name: as_text(cell) for name, cell in cells_of(talk).items()}, event.check))
