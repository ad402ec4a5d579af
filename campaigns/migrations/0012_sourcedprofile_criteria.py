"""Whose score is of other criteria than the campaign's of now; of what was scored before, it is not known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0011_replies"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcedprofile",
            name="criteria_sha256",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Of the criteria that the score is of; empty: not known.",
                max_length=64,
            ),
            preserve_default=False,
        ),
    ]
