"""Each talk keeps the wall times that were typed; the moments in UTC follow from them.

The wall times are read from the moments by the rules that earlier releases read: of the system's time zone data first,
and of the package only if the system does not know the zone. Where these were out of date, `manage.py prepare` then
moves the moments to where they belong.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import seminars.models.wall_times
from seminars import zone_data

LOCAL = {"starts_at": "starts_local", "ends_at": "ends_local", "moved_from": "moved_from_local"}
BATCH = 2000


def take_wall_times(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill in the wall times of talks and of their history."""
    rules = zone_data.read_as_zoneinfo(settings.TIME_ZONE)
    zone = ZoneInfo.from_file(BytesIO(rules), key=settings.TIME_ZONE)
    digest = sha256(rules).hexdigest()[:16]
    for model, digests in (
        (apps.get_model("seminars", "Talk"), [digest]),
        (apps.get_model("seminars", "HistoricalTalk"), []),
    ):
        columns = [*LOCAL.values(), *(["zone_rules"] if digests else [])]
        sets = ", ".join(f"{column} = %s" for column in columns)
        statement = f"UPDATE {model._meta.db_table} SET {sets} WHERE {model._meta.pk.column} = %s"  # noqa: S608  ours
        for batch in in_batches(model._base_manager.values_list("pk", *LOCAL)):
            rows = ([*wall_times(moments, zone, schema_editor), *digests, key] for key, *moments in batch)
            with schema_editor.connection.cursor() as cursor:  # `bulk_update` takes twenty times as long
                cursor.executemany(statement, list(rows))


def wall_times(
    moments: list[datetime | None], zone: ZoneInfo, schema_editor: BaseDatabaseSchemaEditor
) -> list[datetime | str | None]:
    """Return what the clocks of a zone show at these moments, as the database takes it."""
    field, connection = seminars.models.wall_times.WallTimeField(), schema_editor.connection
    walls = (moment and moment.astimezone(zone).replace(tzinfo=None) for moment in moments)
    return [field.get_db_prep_value(wall, connection) for wall in walls]


def in_batches(rows: models.QuerySet) -> Iterator[list[tuple]]:
    """Yield all rows in the order of their keys, so many at a time."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0012_speaker_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="follows_zone_rules",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="historicaltalk",
            name="ends_local",
            field=seminars.models.wall_times.WallTimeField(editable=False, null=True, verbose_name="end"),
        ),
        migrations.AddField(
            model_name="historicaltalk",
            name="local_zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True, db_default="", default="", editable=False, max_length=64, verbose_name="time zone in use"
            ),
        ),
        migrations.AddField(
            model_name="historicaltalk",
            name="moved_from_local",
            field=seminars.models.wall_times.WallTimeField(editable=False, null=True, verbose_name="moved from"),
        ),
        migrations.AddField(
            model_name="historicaltalk",
            name="starts_local",
            field=seminars.models.wall_times.WallTimeField(editable=False, null=True, verbose_name="start"),
        ),
        migrations.AddField(
            model_name="historicaltalk",
            name="zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True,
                db_default="",
                default="",
                help_text="Leave blank for the time zone of the room or the series.",
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AddField(
            model_name="room",
            name="zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True,
                db_default="",
                default="",
                help_text="Only if it is not the department's, for example America/Vancouver.",
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True,
                db_default="",
                default="",
                help_text="Only if it is not the department's, for example America/Vancouver.",
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AddField(
            model_name="talk",
            name="ends_local",
            field=seminars.models.wall_times.WallTimeField(editable=False, null=True, verbose_name="end"),
        ),
        migrations.AddField(
            model_name="talk",
            name="local_zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True, db_default="", default="", editable=False, max_length=64, verbose_name="time zone in use"
            ),
        ),
        migrations.AddField(
            model_name="talk",
            name="moved_from_local",
            field=seminars.models.wall_times.WallTimeField(editable=False, null=True, verbose_name="moved from"),
        ),
        migrations.AddField(
            model_name="talk",
            name="starts_local",
            field=seminars.models.wall_times.WallTimeField(editable=False, null=True, verbose_name="start"),
        ),
        migrations.AddField(
            model_name="talk",
            name="zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True,
                db_default="",
                default="",
                help_text="Leave blank for the time zone of the room or the series.",
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AddField(
            model_name="talk",
            name="zone_rules",
            field=models.CharField(db_default="", default="", editable=False, max_length=16),
        ),
        migrations.CreateModel(
            name="ZoneRules",
            fields=[
                ("local_zone", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64)),
                ("rules", models.CharField(max_length=16)),
                ("version", models.CharField(max_length=20)),
                ("derived_at", models.DateTimeField(auto_now=True)),
                (
                    "change",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="seminars.change"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RunPython(take_wall_times, migrations.RunPython.noop, elidable=True),
    ]
