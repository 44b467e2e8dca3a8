"""Commands of the upgrade process: fill a database of the first schema, migrate it, return its contents.

tests/data/first_schema.json was written by the program of the first migration alone, from its example, an imported
calendar and a few changes, so digests and stamps in it are those of that program.
"""

import json
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from seminars.actions import stamping, talk_changes
from seminars.models import Talk
from seminars.models.wall_times import LOCAL
from seminars.times import local

ROWS = Path(__file__).parent.parent / "data" / "first_schema.json"
FIRST = "0001_the_rows"
STAMPS = ("uid", "sequence", "changed_at", "created_at", "published_at", "entry_digest")


def fill():
    """Make the first schema and load the rows unchanged."""
    call_command("migrate", "seminars", FIRST, verbosity=0)
    past = MigrationLoader(connection).project_state(("seminars", FIRST)).apps
    models = [past.get_model(label) for label, _rows in by_model()]
    with transaction.atomic():
        for label, rows in by_model():
            for row in rows:
                instance_of(past.get_model(label), row).save_base(raw=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def by_model():
    """The rows in the file under the name of their model."""
    return [(label, list(rows)) for label, rows in groupby(json.loads(ROWS.read_text()), key=lambda row: row["model"])]


def instance_of(model, row):
    fields = {name: model._meta.get_field(name) for name in row["fields"]}
    values = {fields[name].attname: fields[name].to_python(value) for name, value in row["fields"].items()}
    return model(pk=row["pk"], **values)


def upgrade():
    call_command("migrate", verbosity=0)


def counts():
    """The number of rows of each model of the first schema."""
    return {label: _count(label.partition(".")[2]) for label, _rows in by_model()}


def _count(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM seminars_{name}")
        return cursor.fetchone()[0]


def stamps():
    """The identity and the stamp of each talk in calendars."""
    found = Talk.objects.values("pk", *STAMPS)
    return {str(row.pop("pk")): {name: json_of(value) for name, value in row.items()} for row in found}


def json_of(value):
    return value.isoformat() if isinstance(value, datetime) else value


def save_all_untouched():
    for talk in Talk.objects.order_by("pk"):
        talk_changes.save(talk)


def renew_former():
    """What `manage.py prepare` does after the migrations: no change to any talk."""
    stamping.renew_former()


def wall_times():
    """The stored wall times of talks and of their history, and those that the moments in UTC have."""
    rows = [*Talk.objects.order_by("pk").values(), *Talk.history.order_by("pk").values()]
    stored = [row[wall] for row in rows for wall in LOCAL.values()]
    there = [row[name] and local(row[name]).replace(tzinfo=None) for row in rows for name in LOCAL]
    return [[json_of(value) for value in values] for values in (stored, there)]
