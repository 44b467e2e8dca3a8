"""The statistics of the desk: talks and speakers by year or term, as a page and as CSV."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from seminars.admin.pages import DeskPage
from seminars.admin.rights import own_talks
from seminars.formats.csvfile import BYTE_ORDER_MARK, cell
from seminars.models import Department
from seminars.selectors.statistics import By, Count, PeriodCounts, Rows, statistics

NUMBERS = ("talks", "speakers", "new", "returning", "external", "internal", "unspecified", "in_person", "online",
           "hybrid", "recorded")  # fmt: skip
WIDTH, HEIGHT = 640, 160  # of the plot, in its own units


class ReportPage(DeskPage):
    """Show the counts of one's own series; `?format=csv` downloads them."""

    template_name = "admin/report.html"
    title = gettext_lazy("Statistics")

    def get(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        by, rows = _chosen(request, By, "by"), _chosen(request, Rows, "rows")
        counts = statistics(own_talks(request), Department.objects.current().year_begins_in, by, rows)
        if request.GET.get("format") == "csv":
            return _table(counts, by, rows)
        return self.show(counts=counts, bars=bars(counts), by=by, rows=rows, periods=By, kinds_of_rows=Rows)


def _chosen(request: HttpRequest, choices: type[By] | type[Rows], name: str) -> By | Rows:
    """Return the choice that the address names, the first of them unless it names one."""
    asked = request.GET.get(name)
    return choices(asked) if asked in choices else next(iter(choices))


def bars(counts: list[PeriodCounts]) -> list[dict[str, Any]]:
    """Return a bar for each period, the earliest first: its place in the plot, its height and what it stands for."""
    most = max((one.total.talks for one in counts), default=0)
    width = WIDTH / max(len(counts), 1)
    shown = []
    for number, one in enumerate(reversed(counts)):
        height = round(HEIGHT * one.total.talks / most)
        shown.append(
            {
                "period": one.period, "talks": one.total.talks, "height": height, "top": HEIGHT - height + 20,
                "left": round(number * width + width * 0.15), "width": round(width * 0.7),
                "middle": round((number + 0.5) * width),
            }
        )  # fmt: skip
    return shown


def _table(counts: list[PeriodCounts], by: By, rows: Rows) -> HttpResponse:
    """Return one line for each row and period (RFC 4180), and one for each period as a whole, with no name."""
    headers = {"Content-Disposition": 'attachment; filename="statistics.csv"'}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    lines = csv.writer(response)
    lines.writerow((by, rows, *NUMBERS))
    for one in counts:
        lines.writerows(_line(one, count) for count in (*one.rows, one.total))
    return response


def _line(one: PeriodCounts, count: Count) -> tuple[str | int, ...]:
    return one.period.slug, cell(count.of), *count.numbers
