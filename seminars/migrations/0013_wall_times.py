"""Each talk keeps the wall times that were typed; the moments in UTC follow from them.

The wall times are read from the moments by the rules that earlier releases read: of the system's time zone data first,
and of the package only if the system does not know the zone. Where these were out of date, `manage.py prepare` then
moves the moments to where they belong.
"""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.state import StateApps

import seminars.models.wall_times
from seminars import zone_data

LOCAL = {"starts_at": "starts_local", "ends_at": "ends_local", "moved_from": "moved_from_local"}
BATCH = 500


def take_wall_times(apps: StateApps, schema_editor: object) -> None:
    """Fill in the wall times of talks and of their history."""
    rules = zone_data.read_as_zoneinfo(settings.TIME_ZONE)
    zone = ZoneInfo.from_file(BytesIO(rules), key=settings.TIME_ZONE)
    for model in ("Talk", "HistoricalTalk"):
        rows = apps.get_model("seminars", model)._base_manager
        derived = [*LOCAL.values(), *(["zone_rules"] if model == "Talk" else [])]
        for batch in in_batches(rows.only("pk", *LOCAL)):
            for row in batch:
                for name, local in LOCAL.items():
                    moment = getattr(row, name)
                    setattr(row, local, moment and moment.astimezone(zone).replace(tzinfo=None))
                row.zone_rules = sha256(rules).hexdigest()[:16]
            rows.bulk_update(batch, derived)


def in_batches(rows: models.QuerySet) -> Iterator[list[models.Model]]:
    """Yield all rows in the order of their keys, so many at a time."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


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
