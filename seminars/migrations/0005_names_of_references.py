"""References of the desk have names, which it can say in German."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0004_old_addresses_of_everything"),
    ]

    operations = [
        migrations.AlterField(
            model_name="formeraddress",
            name="room",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_addresses",
                to="seminars.room",
                verbose_name="room",
            ),
        ),
        migrations.AlterField(
            model_name="formeraddress",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_addresses",
                to="seminars.series",
                verbose_name="series",
            ),
        ),
        migrations.AlterField(
            model_name="formeraddress",
            name="speaker",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_addresses",
                to="seminars.speaker",
                verbose_name="speaker",
            ),
        ),
        migrations.AlterField(
            model_name="formeraddress",
            name="talk",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_addresses",
                to="seminars.talk",
                verbose_name="talk",
            ),
        ),
        migrations.AlterField(
            model_name="formeraddress",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_addresses",
                to="seminars.topic",
                verbose_name="topic",
            ),
        ),
        migrations.AlterField(
            model_name="seriesorganiser",
            name="series",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="organiser_rows",
                to="seminars.series",
                verbose_name="series",
            ),
        ),
        migrations.AlterField(
            model_name="seriestopic",
            name="series",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="topic_rows",
                to="seminars.series",
                verbose_name="series",
            ),
        ),
        migrations.AlterField(
            model_name="seriestopic",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="series_rows",
                to="seminars.topic",
                verbose_name="topic",
            ),
        ),
    ]
