"""Dates and times in the cells of the schedule, as people type them."""

import pytest
from django.urls import reverse

from seminars.models import Change, Talk
from tests.admin_forms import form_of, problems_in
from tests.factories import in_new_york, make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 9, 2, 9)


@pytest.fixture
def weekly(series):
    """The series, with a draft on 2 October at noon."""
    make_draft(series=series, title="First", starts_at=in_new_york(2030, 10, 2, 12))
    return series


def save(client, series, **cells):
    address = reverse("admin:schedule") + f"?series={series.pk}&term=2030-08"
    return client.post(
        address, form_of(client, address) | {"row": list(series.talks.values_list("pk", flat=True))} | cells
        | {"_save": "1"},
    )  # fmt: skip


def cells(row, **values):
    return {f"{row}-{name}": str(value) for name, value in values.items()}


def test_a_date_and_a_time_are_read_as_people_type_them(two_series_client, weekly):
    talk = weekly.talks.get()

    save(two_series_client, weekly, **cells(f"talk-{talk.pk}", day="Wed 9 Oct", start="3.30pm"))

    assert Talk.objects.get().starts_at == in_new_york(2030, 10, 9, 15, 30)


@pytest.mark.parametrize(
    ("day", "start"), [("2 October", "12 noon"), ("2.10.", "12:00 Uhr"), ("Wed 10/2/2030", "noon")]
)
def test_the_same_day_and_time_in_other_words_are_no_change(two_series_client, weekly, day, start):
    before, talk = Change.objects.count(), weekly.talks.get()

    response = save(two_series_client, weekly, **cells(f"talk-{talk.pk}", day=day, start=start))

    assert (response.status_code, Change.objects.count()) == (302, before)


@pytest.mark.parametrize("row", ["talk", "new"])
def test_a_day_in_the_far_future_is_asked_about_and_may_be_meant(two_series_client, weekly, row):
    key = f"talk-{weekly.talks.get().pk}" if row == "talk" else "new-1"
    typed = cells(key, day="2 October 2072", start="noon", title="Far") | {"new": "1"}

    asked = save(two_series_client, weekly, **typed)
    saved = save(two_series_client, weekly, **typed, **cells(key, **{"day-meant": "2072-10-02"}))

    assert "tick “Yes, I mean 2072”" in str(problems_in(asked))
    assert f'name="{key}-day-meant" value="2072-10-02"' in asked.text
    assert saved.status_code == 302
    assert Talk.objects.get(title="Far").starts_at == in_new_york(2072, 10, 2, 12)
