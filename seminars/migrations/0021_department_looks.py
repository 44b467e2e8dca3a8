"""The department's second logo, square mark, masthead and typeface; thumbnails of photos and how bright they are."""

from importlib import import_module

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import seminars.models.constraints


def measure_photos(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    pictures = import_module("seminars.actions.pictures")  # with Pillow, which `/readyz` does without
    photos = apps.get_model("seminars", "Photo").objects.using(schema_editor.connection.alias)
    for photo in photos.iterator(chunk_size=20):
        content = bytes(photo.content)
        thumbnail = pictures.portrait_of(content, pictures.THUMBNAIL_SIDE)
        photos.filter(pk=photo.pk).update(thumbnail=thumbnail, brightness=pictures.brightness_of(content))


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0020_search_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="department",
            name="icon",
            field=models.BinaryField(db_default=b"", verbose_name="icon"),
        ),
        migrations.AddField(
            model_name="department",
            name="logo_dark",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="departments_in_dark",
                to="seminars.photo",
                verbose_name="logo for dark backgrounds",
            ),
        ),
        migrations.AddField(
            model_name="department",
            name="mark",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="departments_by_mark",
                to="seminars.photo",
                verbose_name="square mark",
            ),
        ),
        migrations.AddField(
            model_name="department",
            name="masthead",
            field=models.CharField(
                choices=[("plain", "Plain, on the paper of the page"), ("solid", "Solid, in the accent colour")],
                default="plain",
                max_length=10,
                verbose_name="masthead",
            ),
        ),
        migrations.AddField(
            model_name="department",
            name="typeface",
            field=models.CharField(
                choices=[
                    ("both", "Serif headings, sans-serif text"),
                    ("sans", "Sans-serif throughout"),
                    ("serif", "Serif throughout"),
                ],
                default="both",
                max_length=10,
                verbose_name="typeface",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="brightness",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="brightness"),
        ),
        migrations.AddField(
            model_name="photo",
            name="thumbnail",
            field=models.BinaryField(db_default=b"", verbose_name="thumbnail"),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=seminars.models.constraints.ChoicesConstraint(
                condition=models.Q(("masthead__in", ["plain", "solid"])), name="department_masthead_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=seminars.models.constraints.ChoicesConstraint(
                condition=models.Q(("typeface__in", ["both", "sans", "serif"])), name="department_typeface_is_known"
            ),
        ),
        migrations.RunPython(measure_photos, migrations.RunPython.noop, elidable=True),
    ]
