"""A request has room for its calls in one piece of Python's stack, however deep they are."""

import resource

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

DEPTHS, CALLS = range(300), 400


@pytest.fixture
def faults():
    """Count how often the system had to give this process a page of memory while a function ran."""

    def count(function):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        function(None)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    return count


def calling_at_every_depth(_request):
    for depth in DEPTHS:
        calling_at(depth)


def calling_at(depth):
    if depth:
        calling_at(depth - 1)
    else:
        for _ in range(CALLS):
            called()


def called():
    """Do nothing."""


def test_no_call_waits_for_memory(faults):
    first = import_string(settings.MIDDLEWARE[0])

    assert faults(first(calling_at_every_depth)) < CALLS
