"""Labels and help texts say “email” and have typographic apostrophes; no column changes."""

import django.db.models.functions.text
import seminars.models.wall_times
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("seminars", "0018_import_runs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appearance",
            name="affiliation",
            field=models.CharField(
                blank=True,
                help_text="If you leave it blank, the person’s current one is used.",
                max_length=200,
                verbose_name="affiliation at the time",
            ),
        ),
        migrations.AlterField(
            model_name="department",
            name="contact_email",
            field=models.EmailField(
                blank=True, help_text="Shown to visitors.", max_length=254, verbose_name="contact email"
            ),
        ),
        migrations.AlterField(
            model_name="historicalappearance",
            name="affiliation",
            field=models.CharField(
                blank=True,
                help_text="If you leave it blank, the person’s current one is used.",
                max_length=200,
                verbose_name="affiliation at the time",
            ),
        ),
        migrations.AlterField(
            model_name="historicaltalk",
            name="kind",
            field=models.CharField(
                blank=True, help_text="Leave blank for the series’ kind.", max_length=60, verbose_name="kind"
            ),
        ),
        migrations.AlterField(
            model_name="historicaltalk",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="A language tag such as en or de-CH. Leave blank for the department’s.",
                max_length=35,
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            model_name="room",
            name="slug",
            field=models.SlugField(
                blank=True,
                help_text="The last part of the page’s address. If you leave it blank, it is made from the name.",
                max_length=80,
                unique=True,
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="room",
            name="zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True,
                db_default="",
                default="",
                help_text="Only if it is not the department’s, for example America/Vancouver.",
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AlterField(
            model_name="series",
            name="contact_email",
            field=models.EmailField(
                blank=True, help_text="Shown to visitors.", max_length=254, verbose_name="contact email"
            ),
        ),
        migrations.AlterField(
            model_name="series",
            name="slug",
            field=models.SlugField(
                blank=True,
                help_text="The last part of the page’s address. If you leave it blank, it is made from the name.",
                max_length=80,
                unique=True,
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="series",
            name="zone",
            field=seminars.models.wall_times.ZoneField(
                blank=True,
                db_default="",
                default="",
                help_text="Only if it is not the department’s, for example America/Vancouver.",
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AlterField(
            model_name="speaker",
            name="email",
            field=models.EmailField(
                blank=True,
                help_text="For organisers only. Never shown to visitors.",
                max_length=254,
                verbose_name="email",
            ),
        ),
        migrations.AlterField(
            model_name="speaker",
            name="slug",
            field=models.SlugField(
                blank=True,
                help_text="The last part of the page’s address. If you leave it blank, it is made from the name.",
                max_length=80,
                unique=True,
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="talk",
            name="kind",
            field=models.CharField(
                blank=True, help_text="Leave blank for the series’ kind.", max_length=60, verbose_name="kind"
            ),
        ),
        migrations.AlterField(
            model_name="talk",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="A language tag such as en or de-CH. Leave blank for the department’s.",
                max_length=35,
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            model_name="topic",
            name="slug",
            field=models.SlugField(
                blank=True,
                help_text="The last part of the page’s address. If you leave it blank, it is made from the name.",
                max_length=80,
                unique=True,
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(
                blank=True,
                help_text="We send a link here if you forget your password.",
                max_length=254,
                verbose_name="email",
            ),
        ),
        migrations.AlterConstraint(
            model_name="user",
            name="user_emails_differ",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="user_emails_differ",
                violation_error_message="Another person signs in with this email address. Use a different one.",
            ),
        ),
    ]
