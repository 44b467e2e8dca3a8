"""Until when a process counts as writing an import, instead of when it last did."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0021_department_looks"),
    ]

    operations = [
        migrations.RenameField("importrun", "written_at", "held_until"),
    ]
