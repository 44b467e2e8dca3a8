"""Export talks from the desk's list as a spreadsheet, and download an empty one to fill in."""

import tempfile
from collections.abc import Callable, Collection, Iterable
from typing import BinaryIO

from django.contrib.admin import ModelAdmin, action
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import access
from seminars.admin.rights import rights
from seminars.admin.talk_initial import chosen_series
from seminars.formats import spreadsheet
from seminars.formats.spreadsheet_columns import Row, empty_rows, rows_of
from seminars.models import Talk
from seminars.times import today

BATCH = 500  # talks that are read at once
EMPTY_ROWS = 20
EMPTY = "empty"
WRITERS: dict[str, tuple[Callable[[BinaryIO, Iterable[Row]], None], str]] = {
    "xlsx": (spreadsheet.write_workbook, spreadsheet.WORKBOOK_TYPE),
    "csv": (spreadsheet.write_csv, spreadsheet.CSV_TYPE),
}


def export_view(desk: ModelAdmin, request: HttpRequest, form: str) -> HttpResponse:
    """Answer with the talks of the list, filtered as the address says, or with an empty sheet of the chosen series."""
    if form == EMPTY:
        return _file(empty_rows(chosen_series(request), EMPTY_ROWS), "xlsx", _("talks to fill in"))
    if form not in WRITERS:
        raise Http404
    try:
        talks = desk.get_changelist_instance(request).get_queryset(request)
    except IncorrectLookupParameters:
        return redirect("admin:seminars_talk_changelist")
    return export(request, talks, form)


def export(request: HttpRequest, talks: QuerySet[Talk], form: str) -> HttpResponse:
    """Answer with these talks as a file of that form; cells that the person may not see are blank."""
    known = rights(request)

    def hidden(talk: Talk) -> Collection[str]:
        return () if known.may("change", Talk, talk) else access.fields_for_home_alone(talk)

    return _file(rows_of(talks.iterator(BATCH), hidden), form, _("talks"))


def _file(rows: Iterable[Row], form: str, name: str) -> FileResponse:
    write, content_type = WRITERS[form]
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    write(file, rows)
    file.seek(0)
    name = f"{name.replace(' ', '-')}-{today().isoformat()}.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


@action(description=gettext_lazy("Export as an Excel file"), permissions=["view"])
def export_workbook(desk: ModelAdmin, request: HttpRequest, queryset: QuerySet[Talk]) -> HttpResponse:
    return export(request, queryset, "xlsx")


@action(description=gettext_lazy("Export as CSV"), permissions=["view"])
def export_csv(desk: ModelAdmin, request: HttpRequest, queryset: QuerySet[Talk]) -> HttpResponse:
    return export(request, queryset, "csv")
