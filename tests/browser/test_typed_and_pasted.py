"""Type a date as people write it, and paste a speaker's mail: by keyboard at 1280 and by touch at 390."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from seminars import date_formats
from seminars.models import Talk
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_series

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def series():
    return make_series(short_name="ASSET", default_start=time(12), default_minutes=60)


@pytest.fixture
def person(person, series):
    """The same, signed in as an organiser of the series."""
    sign_in(person, make_organiser(series))
    return person


def coming(weeks):
    return (timezone.localtime() + timedelta(weeks=weeks)).replace(hour=12, minute=0, second=0, microsecond=0)


def test_a_date_in_words_is_shown_back_and_the_desk_is_accessible(person, series):
    day = coming(6).date()
    person.visit(reverse("admin:closing"))
    box = person.get_by_label("Day:", exact=True)

    box.fill(date_formats.written(day, "j F"))
    box.press("Tab")
    person.get_by_text(date_formats.day(day, with_year=True)).wait_for()
    box.fill("17 March 2072")
    box.press("Tab")
    person.get_by_text("Thursday, 17 March 2072").wait_for()

    assert violations(person) == []
    assert person.refusals == []
    width = person.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0


def test_a_mail_is_pasted_and_fills_the_draft_of_its_day(person, series):
    draft = make_draft(series=series, starts_at=coming(6), title="", speakers=["Bo Reed"])
    person.visit(reverse("admin:paste"))
    day = date_formats.written(coming(6).date(), "j F")
    person.get_by_label("The speaker’s email or text").fill(f"Title: On engines\nSpeaker: Ada Lovelace\nDate: {day}")

    person.press(person.get_by_role("button", name="Fill in the form"))
    person.get_by_text("Who is speaking?").wait_for()
    assert violations(person) == []
    person.press(person.get_by_label("Ada Lovelace instead of Bo Reed"))
    person.press(person.get_by_role("button", name="Fill in the form"))
    person.get_by_text("You are filling in the draft of").wait_for()
    person.press(person.get_by_role("button", name="Save", exact=True))
    person.wait_for_load_state("networkidle")

    talk = Talk.objects.get(pk=draft.pk)
    assert (talk.title, talk.speaker_names) == ("On engines", "Ada Lovelace")
    assert person.refusals == []
