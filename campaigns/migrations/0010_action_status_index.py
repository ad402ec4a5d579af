"""What waits and what is in doubt is counted on every page of the admin: along an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_decisions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["status"], name="action_status_idx"),
        ),
    ]
