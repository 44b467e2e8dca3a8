"""What the department's row said before its time zone was changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0030_department_time_zone"),
    ]

    operations = [
        migrations.AddField(
            model_name="zonerules",
            name="former_choice",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
