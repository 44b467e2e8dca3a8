"""Those who were anonymised after a backup was made are so again after it is restored."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from seminars.actions import merging
from seminars.actions.merging import Merger
from seminars.actions.personal_data import accounts, after_restoring, anonymised_keys, speakers
from seminars.models import Speaker, Subscriber, User
from seminars.models.anonymised_person import AnonymisedPerson, digest_of
from tests.factories import in_new_york, make_administrator, make_speaker
from tests.personal_traces import TRACES, make_ada, make_bea, traces

pytestmark = pytest.mark.django_db

NOW = in_new_york(2026, 11, 2, 9)

NOTED = "2026-11-02T14:00:00+00:00"


@pytest.fixture
def ada(clock, series):
    return make_ada(series)


@pytest.fixture
def bea(series):
    return make_bea(series)


@pytest.fixture
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_a_restored_person_is_anonymised_again(ada, bea, folder, django_capture_on_commit_callbacks):
    savepoint = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        speakers.anonymise(ada, by=None)
        accounts.anonymise(bea, by=None)
    kept = (folder / "anonymised.json").read_text()
    transaction.savepoint_rollback(savepoint)  # as a backup from before does
    assert Speaker.objects.get(pk=ada.pk).name != "Former speaker"

    assert after_restoring.anonymise_again(anonymised_keys.known()) == (2, 0)

    assert traces() == set()
    assert not any(trace in kept.lower() for trace in TRACES)
    assert (folder / "anonymised.json").stat().st_mode & 0o077 == 0


def test_another_person_who_got_the_key_is_left_alone(ada, folder):
    key = [["speaker", str(ada.pk), digest_of("Charles Babbage"), NOTED]]

    assert after_restoring.anonymise_again(key) == (0, 0)
    assert after_restoring.anonymise_again([["speaker", "99", digest_of(ada.name), NOTED]]) == (0, 0)
    assert Speaker.objects.get(pk=ada.pk).name == ada.name


def test_the_only_administrator_is_told_apart(folder):
    only = make_administrator(username="only")

    assert after_restoring.anonymise_again([["account", str(only.pk), digest_of("only"), NOTED]]) == (0, 1)


def test_earlier_names_and_merged_rows_are_known_in_a_backup(ada, folder):
    gone = make_speaker(name="Augusta Byron")
    savepoint = transaction.savepoint()
    merging.merge(Merger(ada, gone), by=None)
    speakers.anonymise(ada, by=None)
    keys = AnonymisedPerson.objects.as_kept()
    transaction.savepoint_rollback(savepoint)
    Speaker.objects.filter(pk=ada.pk).update(name="Ada Lovelace")  # as in a backup from before she had another name

    assert after_restoring.anonymise_again(keys)[0] >= 2

    assert set(Speaker.objects.values_list("name", flat=True)) == {"Former speaker"}


def test_a_forgotten_address_is_removed_from_a_backup_and_may_come_back_later(ada, folder, clock):
    savepoint = transaction.savepoint()
    call_command("personal_data", email="ada@example.org", anonymise="ada@example.org", stdout=io.StringIO())
    keys = AnonymisedPerson.objects.as_kept()
    transaction.savepoint_rollback(savepoint)

    clock.shift(timedelta(hours=1))
    assert after_restoring.anonymise_again(keys) == (1, 0)
    assert not Subscriber.objects.exists()
    Subscriber.objects.create(email="ada@example.org")
    assert after_restoring.anonymise_again(keys) == (0, 0)
    assert Subscriber.objects.exists()


def test_an_account_that_had_another_name_is_known_by_its_address(bea, folder):
    savepoint = transaction.savepoint()
    accounts.anonymise(bea, by=None)
    keys = AnonymisedPerson.objects.as_kept()
    transaction.savepoint_rollback(savepoint)
    User.objects.filter(pk=bea.pk).update(username="bea", last_name="Byron")

    after_restoring.anonymise_again(keys)

    assert str(User.objects.get(pk=bea.pk)) == "Former member"


def test_the_keys_lie_beside_the_backups_too(ada, folder, settings, django_capture_on_commit_callbacks):
    settings.BACKUP_DIR = folder / "backups"
    settings.BACKUP_DIR.mkdir()
    with django_capture_on_commit_callbacks(execute=True):
        speakers.anonymise(ada, by=None)
    beside = settings.BACKUP_DIR / "anonymised.json"
    assert beside.stat().st_mode & 0o077 == 0
    (folder / "anonymised.json").unlink()  # with the machine
    known = AnonymisedPerson.objects.as_kept()
    AnonymisedPerson.objects.all().delete()

    assert anonymised_keys.known() == known


def test_what_a_restore_did_not_finish_is_done_by_prepare(ada, folder, settings):
    savepoint = transaction.savepoint()
    speakers.anonymise(ada, by=None)
    anonymised_keys.write()
    transaction.savepoint_rollback(savepoint)
    settings.DEBUG = True  # without static files
    said = io.StringIO()

    call_command("prepare", empty=True, stdout=said)

    assert "1 person who was anonymised after this backup" in said.getvalue()
    assert traces() == set()
    again = io.StringIO()
    call_command("prepare", empty=True, stdout=again)
    assert "anonymous" not in again.getvalue()
