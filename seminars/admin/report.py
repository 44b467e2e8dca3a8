"""The yearly report for administrators: talks and speakers by series and academic year, as a page and as CSV."""

import csv
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.formats.csvfile import BYTE_ORDER_MARK, cell
from seminars.models import Department
from seminars.selectors.yearly_report import Count, YearCounts, yearly_report

COLUMNS = ("year", "series", "talks", "speakers", "external", "internal", "unspecified")
WIDTH, HEIGHT = 640, 160  # of the plot, in its own units


class ReportPage(DeskPage):
    """Show the counts; `?format=csv` downloads them."""

    template_name = "admin/report.html"
    title = gettext_lazy("Yearly report")

    def get(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if not rights(request).is_administrator:
            raise PermissionDenied
        years = yearly_report(Department.objects.current().year_begins_in, _("All series"))
        return _table(years) if request.GET.get("format") == "csv" else self.show(years=years, bars=bars(years))


def bars(years: list[YearCounts]) -> list[dict[str, Any]]:
    """Return a bar for each year, the earliest first: its place in the plot, its height and what it stands for."""
    most = max((one.total.talks for one in years), default=0)
    width = WIDTH / max(len(years), 1)
    shown = []
    for number, one in enumerate(reversed(years)):
        height = round(HEIGHT * one.total.talks / most)
        shown.append(
            {
                "year": one.year.label, "talks": one.total.talks, "height": height, "top": HEIGHT - height + 20,
                "left": round(number * width + width * 0.15), "width": round(width * 0.7),
                "middle": round((number + 0.5) * width),
            }
        )  # fmt: skip
    return shown


def _table(years: list[YearCounts]) -> HttpResponse:
    """Return one line for each series and year (RFC 4180), and one for each year as a whole, with no series."""
    headers = {"Content-Disposition": 'attachment; filename="yearly-report.csv"'}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    lines = csv.writer(response)
    lines.writerow(COLUMNS)
    for one in years:
        lines.writerows(_line(one, count, cell(count.of)) for count in one.series)
        lines.writerow(_line(one, one.total, ""))
    return response


def _line(one: YearCounts, count: Count, series: str) -> tuple[str | int, ...]:
    people = (count.external, count.internal, count.unspecified)
    return one.year.slug, series, count.talks, count.speakers, *map(len, people)
