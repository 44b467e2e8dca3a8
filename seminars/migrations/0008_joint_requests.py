"""A series asks another whether a talk may be listed there too; until it accepts, nothing of that is public."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0007_shared_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="JointRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("declined_at", models.DateTimeField(null=True, verbose_name="declined")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "declined_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="declined by",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joint_requests",
                        to="seminars.series",
                        verbose_name="series",
                    ),
                ),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joint_requests",
                        to="seminars.talk",
                        verbose_name="talk",
                    ),
                ),
            ],
            options={
                "verbose_name": "joint request",
                "verbose_name_plural": "joint requests",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("talk", "series"), name="talk_asks_a_series_once")],
            },
        ),
    ]
