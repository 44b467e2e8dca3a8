"""The department's time zone, which administrators choose; blank for TIME_ZONE."""

from django.db import migrations, models

import seminars.models.wall_times


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0029_steps_put_away"),
    ]

    operations = [
        migrations.AddField(
            model_name="department",
            name="time_zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True, db_default="", default="", max_length=64, verbose_name="time zone"
            ),
        ),
        migrations.AddField(
            model_name="zonerules",
            name="former_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
