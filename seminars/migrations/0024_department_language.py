"""The language of the site, which administrators choose; blank for LANGUAGE_CODE."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0023_talks_with_material"),
    ]

    operations = [
        migrations.AddField(
            model_name="department",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="The language of the desk, feeds, calendar entries, announcements and all pages whose address names no language.",
                max_length=10,
                verbose_name="language of the site",
            ),
        ),
    ]
