"""Commands for the organiser process of tests/serving.py: each edit returns the text that visitors must see next."""

from datetime import timedelta
from itertools import count

from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from seminars.actions import lifecycle, shared_rows, stamping, talk_changes
from seminars.models import Department, Edition, Room, Speaker, Talk, Topic, User, publishing
from seminars.models.edition import rolled_back
from tests.admin_forms import signed_in

numbers = count(1)


def prepare():
    """Fill an empty site with the example's talks. The tests edit three talks at the top of the front page."""
    migrate()
    load_example()


def migrate():
    call_command("migrate", verbosity=0, interactive=False)


def load_example():
    call_command("load_example", talks=40, verbosity=0)


def ours():
    found = Talk.objects.public().listed().upcoming().for_pages()
    going_ahead = [talk for talk in found if talk.is_going_ahead and talk.room and talk.speakers]
    return [Talk.objects.get(pk=talk.pk) for talk in going_ahead[1:4]]


def mark():
    return f"Edit {next(numbers)}"


def session(name="ada"):
    """Return the session cookie of a signed-in administrator."""
    person = User.objects.filter(username=name).first() or User.objects.create_superuser(name, password="-")
    return signed_in(person).cookies["sessionid"].value


def retitle():
    talk = ours()[0]
    talk.title = mark()
    talk_changes.save(talk)
    return talk.title


def postpone():
    reason = mark()
    lifecycle.postpone(ours()[0], reason=reason, by=None)
    return reason


def cancel():
    reason = mark()
    lifecycle.cancel(ours()[1], reason=reason, by=None)
    return reason


def change_room():
    room = Room(name=mark(), is_exclusive=False)
    shared_rows.save(room)
    lifecycle.change_room(ours()[2], room=room, by=None)
    return room.name


def move_and_say_so():
    talk, notice = ours()[0], mark()
    with publishing():
        talk = lifecycle.move(talk, starts_at=talk.starts_at + timedelta(minutes=5), by=None)
        talk.notice = notice
        talk_changes.save(talk)
    return notice


def rename_room():
    return _renamed(ours()[0].room)


def rename_speaker():
    return _renamed(ours()[0].appearances.all()[0].speaker)


def rename_series():
    series = ours()[0].series
    series.short_name = mark()
    shared_rows.save(series)
    return series.short_name


def rename_all_speakers_at_once():
    name = mark()
    Speaker.objects.update(name=name)
    call_command("stamp", verbosity=0)
    return name


def announce_a_draft():
    talk = ours()[0]
    Talk.objects.filter(pk=talk.pk).update(title=mark())
    lifecycle.withdraw(Talk.objects.get(pk=talk.pk), by=None)
    return lifecycle.announce(Talk.objects.get(pk=talk.pk), by=None).title


def tag_line():
    department = Department.objects.current()
    department.tagline = mark()
    department.save()
    return department.tagline


def _renamed(thing):
    thing.name = mark()
    shared_rows.save(thing)
    return thing.name


def edit_three(number, keys):
    """Give the department and three talks the same notice in one transaction. Pages read these rows one by one."""
    department = Department.objects.current()
    department.notice = department.tagline = f"Edit {number}"
    with publishing():
        department.save()
        for talk in Talk.objects.filter(pk__in=keys):
            talk.notice = f"Edit {number}"
            talk_changes.save(talk)
    return number


def keys():
    return [talk.pk for talk in ours()]


def stands(key):
    """Return the stored title, stamp and history of a talk, and the number of talks whose stamp is out of date."""
    talk = Talk.objects.get(pk=key)
    with rolled_back():
        unstamped = stamping.stamp(Talk.objects.all())
    titles = list(talk.history.order_by("history_id").values_list("title", flat=True))
    return {"title": talk.title, "sequence": talk.sequence, "history": titles, "unstamped": unstamped}


def corruption():
    """Return what SQLite finds wrong with its file. PostgreSQL checks each page when it reads it."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchall() for name in ("integrity_check", "foreign_key_check")]
    return [row for rows in found for row in rows if row != ("ok",)]


def people():
    return list(User.objects.values_list("username", flat=True))


def migrations():
    """Return the number of applied migrations."""
    recorder = MigrationRecorder(connection)
    return recorder.migration_qs.count() if recorder.has_table() else 0


def topics():
    return list(Topic.objects.values_list("name", flat=True))


def edition():
    return Edition.objects.number()


def housekeeping():
    call_command("housekeeping", verbosity=0)
