"""The history of speakers keeps no e-mail address: those that it has kept so far are replaced, once and for all."""

from django.db import migrations
from django.db.migrations.state import StateApps

from seminars.models.shared_changes import without_value

BATCH = 500


def remove_addresses(apps: StateApps, schema_editor: object) -> None:
    """Keep a digest in place of each address, as the history does from now on."""
    notes = apps.get_model("seminars", "SharedChange").objects
    changed = []
    for note in notes.filter(kind="speaker").iterator(BATCH):
        for values in filter(None, (note.before, note.after)):
            values["email"] = without_value(values.get("email", ""))
        changed.append(note)
    notes.bulk_update(changed, ["before", "after"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0009_throttle"),
    ]

    operations = [migrations.RunPython(remove_addresses, migrations.RunPython.noop)]
