"""The undo of an import that took a talk out of a joint series: the other talks are taken back all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seminars.actions import undoing_imports
from seminars.actions.undoing_imports import undo_import
from seminars.models import ImportRun, Talk
from tests.admin_forms import messages_of, signed_in
from tests.changes import last_change, undo
from tests.factories import in_new_york, make_organiser, make_series, make_talk
from tests.spreadsheets import csv_of, exported, import_all, rows_of_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_turns(monkeypatch):
    for name, value in {"MANY": 2, "FEW": 2, "PAUSE": 0, "SECONDS": 0}.items():
        monkeypatch.setattr(undoing_imports, name, value)


@pytest.fixture
def organiser(series):
    return make_organiser(series)


@pytest.fixture
def change(series, organiser):
    """The import of a file with new titles for four talks; its third was also in a series of others."""
    theirs = make_series(short_name="PRiML", name="PRiML")
    for day in range(1, 5):
        also_in = [theirs] if day == 3 else []
        make_talk(series=series, title=f"On engine {day}", starts_at=in_new_york(2035, 11, day, 12), also_in=also_in)
    header, *rows = rows_of_csv(exported(signed_in(organiser)))
    for row in rows:
        row[header.index("Title")] = row[header.index("Title")].replace("engine", "loom")
        row[header.index("Also in")] = ""
    import_all(csv_of([header, *rows]))
    return last_change()


def titles():
    return sorted(Talk.objects.values_list("title", flat=True))


def test_all_talks_are_taken_back_but_the_one_that_only_others_can_put_back(change, organiser):
    before = titles()

    undone = undo_import(change, by=organiser)

    assert before == [f"On loom {day}" for day in range(1, 5)]
    assert titles() == ["On engine 1", "On engine 2", "On engine 4", "On loom 3"]
    assert undone.is_finished
    assert ["Only the organisers of PRiML" in sentence for sentence in undone.refused] == [True]


def test_a_second_click_during_the_undo_does_not_say_that_nothing_was_undone(change, organiser):
    browser = signed_in(organiser)
    change.by = organiser
    change.save()
    undo(browser, change)
    ImportRun.objects.update(held_until=timezone.now() + timedelta(minutes=1))

    undo(browser, change)

    assert messages_of(browser) == ["This import is still running. Wait until it is done, then undo it."]
