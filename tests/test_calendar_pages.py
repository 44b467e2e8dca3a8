"""The pages of a month and of a week."""

import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from seminars.calendar_periods import Month, Week, period_from_slug
from seminars.models import Break, Department, Series, State
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_draft, make_series, make_talk
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]  # 3 November 2025


@pytest.fixture(autouse=True)
def asset():
    return make_series(name="ASSET Seminar", short_name="ASSET", slug="asset")


def talk_on(*day, hours=1, make=make_talk, **fields):
    start = in_new_york(*day, 12)
    fields = {"series": Series.objects.get(slug="asset")} | fields
    return make(starts_at=start, ends_at=start + timedelta(hours=hours), **fields)


CELL = re.compile(
    r'<td class="cell[^"]*"[^>]*>\s*<p class="cell-day"><time datetime="([^"]*)">.*?</time></p>(.*?)</td>', re.S
)


def cells(client, address):
    """Return what stands in each cell of a month that is not empty, by its day."""
    found = CELL.findall(main(client.get(address)))
    return {day: words(markup) for day, markup in found if words(markup)}


def parts(markup, tag, name=""):
    """Return the text of each element of this kind, with one of its classes where it has a name."""
    form = rf'<{tag}\b[^>]*class="[^"]*\b{name}\b[^>]*>.*?</{tag}>' if name else rf"<{tag}\b[^>]*>.*?</{tag}>"
    return [words(found) for found in re.findall(form, markup, re.S)]


def links(markup, name):
    """Return where the links of a navigation lead."""
    nav = re.search(rf'<nav class="{name}".*?</nav>', markup, re.S)[0]
    return re.findall(r'href="([^"]*)"', nav)


def test_a_month_shows_each_talk_on_its_day_with_breaks(client):
    talk_on(2025, 11, 5, title="On engines", speakers=["Ada Lovelace"])
    talk_on(2025, 11, 5, title="On looms", state=State.CANCELLED, room=None)
    talk_on(2025, 12, 1, title="In December")
    talk_on(2025, 11, 12, title="Draft", make=make_draft)
    talk_on(2025, 11, 13, title="Unlisted", series=make_series(is_listed=False))
    Break.objects.create(first_on=date(2025, 11, 27), last_on=date(2025, 11, 28), reason="Thanksgiving")

    assert cells(client, "/calendar/2025-11/") == {
        "2025-11-05": "12 noon ASSET On engines Ada Lovelace 12 noon ASSET Cancelled On looms",
        "2025-11-27": "No seminar (Thanksgiving)",
        "2025-11-28": "No seminar (Thanksgiving)",
    }


def test_a_talk_over_midnight_stands_on_its_first_day_and_a_workshop_on_each_of_its_days(client):
    talk_on(2025, 11, 30, hours=13, title="Late")
    talk_on(2025, 11, 28, hours=50, title="Workshop")

    assert cells(client, "/calendar/2025-11/") == {
        "2025-11-28": "12 noon ASSET Workshop",
        "2025-11-29": "continues ASSET Workshop",
        "2025-11-30": "continues ASSET Workshop 12 noon ASSET Late",
    }
    assert cells(client, "/calendar/2025-12/") == {}


@pytest.mark.parametrize(("language", "first"), [("en", "Sunday"), ("de", "Montag")])
def test_weeks_of_a_month_begin_as_the_language_counts(client, settings, language, first):
    settings.LANGUAGE_CODE = language
    make_talk()

    with translation.override(language):
        page = main(client.get("/calendar/2025-11/"))

    assert re.findall(r'<abbr title="([^"]*)"', page)[0] == first


def test_a_week_lists_its_days(client):
    talk_on(2025, 11, 5, title="On engines")
    talk_on(2025, 11, 10, title="Next week")
    Break.objects.create(first_on=date(2025, 11, 7), last_on=date(2025, 11, 20), reason="Holidays")

    page = main(client.get("/calendar/2025-W45/"))

    assert parts(page, "h1") == ["Week 45: 3–9 November 2025"]
    assert parts(page, "section", "month") == [
        "Wednesday, 5 November " + parts(page, "article")[0],
        *(f"{day} November No seminar (Holidays)" for day in ("Friday, 7", "Saturday, 8", "Sunday, 9")),
    ]
    assert parts(page, "h3") == ["On engines"]


def test_filters_are_kept_by_every_link_of_a_calendar(client):
    talk_on(2025, 11, 5, title="Mine", series=make_series(slug="looms", short_name="LOOMS"))
    talk_on(2025, 11, 6, title="Other")

    page = main(client.get("/calendar/2025-11/?series=looms"))

    assert parts(page, "p", "entry-title") == ["Mine"]
    views = [f"{path}?series=looms" for path in ("/", "/calendar/2025-11/", "/calendar/2025-W45/")]
    assert links(page, "views") == views
    assert links(page, "periods") == [f"/calendar/{month}/?series=looms" for month in ("2025-10", "2025-12")]
    assert links(main(client.get("/?series=looms")), "views") == views


@pytest.mark.parametrize("path", ["/calendar/2025-11/", "/calendar/2025-W45/"])
def test_the_filters_of_a_calendar_stay_on_its_page(client, path):
    talk_on(2025, 11, 5)

    page = main(client.get(f"{path}?series=asset"))

    assert re.findall(r'<form method="get" action="([^"]*)"', page) == [path]
    assert f'<a class="button is-quiet" href="{path}">Show all talks</a>' in page


def test_the_calendar_ends_one_month_beyond_the_talks_and_today(client):
    talk_on(2025, 9, 5)
    talk_on(2026, 1, 5)

    answers = [client.get(f"/calendar/{month}/").status_code for month in ("2025-07", "2025-08", "2026-02", "2026-03")]

    assert answers == [404, 200, 200, 404]
    assert links(main(client.get("/calendar/2025-08/")), "periods") == ["/calendar/2025-09/"]
    assert links(main(client.get("/calendar/2026-02/")), "periods") == ["/calendar/2026-01/"]


@pytest.mark.parametrize("slug", ["2025", "2025-13", "2025-00", "2025-W53", "2025-w45", "9999-12", "0027-01", "2025-1"])
def test_what_is_no_month_or_week_is_not_found(client, slug):
    make_talk()

    assert client.get(f"/calendar/{slug}/").status_code == 404


def test_the_calendar_leads_to_the_present_month_with_its_filters(client):
    answer = client.get("/calendar/?mode=online")

    assert (answer.status_code, answer["Location"]) == (302, "/calendar/2025-11/?mode=online")


def test_a_month_without_talks_or_with_filters_stays_out_of_search_engines(client):
    talk_on(2025, 11, 5)

    marked = {path: b'name="robots"' in client.get(f"/calendar/{path}").content
              for path in ("2025-11/", "2025-12/", "2025-11/?mode=online")}  # fmt: skip

    assert marked == {"2025-11/": False, "2025-12/": True, "2025-11/?mode=online": True}


def test_a_month_asks_as_many_questions_however_many_talks(client):
    talk_on(2025, 11, 5, speakers=["Ada Lovelace"])
    one = queries_of(lambda: client.get("/calendar/2025-11/"))
    for day in range(6, 20):
        talk_on(2025, 11, day, speakers=[f"Ada {day}"])

    assert queries_of(lambda: client.get("/calendar/2025-11/")) == one


def test_periods_are_read_back_from_their_slugs():
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2026, 12, 31), date(2027, 1, 3), date(2028, 2, 29)]
    periods = [kind.of(day) for day in days for kind in (Month, Week)]

    assert [period_from_slug(str(period)) for period in periods] == periods
    assert [str(period) for period in periods[:4]] == ["2024-12", "2025-W01", "2025-01", "2025-W01"]


@pytest.mark.parametrize(
    ("address", "description"),
    [
        ("/calendar/2025-11/", "November 2025 (2 talks). Everybody is welcome."),
        ("/calendar/2025-W45/", "Week 45: 3–9 November 2025 (1 talk). Everybody is welcome."),
    ],
)
def test_a_month_and_a_week_say_in_a_line_what_they_have(client, address, description):
    Department.objects.create(pk=1, tagline="Everybody is welcome.")
    for day in (5, 12):
        talk_on(2025, 11, day)

    page = client.get(address).content.decode()

    assert re.search(r'<meta name="description" content="([^"]*)">', page)[1] == description
