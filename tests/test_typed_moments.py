"""The forms of the desk take days and times as people type them, and ask about what is doubtful."""

from datetime import UTC, date, datetime, time

import pytest
from django.urls import reverse

from seminars.models import Break, Series, Talk
from tests.admin_forms import address_of, errors_in, form_of, transition_page
from tests.factories import in_new_york, make_series, make_talk

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 15, tzinfo=UTC)
ADD = reverse("admin:seminars_talk_add")
BREAK = reverse("admin:seminars_break_add")


@pytest.fixture(autouse=True)
def _now(clock):
    pass


@pytest.fixture
def series():
    return make_series(default_weekday=2, default_start=time(12), default_minutes=60)


def at(talk):
    return Talk.objects.get(pk=talk.pk).starts_local


def test_the_form_of_a_talk_takes_words_and_shows_the_whole_date_after_saving(administrator_client, series):
    form = form_of(administrator_client, f"{ADD}?series={series.pk}")
    form |= {"title": "On engines", "starts_at_0": "17 March", "starts_at_1": "3:30 pm"}

    response = administrator_client.post(
        ADD, form | {"ends_at_0": "17 March", "ends_at_1": "16h30", "_continue": "1"}, follow=True
    )

    talk = Talk.objects.get()
    assert (talk.starts_local, talk.ends_local) == (datetime(2027, 3, 17, 15, 30), datetime(2027, 3, 17, 16, 30))
    assert 'value="2027-03-17"' in response.content.decode()


def test_what_cannot_be_read_is_shown_again_with_what_to_type(administrator_client, series):
    form = form_of(administrator_client, f"{ADD}?series={series.pk}")

    response = administrator_client.post(ADD, form | {"starts_at_0": "soonish", "starts_at_1": "half past three"})

    assert "“soonish” is not a date. Enter a date such as 17 March or 2027-03-17." in errors_in(response)
    assert "“half past three” is not a time. Enter a time such as 15:30 or 3:30 pm." in errors_in(response)
    page = response.content.decode()
    assert 'value="soonish"' in page
    assert 'value="half past three"' in page
    assert not Talk.objects.exists()


def test_a_start_at_the_end_of_a_day_names_the_next_one(administrator_client, series):
    form = form_of(administrator_client, f"{ADD}?series={series.pk}")

    response = administrator_client.post(ADD, form | {"starts_at_0": "17 March", "starts_at_1": "24:00"})

    assert "24:00 is 00:00 of the next day. Enter the next day, and 00:00 as the time." in errors_in(response)
    assert 'value="24:00"' in response.content.decode()
    assert not Talk.objects.exists()


def test_a_year_that_is_far_away_is_asked_about_and_can_be_meant(administrator_client):
    typed = {"reason": "Renovation", "first_on": "17 March 2072", "last_on": "17 March 2072", "series": ""}

    asked = administrator_client.post(BREAK, typed)
    answers = {"first_on-meant": "2072-03-17", "last_on-meant": "2072-03-17"}
    administrator_client.post(BREAK, typed | answers)

    sentence = "This is Thursday, 17 March 2072. Correct the year, or tick “Yes, I mean 2072”."
    assert errors_in(asked) == [sentence, sentence]
    assert 'name="first_on-meant" value="2072-03-17"' in asked.content.decode()
    assert 'value="17 March 2072"' in asked.content.decode()
    assert Break.objects.get().first_on == date(2072, 3, 17)


def test_an_answer_about_one_day_does_not_count_for_another(administrator_client):
    typed = {"reason": "Renovation", "first_on": "17 March 1927", "last_on": "17 March 2027", "series": ""}

    response = administrator_client.post(BREAK, typed | {"first_on-meant": "2072-03-17"})

    assert errors_in(response) == ["This is Thursday, 17 March 1927. Correct the year, or tick “Yes, I mean 1927”."]


def test_a_weekday_that_contradicts_the_date_is_asked_about(administrator_client):
    talk = make_talk(starts_at=in_new_york(2026, 12, 8, 12))
    page = transition_page("move", talk)
    typed = {"day": "Tue 17 March", "start": "noon"}

    asked = administrator_client.post(page, typed)
    administrator_client.post(page, typed | {"day-meant": "2027-03-17"})

    assert errors_in(asked) == [
        "This is Wednesday, 17 March 2027, not a Tuesday. Correct the date, or tick “Yes, I mean Wednesday, 17 March "
        "2027”."
    ]
    assert at(talk) == datetime(2027, 3, 17, 12)


def test_a_talk_that_is_there_is_not_asked_about_its_old_year(administrator_client):
    talk = make_talk(starts_at=in_new_york(1998, 11, 5, 12), title="Old")
    address = address_of(talk)

    typed = {"title": "Older", "starts_at_0": "6 Nov", "ends_at_0": "6 Nov"}
    administrator_client.post(address, form_of(administrator_client, address) | typed)

    assert (Talk.objects.get().title, at(talk).date()) == ("Older", date(1998, 11, 6))


@pytest.mark.parametrize(
    ("language", "typed", "day"),
    [("en", "3/4", date(2027, 3, 4)), ("de", "3/4", date(2027, 4, 3)), ("es", "4 de marzo", date(2027, 3, 4)),
     ("fr", "4 mars", date(2027, 3, 4))],
)  # fmt: skip
def test_dates_are_read_in_the_language_of_the_desk(administrator_client, settings, language, typed, day):
    settings.LANGUAGE_CODE = language
    administrator_client.post(BREAK, {"reason": "R", "first_on": typed, "last_on": typed, "series": ""})

    assert Break.objects.get().first_on == day


def test_the_usual_start_of_a_series_takes_words(administrator_client, series):
    address = address_of(series)

    administrator_client.post(address, form_of(administrator_client, address) | {"default_start": "3.30pm"})

    assert Series.objects.get().default_start == time(15, 30)


def test_the_desk_tells_how_a_day_and_a_time_are_read(organiser_client):
    def told(**sent):
        return organiser_client.post(reverse("admin:typed-moment"), sent).content.decode()

    assert told(kind="day", typed="17 March") == "Wednesday, 17 March 2027"
    assert told(kind="day", typed="17 March", near="2019-02-01") == "Sunday, 17 March 2019"
    assert told(kind="clock", typed="15h30") == "3:30 pm"
    assert told(kind="day", typed="") == ""
    assert told(kind="day", typed="no") == "“no” is not a date. Enter a date such as 17 March or 2027-03-17."
    assert told(kind="day", typed="1.1.2500") == "Enter a year between 1900 and 2200."
