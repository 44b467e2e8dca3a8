from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0047_api_tokens"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="talk",
            index=models.Index(
                condition=models.Q(("state", "draft")), fields=["state", "series", "ends_at"], name="talk_drafts"
            ),
        ),
    ]
