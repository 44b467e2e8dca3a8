"""People are found by an index of their folded names, which begins with the people who are there already."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.state import StateApps

from seminars.models.speaker_names import folded_names

BATCH = 500  # people; each has some six rows


def fill(apps: StateApps, schema_editor: object) -> None:
    """Index everybody's names, so many people at a time."""
    speakers, names = (apps.get_model("seminars", name) for name in ("Speaker", "SpeakerName"))
    last = 0
    people = speakers.objects.order_by("pk").values_list("pk", "name", "sort_name", "other_names")
    while batch := list(people.filter(pk__gt=last)[:BATCH]):
        names.objects.bulk_create(
            names(speaker_id=key, folded=folded) for key, *known in batch for folded in sorted(folded_names(*known))
        )
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0011_photo_portraits"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpeakerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("folded", models.CharField(max_length=300)),
                (
                    "speaker",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="folded_names",
                        to="seminars.speaker",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["folded", "speaker"],
                        name="speaker_by_folded_name",
                        opclasses=["varchar_pattern_ops", "int8_ops"],
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
