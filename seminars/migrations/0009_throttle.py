"""How often something was done lately is counted in the database, for all processes and machines."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0008_joint_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="Throttle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("ends_at", models.DateTimeField(db_index=True)),
                ("uses", models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
