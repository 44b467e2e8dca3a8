"""Imports that take longer than one request: a page shows how far they are, and goes on by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from seminars.actions import bulk_changes, talk_changes, undoing_imports
from seminars.importing import continuing
from seminars.models import Change, ImportRun, State, Talk
from tests.admin_forms import fields_of, form_of, messages_of, signed_in
from tests.changes import offered, undo
from tests.factories import make_administrator, make_organiser, make_series
from tests.import_plans import continued, imported, interrupted_import, next_part, talk_on
from tests.imports import calendar

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:import")
EVENTS = [talk_on(day) for day in range(1, 6)]


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


@pytest.fixture(autouse=True)
def _short_turns(monkeypatch):
    """Two talks in each turn, and one turn in each request."""
    from seminars.importing import apply

    monkeypatch.setattr(apply, "TURN", 2)
    monkeypatch.setattr(apply, "PAUSE", 0)
    monkeypatch.setattr(continuing, "SECONDS", 0)
    for name, value in {"MANY": 2, "FEW": 2, "PAUSE": 0, "SECONDS": 0}.items():
        monkeypatch.setattr(undoing_imports, name, value)


def begun(client, events=EVENTS):
    """Send a file and press Import; return the page that follows."""
    seen = client.post(IMPORT, form_of(client, IMPORT) | {"text": calendar(*events).decode()})
    return client.post(IMPORT, fields_of(seen) | {"_save": "Import"}, follow=True)


def watched(client, page):
    """Open what the pages ask for until one leads to the front desk; return how many talks there are after each."""
    numbers = [Talk.objects.count()]
    while True:
        answer = client.get(next_part(page))
        numbers.append(Talk.objects.count())
        if answer.url == reverse("admin:index"):
            return numbers
        page = client.get(answer.url)


def progress_of(client, run):
    return client.get(reverse("admin:import-progress"), {"run": run.pk})


def test_a_long_import_goes_on_page_by_page_as_one_change(organiser_client):
    page = begun(organiser_client)
    numbers = watched(organiser_client, page)

    assert "2 of 5 talks" in page.content.decode()
    assert (numbers[0], numbers[-1], sorted(numbers)) == (2, 5, numbers)
    assert (Change.objects.count(), ImportRun.objects.get().is_finished) == (1, True)
    assert "The import is complete: 5 talks." in messages_of(organiser_client)


def test_a_short_import_shows_no_progress(organiser_client, monkeypatch):
    monkeypatch.setattr(continuing, "SECONDS", 5)

    page = begun(organiser_client)

    assert (page.redirect_chain, Talk.objects.count()) == ([(reverse("admin:index"), 302)], 5)


def test_two_tabs_never_write_the_same_import(organiser_client):
    page = begun(organiser_client)
    ImportRun.objects.update(held_until=timezone.now() + timedelta(minutes=1))

    other = organiser_client.get(next_part(page), follow=True)

    assert (next_part(other), Talk.objects.count()) == ("", 2)
    assert "is working on this import" in other.content.decode()


def test_a_process_that_lost_the_claim_writes_nothing():
    run = interrupted_import(EVENTS, after=1)
    ImportRun.objects.claim(run)

    with pytest.raises(ValidationError, match="still running"):
        continued(run)
    assert Talk.objects.count() == 2


def test_a_closed_page_leaves_an_import_that_the_desk_offers_at_once(organiser_client):
    begun(organiser_client)

    assert "stopped after 2 of 5 talks" in organiser_client.get(reverse("admin:index")).content.decode()


def test_only_the_browser_that_began_it_goes_on_by_an_address(organiser_client):
    run = interrupted_import(EVENTS, after=1)

    page = progress_of(organiser_client, run)
    organiser_client.get(reverse("admin:continue-import"), {"run": run.pk})

    assert (next_part(page), Talk.objects.count()) == ("", 2)
    assert "2 of 5 talks" in page.content.decode()


def test_nobody_else_sees_how_far_an_import_is():
    run = interrupted_import(EVENTS, after=1)
    other = signed_in(make_organiser(make_series(slug="other")))

    assert progress_of(other, run).status_code == 302


# --- where it cannot go on ---


def test_a_room_that_was_taken_since_leaves_out_one_talk_and_names_it(organiser_client):
    run = interrupted_import(EVENTS, after=1)
    kept = imported(talk_on(25, LOCATION="Room 4"))
    talk, other = Talk.objects.get(uid="25@example.edu"), Talk.objects.get(uid="1@example.edu")
    talk.starts_at = other.starts_at + timedelta(days=3)
    talk_changes.save(talk)

    page = organiser_client.post(reverse("admin:continue-import"), {"run": run.pk}, follow=True)
    watched(organiser_client, page)

    said = messages_of(organiser_client)
    assert set(Talk.objects.values_list("uid", flat=True)) == {f"{day}@example.edu" for day in (1, 2, 3, 5, 25)}
    assert [line.startswith("1 was not imported: On engine 4: Room 4") for line in said].count(True) == 1
    assert kept


def test_a_refused_turn_keeps_what_is_imported_and_says_why(organiser_client, monkeypatch):
    run = interrupted_import(EVENTS, after=1)
    sentence = "Room 3 is taken."

    def refuse(*_args):
        raise ValidationError(sentence)

    with monkeypatch.context() as patched:
        patched.setattr(bulk_changes, "_refuse_taken_rooms", refuse)
        page = organiser_client.post(reverse("admin:continue-import"), {"run": run.pk}, follow=True)
        watched(organiser_client, page)
    said = messages_of(organiser_client)
    front = organiser_client.get(reverse("admin:index")).content.decode()
    states = list(Talk.objects.values_list("state", flat=True))
    page = organiser_client.post(reverse("admin:continue-import"), {"run": run.pk}, follow=True)
    watched(organiser_client, page)

    reason = "Room 3 is taken. You can continue or undo it below."
    assert said == [f"The import stopped after 2 of 5 talks. {reason}"]
    assert ("stopped after 2 of 5 talks" in front, states) == (True, [State.CONFIRMED] * 2)
    assert Talk.objects.count() == 5


def test_an_import_that_goes_on_reads_dates_as_before():
    run = continuing.begin(b"", continuing.ImportOptions(date_order="month-first", columns={"Wann": "date"}))

    assert continuing.ImportOptions(**run.options) == continuing.ImportOptions(
        date_order="month-first", columns={"Wann": "date"}
    )


# --- undoing ---


@pytest.fixture
def drafts(organiser_client):
    """An import of five drafts by the organiser."""
    change = imported(*EVENTS, draft=True)
    Change.objects.filter(pk=change.pk).update(by=organiser_client.session["_auth_user_id"])
    return change


def test_a_long_undo_goes_on_page_by_page_as_one_change(organiser_client, drafts):
    page = organiser_client.get(undo(organiser_client, drafts).url)
    numbers = watched(organiser_client, page)
    front = organiser_client.get(reverse("admin:index")).content.decode()

    assert "2 of 5 talks" in page.content.decode()
    assert (numbers[0], numbers[-1], sorted(numbers, reverse=True)) == (3, 0, numbers)
    assert (Change.objects.count(), ImportRun.objects.filter(is_finished=False).count()) == (2, 0)
    assert drafts.undone_by.pk in offered(front)


def test_a_closed_page_leaves_an_undo_that_the_desk_goes_on_with(organiser_client, drafts):
    undo(organiser_client, drafts)
    front = organiser_client.get(reverse("admin:index")).content.decode()
    run = ImportRun.objects.get(change__undoes=drafts)

    page = organiser_client.post(reverse("admin:continue-import"), {"run": run.pk}, follow=True)
    numbers = watched(organiser_client, page)

    assert ("Undone: Imported</strong>: stopped after 2 of 5 talks" in front, offered(front).count(drafts.pk)) == (
        True,
        0,
    )
    assert "Undoing the import" in page.content.decode()
    assert numbers[-1] == 0


def test_a_long_undo_tells_at_its_end_what_each_part_kept(organiser_client, drafts):
    for title in ("On engine 5", "On engine 1"):  # in its first turn and in its last
        talk = Talk.objects.get(title=title)
        talk.abstract = "Ours"
        talk_changes.save(talk)

    watched(organiser_client, organiser_client.get(undo(organiser_client, drafts).url))

    assert "2 were edited after the import and were kept: On engine 5; On engine 1" in messages_of(organiser_client)
    assert set(Talk.objects.values_list("title", flat=True)) == {"On engine 1", "On engine 5"}


def test_a_second_tab_does_not_undo_what_the_first_is_undoing(organiser_client, drafts):
    undo(organiser_client, drafts)
    ImportRun.objects.update(held_until=timezone.now() + timedelta(minutes=1))

    undo(organiser_client, drafts)

    assert "This import is still running. Wait until it is done, then undo it." in messages_of(organiser_client)
    assert Talk.objects.count() == 3


def test_organisers_do_not_go_on_with_an_undo_that_reaches_talks_of_other_series(series):
    make_series(slug="pde", short_name="PDE", name="PDE Seminar")
    names = ["PDE", "PDE", "PDE", "ENGINE", "ENGINE"]  # an undo begins with the last
    events = [talk_on(day, SUMMARY=f"{name} Seminar: On engine {day}") for day, name in enumerate(names, 1)]
    change = imported(*events, draft=True, series="")
    undo(signed_in(make_administrator()), change)
    run = ImportRun.objects.get(change__undoes=change)
    client = signed_in(make_organiser(series))

    front = client.get(reverse("admin:index")).content.decode()
    response = client.post(reverse("admin:continue-import"), {"run": run.pk})

    assert set(Talk.objects.values_list("series__short_name", flat=True)) == {"PDE"}
    assert ("Unfinished imports" in front, response.status_code) == (False, 404)
