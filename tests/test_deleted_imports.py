"""Drafts of an import that somebody deleted here: later imports leave them out, unless somebody chooses otherwise."""

import pytest
from django.urls import reverse

from seminars.actions import lifecycle
from seminars.actions.undoing_imports import undo_import
from seminars.importing import Outcome, apply_plan
from seminars.importing.following import Found, follow
from seminars.models import DeletedImport, Source, Talk
from tests.admin_forms import form_of
from tests.changes import last_change, undo
from tests.factories import make_series
from tests.import_plans import imported, planned, talk_on
from tests.imports import calendar
from tests.web_server import sends, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


def outcomes(plan):
    return [row.outcome for row in plan.rows]


def test_a_draft_that_was_deleted_here_does_not_come_back():
    imported(talk_on(1), talk_on(2), draft=True)
    lifecycle.delete(Talk.objects.get(uid="1@example.edu"), by=None)

    plan = planned(talk_on(1), talk_on(2), draft=True)
    apply_plan(plan)

    assert outcomes(plan) == [Outcome.DELETED, Outcome.UNCHANGED]
    assert (plan.is_certain, plan.does_something, Talk.objects.count()) == (True, False, 1)


def test_a_draft_that_was_deleted_here_is_imported_again_if_somebody_chooses_so():
    imported(talk_on(1), talk_on(2), draft=True)
    for talk in Talk.objects.all():
        lifecycle.delete(talk, by=None)

    each = planned(talk_on(1), talk_on(2), choices={"deleted": "each", "deleted:1@example.edu": "again"})
    imported(talk_on(1), talk_on(2), draft=True, choices={"deleted": "again"})

    assert outcomes(each) == [Outcome.NEW, Outcome.DELETED]
    assert (Talk.objects.count(), DeletedImport.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("7-1898000000-1898003600@example.edu", "7-1899000000-1899003600@example.edu"),
        ("week/20300301T170000Z", "week/20300301T190000Z"),
    ],
)
def test_a_deleted_draft_does_not_come_back_if_its_source_moves_it_and_changes_its_uid(before, after):
    imported(talk_on(1, UID=before), talk_on(2), draft=True)
    lifecycle.delete(Talk.objects.get(uid=before), by=None)

    moved = planned(talk_on(3, UID=after), talk_on(2))
    imported(talk_on(3, UID=after), talk_on(2), choices={"deleted": "again"})

    assert outcomes(moved) == [Outcome.DELETED, Outcome.UNCHANGED]
    assert (Talk.objects.count(), DeletedImport.objects.count()) == (2, 0)


def test_an_undo_of_an_import_is_no_decision_to_delete_its_drafts():
    undo_import(imported(talk_on(1), draft=True), by=None)

    assert outcomes(planned(talk_on(1), draft=True)) == [Outcome.NEW]


def test_a_deleted_draft_that_was_brought_back_is_not_deleted_here(organiser_client):
    imported(talk_on(1), draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)
    undo(organiser_client, last_change())

    assert (Talk.objects.count(), DeletedImport.objects.count()) == (1, 0)


def test_the_plan_on_the_desk_lists_what_was_deleted_here(organiser_client):
    imported(talk_on(1), draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)

    address = reverse("admin:import")
    text = calendar(talk_on(1)).decode()
    page = organiser_client.post(address, form_of(organiser_client, address) | {"text": text}).content.decode()

    assert "Deleted here</span> (1)" in page
    assert "Import these events again?" in page


def test_a_followed_source_leaves_out_what_was_deleted_here(settings, series):
    settings.SOURCES_MAY_BE_PRIVATE = True
    with serving(sends(calendar(talk_on(1)))) as url:
        source = Source.objects.create(series=series, url=url, applies=True)
        follow(source)
        lifecycle.delete(Talk.objects.get(), by=None)
        found = follow(source)

    assert (found, Talk.objects.count()) == (Found.UNCHANGED, 0)
