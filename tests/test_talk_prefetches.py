"""What pages fetch along with talks is what the relations themselves have, in the same order."""

import pytest
from django.db.models import F

from seminars.models import Appearance, Series, Talk
from seminars.models.fetched import fetched_rows
from seminars.models.talk_prefetches import fetch_for_entries, fetch_for_page, fetch_for_pages, talks_to_list
from tests.factories import make_series, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db
PARTS = ("appearances", "also_in")


@pytest.fixture
def talks():
    """Three talks, each with one person less and one further series and topic more than the one before."""
    further = [make_series(short_name=name, name=f"{name} seminar") for name in ("Zeta", "Alpha")]
    topics = [make_topic(name=name) for name in ("Rings", "Groups")]
    people = [make_speaker() for _ in range(3)]
    made = [make_talk(speakers=people[n:], also_in=further[:n], topics=topics[:n]) for n in range(3)]
    Appearance.objects.update(order=5 - F("order"))
    return made


def parts_of(talk, names):
    return {name: list(fetched_rows(talk, name)) for name in names}


def test_talks_of_a_list_stand_in_the_order_of_their_keys_without_those_that_are_gone(talks):
    first, second, third = talks
    second.delete()

    assert talks_to_list(Talk, [third.pk, second.pk, first.pk]) == [third, first]
    assert talks_to_list(Talk, []) == []


def test_a_list_has_people_and_further_series_in_order_in_three_queries(talks, django_assert_num_queries):
    keys = [talk.pk for talk in talks]
    with django_assert_num_queries(3):
        listed = talks_to_list(Talk, keys)
        found = [parts_of(talk, PARTS) for talk in listed]
        names = [[person.speaker.name for person in talk.speakers] for talk in listed]
        assert [talk.series.name for talk in listed] == [talk.series.name for talk in talks]
        assert all(person.talk is talk for talk in listed for person in fetched_rows(talk, "appearances"))

    expected = list(Talk.objects.with_keys(keys).for_lists().order_by("pk"))
    assert found == [parts_of(talk, PARTS) for talk in expected]
    assert names == [[person.speaker.name for person in talk.speakers] for talk in expected]
    assert [len(names_of) for names_of in names] == [3, 2, 1]


def test_a_page_has_topics_too(talks, django_assert_num_queries):
    shown = Talk.objects.with_series_and_room().get(pk=talks[2].pk)
    with django_assert_num_queries(3):
        fetch_for_page(shown)
        found = parts_of(shown, (*PARTS, "topics"))

    assert found == parts_of(Talk.objects.for_entries().get(pk=shown.pk), (*PARTS, "topics"))
    assert [topic.name for topic in found["topics"]] == ["Groups", "Rings"]


@pytest.mark.parametrize(("fetch", "fetching"), [(fetch_for_pages, "for_pages"), (fetch_for_entries, "for_entries")])
def test_entries_have_all_parts_in_order_in_three_queries(talks, django_assert_num_queries, fetch, fetching):
    found = {talk.pk: talk for talk in Talk.objects.with_series_and_room()}
    with django_assert_num_queries(3):
        fetch(found.values())
        parts = {key: parts_of(talk, (*PARTS, "topics")) for key, talk in found.items()}
        assert all(person.talk is talk for talk in found.values() for person in fetched_rows(talk, "appearances"))

    expected = getattr(Talk.objects, fetching)().in_bulk()
    assert parts == {key: parts_of(talk, (*PARTS, "topics")) for key, talk in expected.items()}
    assert [len(parts[talk.pk]["topics"]) for talk in talks] == [0, 1, 2]


def test_the_feed_of_an_unlisted_series_links_people_without_further_queries(talks, django_assert_num_queries):
    Series.objects.update(is_listed=False)
    known = talks[0].speakers[0].speaker
    make_talk(speakers=[known], series=make_series())
    found = list(Talk.objects.with_keys(talk.pk for talk in talks).with_series_and_room())

    with django_assert_num_queries(3):
        fetch_for_pages(found)
        pages = {person.speaker: person.public_page for talk in found for person in talk.speakers}

    assert {person for person, page in pages.items() if page} == {known}
    assert len(pages) == 3
