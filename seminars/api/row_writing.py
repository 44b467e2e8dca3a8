"""How rows beside talks are written: by those who may at the desk, over no change of others, or only previewed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel

from seminars.admin.deletion_blockers import blockers_in_words
from seminars.api import callers
from seminars.api.callers import Caller, Scope
from seminars.api.conditional import refuse_outdated, respond
from seminars.api.problems import ApiProblem
from seminars.api.types import Sent
from seminars.api.writing import DryRun, make


@dataclass(frozen=True)
class RowKind:
    """How rows of a model are found, told and written."""

    model: type[Model]
    scope: Scope
    find: Callable[[Caller, Any], Any]  # by what stands in the address; raises ApiProblem 404
    tell: Callable[[Any], BaseModel]
    fill: Callable[[Any, Sent, Caller], None]  # sets what was sent on a row
    write: Callable[[Any, Sent], None]  # checks and saves a row that was filled
    delete: Callable[[Any], None]
    key: str = "slug"  # what stands in the address


def add(
    request: HttpRequest, kind: RowKind, sent: Sent, how: DryRun, check: Callable[[], None] = lambda: None
) -> HttpResponse:
    """Add a row; `check` may refuse it, within the turn of writing, so that it still holds when the row is written."""

    def answer() -> HttpResponse:
        _require(request, "add", kind.model)
        check()
        row = kind.model()
        _save(request, "add", kind, row, sent)
        made = {} if how.dry_run else {"Location": f"{request.path}/{getattr(row, kind.key)}"}
        return respond(request, kind.tell(row), status=200 if how.dry_run else 201, headers=made)

    return make(request, how, answer, kind.scope)


def change(request: HttpRequest, kind: RowKind, key: Any, sent: Sent, how: DryRun) -> HttpResponse:
    """Change a row, if it is as the program has read it."""

    def answer() -> HttpResponse:
        row = row_as_read(request, "change", kind, key)
        _save(request, "change", kind, row, sent)
        return respond(request, kind.tell(row))

    return make(request, how, answer, kind.scope)


def remove(request: HttpRequest, kind: RowKind, key: Any, how: DryRun) -> HttpResponse:
    """Delete a row that nothing needs; say what needs it otherwise."""

    def answer() -> HttpResponse:
        row = row_as_read(request, "delete", kind, key)
        try:
            kind.delete(row)
        except ProtectedError as used:
            sentence = _("“%(what)s” is in use, so it cannot be deleted.") % {"what": row}
            raise ValidationError([sentence, *blockers_in_words(row)]) from used
        return HttpResponse(status=204)

    return make(request, how, answer, kind.scope)


def row_as_read(request: HttpRequest, verb: str, kind: RowKind, key: Any) -> Any:
    """Return a row that the program may change or delete, and has read as it is; raise ApiProblem otherwise."""
    row = kind.find(callers.of(request), key)
    _require(request, verb, kind.model, row)
    refuse_outdated(request, kind.tell(row))
    return row


def _save(request: HttpRequest, verb: str, kind: RowKind, row: Model, sent: Sent) -> None:
    """Set what was sent and write it, if the person may have the row so."""
    kind.fill(row, sent, callers.of(request))
    _require(request, verb, kind.model, row)
    kind.write(row, sent)


def _require(request: HttpRequest, verb: str, model: type[Model], row: Model | None = None) -> None:
    if not callers.of(request).rights.may(verb, model, row):
        raise ApiProblem(403, _("The person of this token may not do that at the desk either."))
