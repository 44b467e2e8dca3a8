import django.utils.timezone
from django.db import migrations, models
from django.db.migrations.state import StateApps


def fill(apps: StateApps, schema_editor: object) -> None:
    """Note which talks visitors find in lists today."""
    talks = apps.get_model("seminars", "Talk").objects.order_by()
    series = apps.get_model("seminars", "Series").objects.filter(is_listed=True).order_by().values("pk")
    joint = apps.get_model("seminars", "JointTalk").objects.filter(series__in=series).order_by().values("talk")
    listed = models.Q(series__in=series) | models.Q(pk__in=joint)
    talks.exclude(state="draft").filter(listed).update(is_shown=True)


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0056_account_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoneTalk",
            fields=[
                ("talk", models.BigIntegerField(primary_key=True, serialize=False)),
                ("uid", models.CharField(max_length=255)),
                ("gone_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "gone talk",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="talk",
            name="is_shown",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
