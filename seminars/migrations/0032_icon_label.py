"""The label of the department's icon, without a change of columns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("seminars", "0031_former_choice")]

    operations = [
        migrations.AlterField(
            model_name="department",
            name="mark",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=models.PROTECT,
                related_name="departments_by_mark",
                to="seminars.photo",
                verbose_name="icon",
            ),
        ),
    ]
