"""What was done to speakers, rooms and topics is kept; each change holds the row before and after it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0006_talk_address_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="SharedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("speaker", "speaker"), ("room", "room"), ("topic", "topic")], max_length=10
                    ),
                ),
                ("key", models.PositiveBigIntegerField()),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shared_rows",
                        to="seminars.change",
                        verbose_name="change",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a shared row",
                "verbose_name_plural": "changes of shared rows",
                "default_permissions": (),
                "indexes": [models.Index(fields=["kind", "key", "change"], name="shared_change_by_row")],
                "constraints": [
                    models.UniqueConstraint(fields=("change", "kind", "key"), name="change_tells_of_a_shared_row_once")
                ],
            },
        ),
    ]
