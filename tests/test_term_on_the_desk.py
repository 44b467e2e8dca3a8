"""The first page of the desk shows the term week by week, what is missing, free dates, and the first steps."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from seminars.models import Break, Department, State, Talk
from tests.admin_forms import fields_of, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 11, 27, 9)  # a Wednesday
JANUARY = in_new_york(2031, 1, 15, 12)  # another


@pytest.fixture
def series():
    return make_series(short_name="ASSET", announce_days=14, default_weekday=2, default_start="12:00")


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


def desk_of(client):
    return client.get("/admin/").context["desk"]


def told(week):
    """The names of its talks, then reasons of breaks, then what its free dates say."""
    return (
        week.title,
        [one.name for one in week.talks],
        [pause.reason for pause in week.breaks],
        [link.words for link in week.free],
    )


# --- the term ---


def test_before_a_term_the_desk_speaks_of_the_coming_one(client, series):
    for week in range(14):
        make_draft(series=series, title=f"Talk {week}", starts_at=JANUARY + timedelta(weeks=week))

    page = client.get("/admin/")
    desk, text = page.context["desk"], page.text

    assert "The coming term: January 2031 to July 2031" in text
    assert [link.words for link in desk.term.counts][:2] == ["14 talks", "14 drafts"]
    assert "No talks." not in text
    assert "In 49 days" in text
    assert "Four weeks from Wednesday, 15 January 2031" in text
    assert [week.entries[0].talk.title for week in desk.weeks] == ["Talk 0", "Talk 1", "Talk 2", "Talk 3"]


def test_the_strip_has_talks_breaks_and_free_dates_in_their_weeks(client, series):
    make_draft(series=series, title="On looms", speakers=["Ada Lovelace"], starts_at=JANUARY)
    make_draft(series=series, title="On engines", starts_at=JANUARY + timedelta(weeks=3))
    Break.objects.create(series=series, first_on="2031-01-20", last_on="2031-01-24", reason="Snow")

    assert list(map(told, desk_of(client).term.weeks)) == [
        ("13–19 January 2031", ["Ada Lovelace"], [], []),
        ("20–26 January 2031", [], ["Snow"], []),
        ("27 January – 2 February 2031", [], [], ["ASSET: Wednesday, 29 January 2031 is free"]),
        ("3–9 February 2031", ["On engines"], [], []),
    ]


def test_a_day_with_a_joint_talk_is_not_free(client, series):
    for week in (0, 3):
        make_draft(series=series, starts_at=JANUARY + timedelta(weeks=week))
    make_talk(series=make_series(), also_in=[series], starts_at=JANUARY + timedelta(weeks=1))

    free = [link.words for week in desk_of(client).term.weeks for link in week.free]

    assert free == ["ASSET: Wednesday, 29 January 2031 is free"]


def test_a_free_date_leads_to_a_form_that_begins_with_it(client, series):
    for week in (0, 2):
        make_draft(series=series, starts_at=JANUARY + timedelta(weeks=week))
    (link,) = [link for week in desk_of(client).term.weeks for link in week.free]

    fields = fields_of(client.get(link.address))

    assert (fields["starts_at_0"], fields["series"]) == ("2031-01-22", str(series.pk))


def test_a_talk_says_in_words_what_it_lacks(client, series):
    series.default_join_url = "https://example.org/meet"
    series.save()
    make_draft(series=series, starts_at=JANUARY, title="")
    make_draft(series=series, starts_at=JANUARY + timedelta(weeks=1), title="On looms", abstract="On looms.",
               speakers=["Ada"], room=make_room(), join_url="https://example.org/meet")  # fmt: skip

    first, second = (week.talks[0] for week in desk_of(client).term.weeks)

    assert first.missing == ["title", "speaker", "abstract", "room", "link"]
    assert second.missing == []


def test_each_count_leads_to_the_talks_that_it_counts(client, series):
    make_talk(series=series, title="On looms", speakers=["Ada"], starts_at=JANUARY)
    make_draft(series=series, title="", starts_at=JANUARY + timedelta(weeks=1))
    make_draft(series=series, title="", starts_at=in_new_york(2030, 7, 1, 12))
    make_draft(series=series, title="", starts_at=in_new_york(2031, 9, 1, 12))
    strip = desk_of(client).term

    listed = {link.words: client.get(link.address).context["cl"].result_count for link in [*strip.counts, strip.after]}

    assert listed == {
        "2 talks": 2, "1 draft": 1, "1 without a title": 1, "1 without a speaker": 1, "2 without an abstract": 2,
        "2 without a room": 2, "After this term: 1 talk": 1,
    }  # fmt: skip


def test_many_talks_of_a_week_are_cut_and_the_rest_is_one_click_away(client, series):
    for hour in range(6):
        make_draft(series=series, starts_at=JANUARY + timedelta(hours=hour))

    (week,) = desk_of(client).term.weeks

    assert (len(week.talks), week.more.words) == (4, "2 more talks")
    assert client.get(week.more.address).context["cl"].result_count == 6


def test_a_joint_talk_of_others_says_nothing_of_what_it_lacks(client, series):
    make_draft(series=make_series(), also_in=[series], starts_at=JANUARY)

    strip = desk_of(client).term

    assert strip.weeks[0].talks[0].missing == []
    assert [link.words for link in strip.counts] == ["1 talk", "1 draft"]


def test_talks_of_other_series_are_not_in_the_strip(client, series):
    make_draft(title="Secret", starts_at=JANUARY)
    make_draft(series=series, title="Mine", starts_at=JANUARY)

    assert "Secret" not in client.get("/admin/").text


def test_a_cancelled_talk_is_not_the_next_one(client, series):
    make_talk(series=series, state=State.CANCELLED, starts_at=NOW + timedelta(days=1))
    later = make_talk(series=series, starts_at=NOW + timedelta(days=8))

    assert desk_of(client).next_talk == later


def test_a_talk_soon_without_title_or_speaker_is_named(client, series):
    soon = make_talk(series=series, title="", speakers=["Ada"], starts_at=NOW + timedelta(days=14))
    make_talk(series=series, title="", starts_at=NOW + timedelta(days=15))

    assert [(talk, [task.words for task in tasks]) for talk, tasks in desk_of(client).due] == [
        (soon, ["title", "Ask the speaker"])
    ]


def test_the_queries_of_the_desk_are_few(client, series, django_assert_max_num_queries):
    for week in range(10):
        make_draft(series=series, speakers=[make_speaker(biography="Wove.")], starts_at=JANUARY + timedelta(weeks=week))
        make_talk(series=series, recording="planned", starts_at=NOW - timedelta(days=30))
    client.get("/admin/")

    with django_assert_max_num_queries(15):
        client.get("/admin/")


# --- the first steps ---


def steps_of(client):
    return [(str(step.words), step.is_done) for step in desk_of(client).steps]


def test_an_empty_site_lists_the_first_steps_and_ticks_those_that_are_done():
    client = signed_in(make_administrator())
    before = steps_of(client)
    Department.objects.update_or_create(pk=1, defaults={"name": "Mathematics"})
    make_talk(room=make_room(), starts_at=JANUARY)

    assert [is_done for _words, is_done in before] == [False] * 7
    assert steps_of(client) == [
        ("Name the department", True),
        ("Upload the department’s logo", False),
        ("Add a room", True),
        ("Add a series with its usual day, time and room", True),
        ("Plan a term, or import your existing talks", True),
        ("Announce the first talk", True),
        ("Subscribe to your own calendar", False),
    ]


def test_an_organiser_sees_the_steps_that_they_may_take(client):
    assert [words for words, _is_done in steps_of(client)] == [
        "Add a room",
        "Plan a term, or import your existing talks",
        "Announce the first talk",
        "Subscribe to your own calendar",
    ]


def test_each_step_leads_to_an_existing_page():
    client = signed_in(make_administrator())

    for step in desk_of(client).steps:
        page, _hash, place = step.address.partition("#")
        response = client.get(page, follow=True)
        assert response.status_code == 200
        assert not place or f'id="{place}"' in response.text


def test_the_steps_go_away_once_all_are_done(client, series):
    make_talk(series=series, room=make_room(), starts_at=JANUARY)
    client.post(reverse("admin:my-calendar"), {"renew": "on"})

    assert steps_of(client) == []


def test_a_person_hides_the_first_steps_for_themselves_alone(client, series):
    other = signed_in(make_organiser(series))

    response = client.post(reverse("admin:put-steps-away"))

    assert (response.url, steps_of(client)) == ("/admin/", [])
    assert steps_of(other)
    assert Talk.objects.count() == 0


def test_free_dates_end_with_the_last_talk(client, series):
    make_draft(series=series, starts_at=NOW)
    make_draft(series=series, starts_at=NOW + timedelta(weeks=2, hours=3))

    strip = desk_of(client).term

    assert [one.day for week in strip.found for one in week.free] == [date(2030, 12, 4)]
