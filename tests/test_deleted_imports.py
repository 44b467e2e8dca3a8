"""Drafts of an import that somebody deleted here: later imports leave them out, unless somebody chooses otherwise."""

import pytest
from django.urls import reverse

from seminars.actions import lifecycle
from seminars.actions.undoing_imports import undo_import
from seminars.importing import Outcome, apply_plan
from seminars.importing.following import Found, follow
from seminars.models import Change, DeletedImport, Source, Talk
from tests.admin_forms import form_of, messages_of
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


def test_a_draft_that_was_deleted_in_one_series_comes_into_another():
    make_series(slug="looms", short_name="LOOMS", name="Looms")
    imported(talk_on(1), draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)

    other, same = (planned(talk_on(1), series=slug) for slug in ("looms", "engine"))
    apply_plan(other)

    assert (outcomes(other), outcomes(same)) == ([Outcome.NEW], [Outcome.DELETED])
    assert [note.series.slug for note in DeletedImport.objects.all()] == ["engine"]


def test_a_file_of_several_series_leaves_out_the_drafts_of_that_in_which_they_were_deleted():
    make_series(slug="looms", short_name="LOOMS", name="Looms")
    imported(talk_on(1), draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)

    of_one, of_other = (planned(talk_on(1, SUMMARY=f"{name}: On cards"), series="") for name in ("ENGINE", "LOOMS"))

    assert (outcomes(of_one), outcomes(of_other)) == ([Outcome.DELETED], [Outcome.NEW])


def test_a_title_that_begins_with_the_letters_of_another_series_names_none():
    make_series(slug="ent", short_name="ENT", name="Entanglement")
    event = talk_on(1, SUMMARY="Entropy of engines")
    imported(event, draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)

    assert outcomes(planned(event, series="")) == [Outcome.DELETED]


def test_a_draft_deleted_before_its_series_was_noted_stays_deleted():
    DeletedImport.objects.create(uid="1@example.edu")

    assert outcomes(planned(talk_on(1))) == [Outcome.DELETED]


def test_a_feed_with_new_uids_does_not_bring_back_a_deleted_draft():
    imported(talk_on(1), talk_on(2), draft=True)
    lifecycle.delete(Talk.objects.get(uid="1@example.edu"), by=None)

    plan = planned(talk_on(1, UID="new-1@example.edu"), talk_on(2, UID="new-2@example.edu"))

    assert [(row.outcome, row.remarks) for row in plan.rows] == [
        (Outcome.DELETED, ["its draft was deleted here under another UID, with the same start and title"]),
        (Outcome.UNCHANGED, []),
    ]


def test_a_deleted_draft_that_comes_back_under_a_new_uid_by_choice_is_no_longer_noted():
    imported(talk_on(1), draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)

    imported(talk_on(1, UID="new-1@example.edu"), choices={"deleted": "again"})

    assert (Talk.objects.count(), DeletedImport.objects.count()) == (1, 0)


@pytest.mark.parametrize("lines", [{"SUMMARY": "On looms"}, {"DTSTART;TZID=America/New_York": "20300302T120000"}])
def test_another_title_or_start_under_a_new_uid_is_another_talk(lines):
    imported(talk_on(1), draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)

    assert outcomes(
        planned(talk_on(1, **{"UID": "new@example.edu", "DTEND;TZID=America/New_York": "20300302T130000"} | lines))
    ) == [Outcome.NEW]


def test_of_two_drafts_alike_under_new_uids_the_one_that_was_deleted_stays_deleted():
    imported(talk_on(1, UID="a@example.edu", LOCATION=""), talk_on(1, UID="b@example.edu", LOCATION=""), draft=True)
    lifecycle.delete(Talk.objects.get(uid="b@example.edu"), by=None)

    plan = planned(*(talk_on(1, UID=f"new-{name}@example.edu", LOCATION="") for name in "ab"))

    assert outcomes(plan) == [Outcome.UNCHANGED, Outcome.DELETED]


def test_an_undo_of_an_import_is_no_decision_to_delete_its_drafts():
    undo_import(imported(talk_on(1), draft=True), by=None)

    assert outcomes(planned(talk_on(1), draft=True)) == [Outcome.NEW]


def test_a_deleted_draft_that_was_brought_back_is_not_deleted_here(organiser_client):
    imported(talk_on(1), draft=True)
    lifecycle.delete(Talk.objects.get(), by=None)
    undo(organiser_client, last_change())

    assert (Talk.objects.count(), DeletedImport.objects.count()) == (1, 0)


def test_an_undo_of_an_import_whose_drafts_were_deleted_says_that_nothing_is_left(organiser_client):
    change = imported(talk_on(1, LOCATION=""), draft=True)
    Change.objects.filter(pk=change.pk).update(by=organiser_client.session["_auth_user_id"])
    lifecycle.delete(Talk.objects.get(), by=None)

    undo(organiser_client, change)

    assert messages_of(organiser_client) == ["Nothing of this import is left to undo."]


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
