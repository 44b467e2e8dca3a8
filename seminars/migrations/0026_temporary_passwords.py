"""A password that somebody else chose is temporary."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0025_deleted_imports_of_series"),
    ]

    operations = [
        migrations.AddField("user", "has_temporary_password", models.BooleanField(default=False, editable=False)),
    ]
