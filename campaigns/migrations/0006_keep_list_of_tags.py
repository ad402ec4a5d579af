"""The keep list takes tags too: only its help says so."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0005_installation"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="keep_list",
            field=models.TextField(
                blank=True,
                help_text="Whose invitations are never withdrawn: profile addresses and tags, one a line, such as tag:family.",
            ),
        ),
    ]
