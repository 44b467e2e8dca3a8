"""Commands of the process that goes back to an earlier release and forward again, and what is in each column."""

import hashlib

from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from seminars.models import Appearance, Role, Speaker, Talk, publishing

NOT_OURS = {"django_migrations", "sqlite_sequence"}


def give_roles():
    """Make a talk on which one person has each role, and another person all of them."""
    with publishing():
        talk = Talk.objects.earliest("pk")
        talk.appearances.all().delete()
        for order, role in enumerate(Role):
            for name in (f"The {role}", "All of them"):
                speaker = Speaker.objects.get_or_create(name=name)[0]
                Appearance.objects.create(talk=talk, speaker=speaker, role=role, order=order)


def migrate(name=None):
    """Migrate forward, or back to the migration of this name."""
    call_command("migrate", *(("seminars", name) if name else ()), verbosity=0, interactive=False)


def roles():
    """The people of that talk and their roles, whichever release made the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role, name FROM seminars_appearance JOIN seminars_speaker ON speaker_id = seminars_speaker.id "
            "WHERE talk_id = (SELECT MIN(id) FROM seminars_talk) ORDER BY 1, 2"
        )
        return [list(row) for row in cursor.fetchall()]


def columns():
    """A digest of what is in each column, by table and column."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        ours = [name for name in tables if name not in NOT_OURS and not name.startswith("seminars_search")]
        return {table: _digests(cursor, table) for table in ours}


def _digests(cursor, table):
    cursor.execute(f'SELECT * FROM "{table}"')
    rows = cursor.fetchall()
    names = [column[0] for column in cursor.description]
    key = names.index("id") if "id" in names else 0
    ordered = sorted(rows, key=lambda row: str(row[key]).zfill(20))
    values = {name: repr([str(row[place]) for row in ordered]) for place, name in enumerate(names)}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in values.items()}


def rest():
    """Let go of the database, as a process that has ended."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def applied():
    return sorted(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "seminars")
