"""An index of the talks that have a recording or slides."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0022_import_runs_held"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="talk",
            index=models.Index(
                fields=["state", "ends_at", "starts_at", "series", "id", "recording_url", "slides_url"],
                name="talk_with_material",
                condition=~Q(recording_url="") | ~Q(slides_url=""),
            ),
        ),
    ]
