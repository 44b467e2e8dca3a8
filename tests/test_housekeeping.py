"""`manage.py housekeeping` removes what is no longer needed, reports it, and keeps everything else."""

import io
import json
import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from seminars.actions import housekeeping, photos
from seminars.management.commands.work import TASKS
from seminars.models import Announcement, Change, Department, ImportRun, Photo, Speaker, Throttle
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_draft, make_series, make_speaker
from tests.pictures import picture
from tests.saving import assert_whole, await_more, retitling
from tests.serving import Desk, organiser, site
from tests.tables import with_tables

WORKER_UNIT = Path(__file__).resolve().parent.parent / "deploy" / "systemd" / "seminars-worker.service"


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.ERRORS_DIR = tmp_path / "errors"


def removed():
    """The numbers in the report of the command, by kind."""
    told = io.StringIO()
    call_command("housekeeping", stdout=told)
    lines = [re.fullmatch(r"Removed (\d+) (.+)", line) for line in told.getvalue().splitlines()]
    return {line[2]: int(line[1]) for line in lines}


def named(*numbers):
    kinds = (
        "expired sessions",
        "expired failed sign-ins",
        "expired rate-limit counters",
        "old entries of the desk log",
        "photos that have not been used for a year",
        "files of imports that stopped a month ago",
        "static files of earlier releases",
    )
    others = (
        "announcements sent a year ago",
        "errors last emailed a month ago",
        "answers to programs",
        "expired API tokens",
        "private details of speakers a month after their talk",
        "answers of speakers a year after their talk",
        "invitations older than three months",
        "messages sent a month ago",
        "news of talks told a month ago",
        "invitations to past talks",
        "subscribers who have not been reached for three months",
        "subscriptions that nobody confirmed",
    )
    return dict(zip(kinds, numbers, strict=True)) | dict.fromkeys(others, 0)


@pytest.mark.django_db
def test_it_changes_nothing_if_there_is_nothing_to_remove():
    assert removed() == named(0, 0, 0, 0, 0, 0, 0)


@pytest.mark.django_db
def test_expired_sessions_are_removed_and_people_stay_signed_in():
    client = signed_in(make_administrator())
    for number in range(3):
        Session.objects.create(session_key=f"old{number}", session_data="", expire_date=timezone.now() - timedelta(1))

    assert removed() == named(3, 0, 0, 0, 0, 0, 0)
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_log_entries_of_the_desk_are_removed_after_two_years():
    person = make_administrator()
    for line in ("old", "new"):
        LogEntry.objects.create(user=person, object_repr=line, action_flag=CHANGE)
    age = {"old": timedelta(days=730, seconds=1), "new": timedelta(days=729)}
    for line, ago in age.items():
        LogEntry.objects.filter(object_repr=line).update(action_time=timezone.now() - ago)

    assert removed() == named(0, 0, 0, 1, 0, 0, 0)
    assert LogEntry.objects.get().object_repr == "new"


@pytest.mark.django_db
def test_photos_are_removed_a_year_after_their_last_use():
    _never, portrait, logo, shown, again = (
        photos.keep(picture(colour=colour)) for colour in ("teal", "red", "blue", "green", "pink")
    )
    speaker, other = make_speaker(photo=portrait), make_speaker(photo=shown)
    Department.objects.update_or_create({"logo": logo}, pk=1)
    first_night = timezone.now()

    assert removed() == named(0, 0, 0, 0, 0, 0, 0)
    with time_machine.travel(first_night + timedelta(days=364), tick=False):
        Speaker.objects.filter(pk=speaker.pk).update(photo=again)
        Department.objects.update(logo=None)
        assert removed() == named(0, 0, 0, 0, 0, 0, 0)
    with time_machine.travel(first_night + timedelta(days=366), tick=False):
        assert removed() == named(0, 0, 0, 0, 1, 0, 0)
    assert set(Photo.objects.all()) == {portrait, logo, shown, again}
    with time_machine.travel(first_night + timedelta(days=364 + 366), tick=False):
        assert removed() == named(0, 0, 0, 0, 2, 0, 0)
    assert set(Photo.objects.all()) == {other.photo, again}


@pytest.mark.django_db
def test_the_file_of_an_unfinished_import_is_removed_after_a_month():
    ages = {"old": timedelta(days=30, seconds=1), "new": timedelta(days=29)}
    for name, ago in ages.items():
        run = ImportRun(change=Change.objects.create(sentence=name), held_until=timezone.now() - ago)
        run.content = b"the file"
        run.save()

    assert removed() == named(0, 0, 0, 0, 0, 1, 0)
    kept = {run.change.sentence: run.can_go_on for run in ImportRun.objects.select_related("change")}
    assert kept == {"old": False, "new": True}


@pytest.mark.django_db
def test_static_files_that_are_being_collected_stay(settings):
    settings.STATIC_ROOT.mkdir()
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    manifest.write_text(json.dumps({"paths": {}}))
    os.utime(manifest, (time.time() - 48 * 3600,) * 2)
    collected = settings.STATIC_ROOT / "site.next.css"
    collected.touch()
    os.utime(collected, (time.time(),) * 2)  # by the tests' clock, which the file system does not know

    assert removed() == named(0, 0, 0, 0, 0, 0, 0)
    assert collected.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "goes"), [(23, False), (25, True)])
def test_static_files_of_earlier_releases_are_removed_after_a_day(settings, hours, goes):
    kept = {"css/site.new.css", "css/site.new.css.gz", "staticfiles.json"}
    old = {"css/site.old.css", "css/site.old.css.gz", "css/site.css", "css/site.css.gz"}
    for name in kept | old:
        (settings.STATIC_ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.STATIC_ROOT / name).touch()
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    manifest.write_text(json.dumps({"paths": {"css/site.css": "css/site.new.css"}}))
    for path in (manifest, *(settings.STATIC_ROOT / name for name in old)):
        os.utime(path, (time.time() - hours * 3600,) * 2)

    assert removed() == named(0, 0, 0, 0, 0, 0, 4 * goes)
    there = {str(path.relative_to(settings.STATIC_ROOT)) for path in settings.STATIC_ROOT.rglob("*.*")}
    assert there == (kept if goes else kept | old)


@pytest.mark.django_db
def test_it_forgets_a_month_later_when_an_error_was_mailed(settings):
    settings.ERRORS_DIR.mkdir()
    for name, days in {"a" * 32: 29, "b" * 32: 31}.items():
        mailed_at = time.time() - days * 86_400
        (settings.ERRORS_DIR / name).write_text(f"{mailed_at} 2")
        os.utime(settings.ERRORS_DIR / name, (mailed_at,) * 2)

    assert removed()["errors last emailed a month ago"] == 1
    assert [path.name for path in settings.ERRORS_DIR.iterdir()] == ["a" * 32]


@pytest.mark.django_db
def test_failed_sign_ins_are_removed_when_they_no_longer_count(settings):
    cool_off = timedelta(hours=settings.AXES_COOLOFF_TIME)
    for name, ago in {"old": cool_off, "new": cool_off - timedelta(minutes=1)}.items():
        row = AccessAttempt.objects.create(username=name, ip_address="192.0.2.1", failures_since_start=1)
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - ago)

    assert removed() == named(0, 1, 0, 0, 0, 0, 0)
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["new"]


@pytest.mark.django_db
def test_counts_are_removed_after_their_period():
    now = timezone.now()
    for key, ends_at in {"old": now, "new": now + timedelta(minutes=1)}.items():
        Throttle.objects.create(key=key, ends_at=ends_at, uses=1)

    assert removed() == named(0, 0, 1, 0, 0, 0, 0)
    assert list(Throttle.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db
def test_many_rows_are_removed_in_small_transactions(monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 10)
    yesterday = timezone.now() - timedelta(1)
    Session.objects.bulk_create(
        Session(session_key=f"old{number}", session_data="", expire_date=yesterday) for number in range(25)
    )

    with CaptureQueriesContext(connection) as asked:
        assert removed() == named(25, 0, 0, 0, 0, 0, 0)

    deleted = [query["sql"] for query in asked if query["sql"].startswith('DELETE FROM "django_session"')]
    assert [query.count("old") for query in deleted] == [10, 10, 5]


@pytest.mark.django_db
def test_history_stays():
    talk = make_draft(series=make_series())
    talk.title = "On looms"
    signed_in(make_administrator())
    talk.save()
    before = (list(Change.objects.values()), list(type(talk).history.values()))

    removed()

    assert (list(Change.objects.values()), list(type(talk).history.values())) == before
    assert len(before[1]) > 1


@pytest.mark.django_db
def test_it_says_nothing_if_asked_to_be_quiet():
    told = io.StringIO()

    call_command("housekeeping", stdout=told, verbosity=0)

    assert told.getvalue() == ""


def test_our_unit_runs_the_worker_which_does_it():
    commands = re.findall(r"^ExecStart=.* manage\.py (\S+)$", WORKER_UNIT.read_text(), re.M)

    assert commands == ["work"]
    assert "housekeeping" in [task.name for task in TASKS]


@pytest.mark.slow
def test_it_can_run_while_people_save(tmp_path):
    rows = with_tables(tmp_path / "rows.sqlite3")
    with organiser(rows) as person:
        person("prepare")
        talk = person("keys")[0]
        before = person("stands", talk)
        with site(rows) as server, retitling(Desk(server, person("session")), talk) as saved:
            await_more(saved, 5)
            for _ in range(3):
                person("housekeeping")
            await_more(saved, 5)

        assert_whole(person, talk, saved, before)


@pytest.mark.django_db
def test_announcements_are_removed_a_year_after_they_were_sent(series):
    now = timezone.now()
    for state, ago in {"sent": 366, "withdrawn": 364, "planned": 400}.items():
        at = now - timedelta(days=ago)
        Announcement.objects.create(series=series, week=at.date(), send_at=at, state=state,
                                    done_at=None if state == "planned" else at)  # fmt: skip

    assert removed()["announcements sent a year ago"] == 1
    assert set(Announcement.objects.values_list("state", flat=True)) == {"withdrawn", "planned"}
