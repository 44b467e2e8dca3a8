"""Each photo stores the small picture that pages show as a face, and since when nothing has shown it."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_portraits(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    portrait_of = import_module("seminars.actions.pictures").portrait_of  # with Pillow, which `/readyz` does without
    photos = apps.get_model("seminars", "Photo").objects.using(schema_editor.connection.alias)
    for photo in photos.iterator(chunk_size=20):
        photos.filter(pk=photo.pk).update(portrait=portrait_of(bytes(photo.content)))


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0010_history_without_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="portrait",
            field=models.BinaryField(db_default=b"", editable=False, verbose_name="portrait"),
        ),
        migrations.AddField(
            model_name="photo",
            name="unused_since",
            field=models.DateTimeField(editable=False, null=True, verbose_name="unused since"),
        ),
        migrations.RunPython(make_portraits, migrations.RunPython.noop, elidable=True),
    ]
