"""Sources on the desk: what a followed sheet asks, and where an organiser finds the sources of a series."""

import pytest

from seminars.importing.following import Found, follow
from seminars.models import Source, Talk
from tests.admin_forms import fields_of, form_of, signed_in
from tests.factories import in_new_york, make_administrator, make_organiser, make_series
from tests.sources import source_at
from tests.spreadsheets import csv_of, workbook_of
from tests.web_server import sends, serving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "private_sources")]

NOW = in_new_york(2024, 2, 1, 9)


@pytest.fixture
def series():
    return make_series(name="Engine Seminar", short_name="ENGINE", slug="engine")


# --- a sheet whose columns nobody can know ---

SHEET = [["Slot", "Mensch", "Sache"], ["05/03/2024 15:30", "Ada Lovelace", "On engines"]]


@pytest.mark.parametrize("content_of", [csv_of, lambda rows: workbook_of(("Talks", rows))])
def test_the_meaning_of_columns_is_asked_on_the_desk_and_remembered(series, content_of):
    with serving(sends(content_of(SHEET))) as url:
        source = source_at(f"{url}talks.csv", series, applies=True)
        found = [follow(source)]
    desk, page = signed_in(make_organiser(series)), f"/admin/import/?source={source.pk}"
    asked = form_of(desk, page)
    meant = {"column-0": "date-day-first", "column-1": "speakers", "column-2": "title"}
    planned = desk.post(page, asked | meant | {"_preview": "Preview"})
    desk.post(page, fields_of(planned) | {"_save": "Import"})
    more = [*SHEET, ["12/03/2024 15:30", "Bo Reed", "On looms"]]

    with serving(sends(content_of(more))) as url:
        Source.objects.update(url=f"{url}talks.csv")
        found.append(follow(Source.objects.get()))

    assert (found, "file" in asked, "text" in asked) == ([Found.WAITING, Found.APPLIED], False, False)
    assert [(talk.title, talk.starts_at) for talk in Talk.objects.order_by("starts_at")] == [
        ("On engines", in_new_york(2024, 3, 5, 15, 30)), ("On looms", in_new_york(2024, 3, 12, 15, 30)),
    ]  # fmt: skip


# --- the way there ---


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("/admin/", '<a class="button" href="/admin/seminars/source/">Sources</a>'),
        ("/admin/", '<a class="button" href="/admin/seminars/source/add/">Follow an address</a>'),
        ("/admin/import/?series={0}", '<a href="/admin/seminars/source/add/?series={0}">Follow an address instead</a>'),
        ("/admin/seminars/series/{0}/change/",
         '<a href="/admin/seminars/source/?series=engine">Sources</a>'),
    ],
)  # fmt: skip
def test_an_organiser_finds_the_sources_of_a_series(series, page, link):
    desk = signed_in(make_organiser(series))

    assert link.format(series.pk) in desk.get(page.format(series.pk)).content.decode()


def test_a_source_that_is_added_from_the_page_of_a_series_belongs_to_it(series):
    add = f"/admin/seminars/source/add/?series={series.pk}"

    assert form_of(signed_in(make_organiser(series, make_series())), add)["series"] == str(series.pk)


def test_the_sources_of_one_series_can_be_listed(series):
    source_at("https://example.org/a.ics", series)
    source_at("https://example.org/b.ics", make_series())

    page = signed_in(make_administrator()).get("/admin/seminars/source/?series=engine")

    assert ["a.ics" in page.content.decode(), "b.ics" in page.content.decode()] == [True, False]
