"""A query that was compiled once finds what the query itself finds, whatever the values."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from seminars.models import Talk
from seminars.models.prepared_query import PreparedQuery
from tests.factories import make_series, make_talk

pytestmark = pytest.mark.django_db

LASTS = F("ends_at") - F("starts_at")


def by_series_since(talks, series, since, least):
    return talks.filter(series__in=series, starts_at__gte=since, pk__gt=least).order_by("pk").values_list("pk", "title")


@pytest.fixture
def talks():
    """Talks of three series, a day apart."""
    now = timezone.now()
    dates = [now + timedelta(days=day) for day in range(6)]
    series = [make_series() for _ in range(3)]
    return [
        make_talk(series=series[n % 3], starts_at=date, ends_at=date + timedelta(hours=1), title=f"Talk {n}")
        for n, date in enumerate(dates)
    ]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_it_finds_what_the_query_finds(talks, number):
    prepared = PreparedQuery(by_series_since)
    for talk in talks:
        values = [one.series_id for one in talks[:number]], talk.starts_at, talks[0].pk
        asked = by_series_since(Talk.objects.all(), *values)

        assert prepared.rows(Talk, *values) == list(asked)


@pytest.mark.parametrize("number", [0, 1, 3, 5])
def test_instances_have_all_that_the_query_selects(talks, number, django_assert_num_queries):
    def build(rows, keys):
        return rows.filter(pk__in=keys).select_related("series").defer("abstract").annotate(lasts=LASTS).order_by("pk")

    prepared, keys = PreparedQuery(build), [talk.pk for talk in talks[:number]]
    prepared.instances(Talk, keys)
    with django_assert_num_queries(1 if number else 0):
        found = prepared.instances(Talk, keys)
        told = [(talk.title, talk.starts_at, talk.series.short_name, talk.lasts) for talk in found]

    asked = build(Talk.objects.all(), keys)
    assert found == list(asked)
    assert told == [(talk.title, talk.starts_at, talk.series.short_name, talk.lasts) for talk in asked]
    assert all("abstract" in talk.get_deferred_fields() for talk in found)


def test_lists_of_nearly_equal_length_share_a_query(talks):
    compiled = []

    def build(rows, keys):
        compiled.append(len(keys))
        return rows.filter(pk__in=keys).order_by("pk").values_list("pk")

    prepared, parts = PreparedQuery(build), [[talk.pk for talk in talks[:most]] for most in range(7)]

    assert [prepared.rows(Talk, keys) for keys in parts] == [[(key,) for key in keys] for keys in parts]
    assert compiled == [0, 1, 2, 4, 8]


@pytest.mark.django_db(transaction=True)
def test_threads_share_a_query_but_no_connection(talks):
    prepared = PreparedQuery(lambda rows, keys: rows.filter(pk__in=keys).order_by("pk"))
    keys = [talk.pk for talk in talks]
    prepared.instances(Talk, keys)

    def elsewhere():
        try:
            return prepared.instances(Talk, keys), prepared._compiled.cache_info().misses
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(elsewhere).result() == (talks, 1)


def test_it_is_compiled_once_for_lists_of_one_length(talks):
    compiled = []

    def build(rows, series, since, least):
        compiled.append(len(series))
        return by_series_since(rows, series, since, least)

    prepared = PreparedQuery(build)
    for talk in talks:
        prepared.rows(Talk, [talk.series_id], talk.starts_at, 0)
        prepared.rows(Talk, [talk.series_id, 0], talk.starts_at, 0)

    assert compiled == [1, 2]


def test_a_value_that_is_not_compared_is_refused(talks):
    prepared = PreparedQuery(lambda rows, key: rows.order_by("pk").values_list("pk")[: abs(key)])

    with pytest.raises(ValueError, match="no parameter for"):
        prepared.rows(Talk, 3)


def test_moments_are_compared_as_the_database_stores_them(talks):
    prepared = PreparedQuery(lambda rows, since: rows.filter(starts_at=since).values_list("pk"))

    assert [prepared.rows(Talk, talk.starts_at) for talk in talks] == [[(talk.pk,)] for talk in talks]
