"""Old addresses may mean everything."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0003_history"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="formeraddress",
            name="former_address_means_one_thing",
        ),
        migrations.AddField(
            model_name="formeraddress",
            name="department",
            field=models.ForeignKey(
                blank=True,
                help_text="The front page, or the calendar of all talks.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_addresses",
                to="seminars.department",
                verbose_name="everything",
            ),
        ),
        migrations.AddConstraint(
            model_name="formeraddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("department__isnull", True),
                        ("room__isnull", True),
                        ("series__isnull", True),
                        ("speaker__isnull", True),
                        ("talk__isnull", False),
                        ("topic__isnull", True),
                    ),
                    models.Q(
                        ("department__isnull", True),
                        ("room__isnull", True),
                        ("series__isnull", False),
                        ("speaker__isnull", True),
                        ("talk__isnull", True),
                        ("topic__isnull", True),
                    ),
                    models.Q(
                        ("department__isnull", True),
                        ("room__isnull", False),
                        ("series__isnull", True),
                        ("speaker__isnull", True),
                        ("talk__isnull", True),
                        ("topic__isnull", True),
                    ),
                    models.Q(
                        ("department__isnull", True),
                        ("room__isnull", True),
                        ("series__isnull", True),
                        ("speaker__isnull", False),
                        ("talk__isnull", True),
                        ("topic__isnull", True),
                    ),
                    models.Q(
                        ("department__isnull", True),
                        ("room__isnull", True),
                        ("series__isnull", True),
                        ("speaker__isnull", True),
                        ("talk__isnull", True),
                        ("topic__isnull", False),
                    ),
                    models.Q(
                        ("department__isnull", False),
                        ("room__isnull", True),
                        ("series__isnull", True),
                        ("speaker__isnull", True),
                        ("talk__isnull", True),
                        ("topic__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="former_address_means_one_thing",
                violation_error_message="Choose exactly one thing that this address leads to.",
            ),
        ),
    ]
