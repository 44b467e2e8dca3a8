"""A failing database: pages that only read still work, the others say what happened."""

import sqlite3
from errno import ENOSPC

import psycopg
import pytest
from django.contrib.messages import get_messages
from django.db import Error, IntegrityError, OperationalError, connection
from django.urls import reverse
from psycopg_pool import PoolTimeout

from seminars.admin.speakers import SpeakerAdmin
from seminars.failures import AWAY, BUSY, DAMAGED, FULL, READ_ONLY, failure_of
from seminars.models import Speaker
from tests.admin_forms import form_of, signed_in
from tests.factories import make_administrator, make_speaker


def of_sqlite(kind, name):
    error = sqlite3.OperationalError("in its own words")
    error.sqlite_errorname = name
    return caused(kind, error)


def of_postgres(kind, code):
    return caused(kind, psycopg.errors.lookup(code)("in its own words"))


def caused(kind, cause):
    """An error as Django raises it."""
    error = kind("in its own words")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (of_sqlite(OperationalError, "SQLITE_FULL"), FULL),
        (of_sqlite(OperationalError, "SQLITE_READONLY_DBMOVED"), READ_ONLY),
        (of_sqlite(OperationalError, "SQLITE_BUSY_SNAPSHOT"), BUSY),
        (of_sqlite(OperationalError, "SQLITE_IOERR_WRITE"), DAMAGED),
        (of_sqlite(OperationalError, "SQLITE_ERROR"), None),
        (of_sqlite(IntegrityError, "SQLITE_CONSTRAINT_UNIQUE"), None),
        (of_postgres(OperationalError, "53100"), FULL),
        (of_postgres(OperationalError, "53300"), AWAY),
        (of_postgres(Error, "25006"), READ_ONLY),
        (of_postgres(OperationalError, "40P01"), BUSY),
        (of_postgres(OperationalError, "57P01"), AWAY),
        (of_postgres(IntegrityError, "23505"), None),
        (caused(OperationalError, PoolTimeout()), AWAY),
        (caused(OperationalError, psycopg.OperationalError("connection refused")), AWAY),
        (OSError(ENOSPC, "no space"), FULL),
        (OSError("something else"), None),
        (ValueError("ours"), None),
        (None, None),
    ],
)
def test_the_kind_of_each_database_error(error, trouble):
    assert failure_of(error) == trouble


@pytest.fixture
def only_reading():
    """Make this connection read-only until the end of the test."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone can be told so within a transaction")
    with connection.cursor() as cursor:
        yield lambda: cursor.execute("PRAGMA query_only=1")
        cursor.execute("PRAGMA query_only=0")


@pytest.mark.django_db
def test_messages_are_shown_even_if_the_session_cannot_be_saved(only_reading):
    client, speaker = signed_in(make_administrator()), make_speaker()
    address = reverse("admin:seminars_speaker_change", args=[speaker.pk])
    client.post(address, form_of(client, address) | {"name": "Ada Lovelace"})
    only_reading()

    page = client.get("/admin/")

    # The messages that it is saved and how to undo it.
    assert (page.status_code, len(list(get_messages(page.wsgi_request)))) == (200, 2)


@pytest.mark.django_db
def test_a_failed_save_is_reported_and_no_password_is_sent_back(only_reading):
    client = signed_in(make_administrator())
    client.raise_request_exception = False
    only_reading()

    add = client.post(reverse("admin:seminars_speaker_add"), {"name": "Ada Lovelace", "my_password": "secret"})

    assert (add.status_code, Speaker.objects.count()) == (503, 0)
    assert 'name="name" value="Ada Lovelace"' in add.content.decode()
    assert "secret" not in add.content.decode()


@pytest.mark.django_db
def test_a_sign_in_that_cannot_be_stored_shows_an_error(client, only_reading):
    make_administrator(username="ada")
    client.raise_request_exception = False
    only_reading()

    answer = client.post("/sign-in/", {"username": "ada", "password": "open sesame 7"})

    assert answer.status_code == 503
    assert "its database is read-only" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("started_with", ["an earlier release", None])
def test_an_error_while_new_files_arrive_is_an_update_and_what_was_typed_can_be_sent_again(
    started_with, settings, monkeypatch
):
    """The process started with other files than it loads now. A form that is not there stands for what that breaks."""
    client = signed_in(make_administrator())
    client.raise_request_exception = False
    monkeypatch.setattr(SpeakerAdmin, "get_form", None)
    if started_with:
        settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": started_with}}

    add = client.post(reverse("admin:seminars_speaker_add"), {"name": "Ada Lovelace"})

    page = add.content.decode()
    if started_with:
        assert (add.status_code, add.headers["Retry-After"]) == (503, "60")
        assert "The site is being updated." in page
        assert 'name="name" value="Ada Lovelace"' in page
        assert "Your change may have been saved." in page
        assert "Nothing was changed" not in page
    else:
        assert (add.status_code, "Retry-After" in add.headers) == (500, False)
