"""The history of speakers keeps no e-mail address: those that it has kept so far are replaced, once and for all."""

from django.db import migrations
from django.db.migrations.state import StateApps

from seminars.models.shared_changes import without_value

BATCH = 500


def remove_addresses(apps: StateApps, schema_editor: object) -> None:
    """Keep a digest in place of each address, as the history does from now on."""
    notes = apps.get_model("seminars", "SharedChange").objects.filter(kind="speaker").order_by("pk")
    last = 0
    while batch := list(notes.filter(pk__gt=last)[:BATCH]):
        for note in batch:
            for values in filter(None, (note.before, note.after)):
                values["email"] = without_value(values.get("email", ""))
        notes.bulk_update(batch, ["before", "after"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0009_throttle"),
    ]

    operations = [migrations.RunPython(remove_addresses, migrations.RunPython.noop)]
