"""Mail to ADMINS about errors: what it says, what it leaves out, and how often it comes."""

import logging
import threading
import time

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import RequestFactory

from seminars import error_mail, logs
from seminars.error_mail import ErrorMail

SECRET = "ada@example.edu"
NUMBER = "f82396ac850076eed164548c08a2ceb7"


@pytest.fixture
def log(tmp_path, settings):
    """A logger whose errors are mailed, and its handler."""
    settings.ADMINS = [("ops@example.edu", "ops@example.edu")]
    handler = ErrorMail(tmp_path / "errors")
    logger = logging.getLogger("test of errors")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger
    handler.flush()
    logger.removeHandler(handler)


def messages(log):
    log.handlers[0].flush()
    return mail.outbox


def fail(log, error=ValueError, **extra):
    password = SECRET  # noqa: F841  a local variable, which a report of Django would show
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise error(f"Key (email)=({SECRET}) already exists.") from cause
    except error:
        log.exception("Failed: %s", SECRET, extra=extra)


def test_it_says_where_an_error_came_from_and_nothing_about_people(log):
    request = RequestFactory().post(f"/talks/{SECRET}/?q={SECRET}", {"email": SECRET}, HTTP_COOKIE=f"a={SECRET}")
    request.resolver_match = type("Match", (), {"route": "talks/<talk:address>/"})

    fail(log, request=request)

    [message] = messages(log)
    assert message.to == ["ops@example.edu"]
    assert "ValueError in tests/test_error_mail.py, line" in message.subject
    for word in ("KeyError:", "POST talks/<talk:address>/", "raise KeyError(SECRET)", "test of errors"):
        assert word in message.body
    assert SECRET not in message.message().as_string()
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_an_error_without_an_exception_is_told_too(log):
    log.error("The database is away (%s).", SECRET)

    [message] = messages(log)
    assert "Error in tests/test_error_mail.py, line" in message.subject
    assert SECRET not in message.message().as_string()


def test_the_same_place_is_told_once_an_hour_with_how_many_were_left_out(log, monkeypatch):
    for _ in range(5):
        fail(log)
    fail(log, RuntimeError)
    log.error("Another place.")
    assert len(messages(log)) == 3

    an_hour_later = time.time() + error_mail.PAUSE + 1
    monkeypatch.setattr(error_mail, "time", lambda: an_hour_later)
    fail(log)

    assert len(messages(log)) == 4
    assert "4 more at this place since the last email" in mail.outbox[3].body
    assert "more at this place" not in mail.outbox[0].body


def test_all_processes_count_together(log, tmp_path):
    others = ErrorMail(tmp_path / "errors")
    record = log.makeRecord("x", logging.ERROR, "x.py", 1, "Failed", (), None)

    for handler in (log.handlers[0], others, others):
        handler.emit(record)
    others.flush()

    assert len(messages(log)) == 1


def test_a_clock_that_was_set_back_does_not_silence_it(log, monkeypatch):
    fail(log)
    monkeypatch.setattr(error_mail, "time", lambda: time.time() - 86_400)

    fail(log)

    assert len(messages(log)) == 2


@pytest.mark.parametrize("is_there", [True, False])
def test_without_a_place_to_count_each_error_is_mailed(log, tmp_path, is_there):
    blocked = tmp_path / "file"
    blocked.touch()
    log.handlers[0].folder = blocked / "errors"
    if is_there:
        log.handlers[0].folder = tmp_path / "odd"
        log.handlers[0].folder.mkdir()
        record = log.makeRecord("x", logging.ERROR, "x.py", 1, "Failed", (), None)
        log.handle(record)
        [file] = log.handlers[0].folder.iterdir()
        file.write_text("not a number")
        log.handle(record)
    else:
        fail(log)
        fail(log)

    assert len(messages(log)) == 2


def test_its_files_can_be_read_by_the_site_alone(log, tmp_path):
    fail(log)

    assert (tmp_path / "errors").stat().st_mode & 0o777 == 0o700


class Hanging(BaseEmailBackend):
    """A mail server that takes long, and then nothing."""

    release, timeouts = threading.Event(), []

    def __init__(self, *, timeout=None, **further):
        super().__init__(**further)
        self.timeouts.append(timeout)

    def send_messages(self, email_messages):
        self.release.wait(30)
        raise ConnectionError


def test_no_request_waits_for_the_mail_server_and_its_fault_is_no_error(log, settings, caplog):
    settings.EMAIL_BACKEND = "tests.test_error_mail.Hanging"
    Hanging.release.clear()

    began = time.monotonic()
    for number in range(error_mail.MOST_WAITING + 10):
        log.handle(log.makeRecord("x", logging.ERROR, "x.py", number, "Failed", (), None))
    took = time.monotonic() - began
    Hanging.release.set()
    log.handlers[0].flush()

    assert took < 5
    assert set(Hanging.timeouts) == {error_mail.TIMEOUT}
    assert {record.levelname for record in caplog.records if record.name == "seminars.error_mail"} == {"WARNING"}


def test_it_has_the_number_that_the_logs_have(log):
    logs.KnownRequests(lambda *_arguments: fail(log))({"HTTP_X_REQUEST_ID": NUMBER}, None)

    assert f"Number of the request in the logs: {NUMBER}" in messages(log)[0].body
