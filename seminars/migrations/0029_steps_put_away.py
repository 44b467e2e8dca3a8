"""People put the list of first steps away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0028_talk_templates"),
    ]

    operations = [
        migrations.AddField(
            "user", "has_put_steps_away", models.BooleanField(db_default=False, default=False, editable=False)
        ),
    ]
