"""Drafts of imports that were deleted are deleted in their series, and known again under another UID."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0024_department_language"),
    ]

    operations = [
        migrations.AlterField("deletedimport", "uid", models.CharField(max_length=255)),
        migrations.AddField(
            "deletedimport",
            "series",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="seminars.series",
                verbose_name="series",
            ),
        ),
        migrations.AddField("deletedimport", "said", models.JSONField(null=True)),
        migrations.AddConstraint(
            "deletedimport",
            models.UniqueConstraint(fields=("uid", "series"), name="a_deleted_draft_is_noted_once"),
        ),
    ]
