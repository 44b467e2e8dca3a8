"""Which terms the schedule has, and when they begin."""

from datetime import date

import pytest
from django.urls import reverse

from seminars.models import Department
from seminars.models.terms import Term
from tests.factories import in_new_york

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 9, 2, 9)


def address(series, term="2030-08"):
    return reverse("admin:schedule") + f"?series={series.pk}&term={term}"


@pytest.mark.parametrize("term", ["2030-09", "2030", "soon", "9999-08"])
def test_a_term_that_there_is_not_is_not_found(two_series_client, series, term):
    assert two_series_client.get(address(series, term)).status_code == 404


@pytest.mark.parametrize(
    ("month", "day", "first", "last"),
    [
        (8, date(2030, 10, 2), date(2030, 8, 1), date(2030, 12, 31)),
        (8, date(2031, 1, 1), date(2031, 1, 1), date(2031, 7, 31)),
        (10, date(2030, 10, 1), date(2030, 10, 1), date(2031, 3, 31)),
        (10, date(2030, 9, 30), date(2030, 4, 1), date(2030, 9, 30)),
        (1, date(2030, 7, 1), date(2030, 7, 1), date(2030, 12, 31)),
    ],
)
def test_a_term_is_half_an_academic_year(month, day, first, last):
    term = Term.of(day, month)

    assert (term.first_on, term.last_on) == (first, last)
    assert Term.from_slug(term.slug, month) == term.after.before == term


def test_the_department_says_when_its_terms_begin(two_series_client, series):
    Department.objects.create(pk=1, year_begins_in=10)

    assert two_series_client.get(address(series, "2030-04")).status_code == 200


@pytest.mark.parametrize("slug", ["1899-08", "2201-08", "2026-05"])
def test_a_term_begins_in_a_possible_month_and_year(slug):
    with pytest.raises(ValueError, match=slug):
        Term.from_slug(slug, 8)
