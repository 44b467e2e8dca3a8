"""An import keeps the garbage collector from its objects, which then works as before whatever happens."""

import gc
from contextlib import ExitStack

import pytest
from django.core.exceptions import ValidationError

from seminars.garbage import collecting_new_objects_only
from seminars.importing import ImportOptions, apply_plan, plan_content
from tests.factories import make_series
from tests.imports import calendar, event


@pytest.fixture(autouse=True)
def _usual_thresholds():
    usual = gc.get_threshold()
    gc.set_threshold(701, 11, 12)
    yield
    gc.set_threshold(*usual)


def test_within_the_collector_does_not_look_at_all_objects():
    with collecting_new_objects_only():
        within = gc.get_threshold()

    assert (within[2] >= 1_000_000, gc.get_threshold()) == (True, (701, 11, 12))


def test_the_collector_works_as_before_after_an_error():
    with pytest.raises(ZeroDivisionError), collecting_new_objects_only():
        _ = 1 / 0

    assert gc.get_threshold() == (701, 11, 12)


def test_the_collector_works_as_before_only_after_the_last_of_two():
    with ExitStack() as second:
        with collecting_new_objects_only():
            second.enter_context(collecting_new_objects_only())
        between = gc.get_threshold()

    assert (between[2] >= 1_000_000, gc.get_threshold()) == (True, (701, 11, 12))


@pytest.mark.django_db
def test_the_collector_works_as_before_after_an_import_that_is_refused():
    make_series(slug="engine")
    plan = plan_content(calendar(event(UID="1@example.edu")), ImportOptions(series="engine"), name="talks.ics")
    apply_plan(plan)

    with pytest.raises(ValidationError, match="Nothing was imported"):
        apply_plan(plan)  # its talk is there already

    assert gc.get_threshold() == (701, 11, 12)
