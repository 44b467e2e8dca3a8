"""Count uses: removing old counts delays nobody, and a clock that is set back locks nobody out."""

from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from seminars.models import Throttle
from tests.factories import in_new_york

NOON = in_new_york(2030, 10, 2, 12)
HOUR = timedelta(hours=1)


def take(whose, limit=1):
    return Throttle.objects.take("looms of", whose, limit=limit, per=HOUR)


@pytest.mark.django_db
def test_after_the_clock_was_set_back_nobody_waits_longer_than_a_span():
    with time_machine.travel(NOON, tick=False) as clock:
        take("Ada")
        clock.shift(timedelta(days=-1))

        first, second = take("Ada"), take("Ada")

    assert (first, second) == (None, NOON - timedelta(days=1) + HOUR)


@pytest.mark.django_db
def test_an_expired_period_starts_again_and_other_expired_ones_are_removed():
    with time_machine.travel(NOON, tick=False) as clock:
        for whose in ("Ada", "Grace"):
            take(whose)
        clock.shift(HOUR)

        taken = [take("Ada"), take("Ada")]

    assert taken == [None, NOON + 2 * HOUR]
    assert Throttle.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_counting_does_not_wait_for_the_removal_of_old_counts():
    """Two transactions that wait for each other's rows are a deadlock, and one of them fails."""
    old = Throttle.objects.create(key="old", ends_at=timezone.now() - HOUR, uses=1)
    chosen = connection.get_connection_params()
    names = {name: chosen[name] for name in ("host", "port", "user", "password", "dbname") if name in chosen}

    with psycopg.connect(**names) as other:
        other.execute("SELECT FROM seminars_throttle WHERE id = %s FOR UPDATE", [old.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            taken = take("Ada")

    assert taken is None
    assert list(Throttle.objects.values_list("key", flat=True).filter(key="old")) == ["old"]
