"""Rows that are inserted at once: in few statements, and as Django would insert them one by one."""

from datetime import date

import pytest
from django.db.models import Value
from django.db.models.functions import Lower

from seminars.models import Break

pytestmark = pytest.mark.django_db
DAY = date(2030, 3, 1)


def breaks(*reasons):
    return [Break(first_on=DAY, last_on=DAY, reason=reason) for reason in reasons]


def test_rows_that_are_inserted_at_once_know_their_keys():
    made = Break.objects.bulk_create(breaks(*map(str, range(600))))

    assert {row.pk: row.reason for row in made} == dict(Break.objects.values_list("pk", "reason"))


def test_rows_that_are_inserted_at_once_hold_what_each_would_hold_alone():
    alone, together = breaks("Snow", "Snow")

    alone.save()
    Break.objects.bulk_create([together])

    first, second = Break.objects.order_by("pk").values()
    assert second == first | {"id": together.pk}


def test_an_expression_is_computed_by_the_database():
    Break.objects.bulk_create(breaks("Ice", Lower(Value("SNOW"))))

    assert sorted(Break.objects.values_list("reason", flat=True)) == ["Ice", "snow"]


def test_a_row_that_is_there_is_left_alone_if_conflicts_are_ignored():
    there = Break.objects.create(first_on=DAY, last_on=DAY, reason="Snow")

    Break.objects.bulk_create([Break(pk=there.pk, first_on=DAY, last_on=DAY, reason="Ice")], ignore_conflicts=True)

    assert [row.reason for row in Break.objects.all()] == ["Snow"]


def test_hundreds_of_rows_take_a_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        Break.objects.bulk_create(breaks(*map(str, range(600))))
