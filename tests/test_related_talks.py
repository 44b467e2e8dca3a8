"""The related talks at the end of a talk's page."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from seminars.models import State, Talk, nearby_talks
from seminars.models.nearby_talks import MOST_RELATED
from seminars.models.prepared_query import PreparedQuery
from tests.admin_forms import signed_in
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_draft, make_organiser, make_series, make_speaker, make_talk, make_topic
from tests.pages import main, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def engines(db):
    return make_topic(name="Engines")


@pytest.fixture
def talk(ada, engines, series):
    return talk_on(2025, 11, 5, title="On engines", speakers=[ada], topics=[engines], series=series)


def talk_on(*day, make=make_talk, **fields):
    start = in_new_york(*day, 12)
    return make(starts_at=start, ends_at=start + timedelta(hours=1), **fields)


def compare_the_latest_alone(monkeypatch):
    monkeypatch.setattr(nearby_talks, "MOST_COMPARED", 1)
    monkeypatch.setattr(nearby_talks, "_RELATED", PreparedQuery(nearby_talks._related))


def related_to(talk):
    return [other.title for other in Talk.objects.in_order_of(Talk.objects.related_to(talk))]


def test_the_same_speaker_comes_before_shared_topics_and_these_before_the_series(talk, ada, engines, series):
    talk_on(2025, 11, 6, title="Series", series=series)
    talk_on(2025, 11, 7, title="Topic", topics=[engines])
    talk_on(2025, 11, 10, title="Speaker", speakers=[ada])
    talk_on(2025, 11, 11, title="Another")

    assert related_to(talk) == ["Speaker", "Topic", "Series"]


def test_who_shares_more_topics_comes_first(talk, ada, engines):
    looms, steam = make_topic(), make_topic()
    for topic in (looms, steam):
        talk.topic_rows.create(topic=topic)
    talk_on(2025, 11, 6, title="One", topics=[engines])
    talk_on(2025, 11, 7, title="Three", topics=[engines, looms, steam])
    talk_on(2025, 11, 8, title="Two", topics=[looms, steam, make_topic()])
    talk_on(2025, 11, 9, title="None", topics=[make_topic()])

    assert related_to(talk) == ["Three", "Two", "One"]


def test_upcoming_talks_come_before_past_ones_and_the_nearest_first(talk, engines):
    for title, day in {
        "Last month": (10, 1),
        "Last week": (10, 28),
        "In December": (12, 1),
        "Tomorrow": (11, 4),
    }.items():
        talk_on(2025, *day, title=title, topics=[engines])

    assert related_to(talk) == ["Tomorrow", "In December", "Last week", "Last month"]


def test_talks_of_a_speaker_are_in_order_of_time_whatever_their_topics(talk, ada, engines):
    talk_on(2025, 10, 1, title="Past, same topic", speakers=[ada], topics=[engines])
    talk_on(2025, 12, 1, title="Upcoming", speakers=[ada])

    assert related_to(talk) == ["Upcoming", "Past, same topic"]


def test_a_talk_in_two_series_is_related_to_both(talk, series):
    further = make_series()
    talk_on(2025, 11, 6, title="At home elsewhere", also_in=[series])
    talk.joint_rows.create(series=further)
    talk_on(2025, 11, 7, title="Of the further series", series=further)

    assert related_to(Talk.objects.get(pk=talk.pk)) == ["At home elsewhere", "Of the further series"]


def test_people_who_only_moderate_relate_nothing(talk, ada):
    other = talk_on(2025, 11, 6, speakers=["Grace Hopper"])
    other.appearances.create(speaker=ada, role="moderator")

    assert related_to(talk) == []


def test_nothing_is_related_that_visitors_do_not_find_or_that_was_called_off(talk, ada):
    talk_on(2025, 11, 6, make=make_draft, speakers=[ada])
    talk_on(2025, 11, 6, series=make_series(is_listed=False), speakers=[ada])
    talk_on(2025, 11, 6, state=State.CANCELLED, speakers=[ada])
    talk_on(2025, 10, 6, state=State.POSTPONED, speakers=[ada])

    assert related_to(talk) == []


def test_an_organiser_reads_the_related_talks_that_visitors_read(client, talk, ada):
    unlisted = make_series(is_listed=False)
    talk_on(2025, 11, 6, speakers=[ada], series=unlisted, title="Unlisted")
    talk_on(2025, 11, 7, speakers=[ada], title="Public")
    browsers = [client, signed_in(make_organiser(unlisted))]

    assert [titles(browser.get(talk.get_absolute_url())) for browser in browsers] == [["Public"], ["Public"]]


def test_a_page_shows_a_few_related_talks_and_none_of_its_neighbours(client, talk, ada, series):
    for day in range(10, 20):
        talk_on(2025, 11, day, title=f"{day} November", speakers=[ada], series=series)

    page = client.get(talk.get_absolute_url())

    assert titles(page) == [f"{day} November" for day in range(11, 11 + MOST_RELATED)]
    assert "Next talk · Monday, 10 November" in words(main(page))


def test_a_talk_to_which_nothing_is_related_says_nothing(client, talk):
    talk_on(2025, 11, 6)

    assert "Related talks" not in main(client.get(talk.get_absolute_url()))


def test_a_talk_without_speakers_and_topics_is_related_to_its_series(client, series):
    alone = talk_on(2025, 11, 5, series=series)
    for day in (6, 7):
        talk_on(2025, 11, day, series=series, title=f"{day} November")

    assert titles(client.get(alone.get_absolute_url())) == ["7 November"]


def test_old_talks_of_the_speaker_are_related_however_many_there_are_since(talk, ada, engines, monkeypatch):
    compare_the_latest_alone(monkeypatch)
    talk_on(1999, 11, 5, title="Speaker", speakers=[ada])
    talk_on(1999, 11, 6, title="Topic", topics=[engines])
    talk_on(2025, 11, 1, title="Latest")

    assert related_to(talk) == ["Speaker"]


def test_talks_that_are_never_shown_crowd_out_no_related_talk(talk, engines, monkeypatch):
    compare_the_latest_alone(monkeypatch)
    talk_on(2025, 10, 31, make=make_draft)
    talk_on(2025, 10, 30, series=make_series(is_listed=False))
    talk_on(2025, 10, 29, state=State.CANCELLED)
    talk_on(2025, 10, 28, title="Topic", topics=[engines])

    assert related_to(talk) == ["Topic"]


def test_related_talks_need_the_same_number_of_queries_however_many_there_are(client, talk, engines, series):
    talk_on(2025, 11, 10, topics=[engines], speakers=[make_speaker()], also_in=[make_series()])
    one = queries_of(lambda: client.get(talk.get_absolute_url()))
    for day in range(11, 25):
        talk_on(2025, 11, day, topics=[engines], speakers=[make_speaker(), make_speaker()], also_in=[make_series()])
    cache.clear()

    assert queries_of(lambda: client.get(talk.get_absolute_url())) == one
