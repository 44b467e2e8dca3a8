import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0016_clashes_by_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=64)),
                ("meanings", models.JSONField(default=dict)),
                ("chosen_at", models.DateTimeField(auto_now=True)),
                (
                    "series",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="seminars.series",
                        verbose_name="series",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of columns",
                "verbose_name_plural": "choices of columns",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "series", "mark"), name="column_choice_once_a_series"),
                    models.UniqueConstraint(
                        condition=models.Q(("series", None)),
                        fields=("user", "mark"),
                        name="column_choice_once_without_series",
                    ),
                ],
            },
        ),
    ]
