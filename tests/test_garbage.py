"""Python's garbage collector pauses while an import works, and goes on afterwards whatever happens."""

import gc

import pytest
from django.core.exceptions import ValidationError

from seminars.garbage import collection_paused
from seminars.importing import ImportOptions, apply_plan, plan_content
from tests.factories import make_series
from tests.imports import calendar, event


def test_the_collector_pauses_and_goes_on():
    with collection_paused():
        is_on_within = gc.isenabled()

    assert (is_on_within, gc.isenabled()) == (False, True)


def test_the_collector_goes_on_after_an_error():
    with pytest.raises(ZeroDivisionError), collection_paused():
        _ = 1 / 0

    assert gc.isenabled()


def test_the_collector_goes_on_only_after_the_last_of_two_that_paused_it():
    first, second = collection_paused(), collection_paused()
    first.__enter__()
    second.__enter__()

    first.__exit__(None, None, None)
    is_on_between = gc.isenabled()
    second.__exit__(None, None, None)

    assert (is_on_between, gc.isenabled()) == (False, True)


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with collection_paused():
            pass
        is_on = gc.isenabled()
    finally:
        gc.enable()

    assert not is_on


@pytest.mark.django_db
def test_the_collector_is_on_after_an_import_that_is_refused():
    make_series(slug="engine")
    plan = plan_content(calendar(event(UID="1@example.edu")), ImportOptions(series="engine"), name="talks.ics")
    apply_plan(plan)

    with pytest.raises(ValidationError):
        apply_plan(plan)  # its talk is there already

    assert gc.isenabled()
