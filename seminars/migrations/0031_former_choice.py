"""What the department's row said before its time zone was changed; a help text, without a change of columns."""

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
        migrations.AlterField(
            model_name="appearance",
            name="affiliation",
            field=models.CharField(
                blank=True,
                help_text="Leave blank to use the person’s current affiliation.",
                max_length=200,
                verbose_name="affiliation at the time",
            ),
        ),
        migrations.AlterField(
            model_name="historicalappearance",
            name="affiliation",
            field=models.CharField(
                blank=True,
                help_text="Leave blank to use the person’s current affiliation.",
                max_length=200,
                verbose_name="affiliation at the time",
            ),
        ),
    ]
