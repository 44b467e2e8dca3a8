"""Each talk has a random key, which is part of its address while the talk is in no listed series."""

from django.db import migrations, models
from django.db.migrations.state import StateApps

import seminars.models.talk_address
from seminars.models.talk_address import new_address_key

BATCH = 500


def fill(apps: StateApps, schema_editor: object) -> None:
    """Give each talk a key of its own. Stamps stay as they are."""
    talks = apps.get_model("seminars", "Talk").objects
    rows = list(talks.order_by("pk").only("pk"))
    for talk in rows:
        talk.address_key = new_address_key()
    talks.bulk_update(rows, ["address_key"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0005_names_of_references"),
    ]

    operations = [
        migrations.AddField(
            model_name="talk",
            name="address_key",
            field=models.CharField(default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="series",
            name="is_listed",
            field=models.BooleanField(
                default=True,
                help_text=(
                    "An unlisted series is in no list, search, or feed of the department. Anyone who knows or guesses "
                    "the address of the series can read it. The addresses of its talks contain a random key that "
                    "nobody can guess."
                ),
                verbose_name="listed",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="talk",
            name="address_key",
            field=models.CharField(default=seminars.models.talk_address.new_address_key, editable=False, max_length=64),
        ),
    ]
