"""A reply is something that passed between us, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0004_list_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="interaction",
            name="type",
            field=models.CharField(
                choices=[
                    ("birthday_sent", "Birthday Sent"),
                    ("profile_visit", "Profile Visit"),
                    ("invitation_withdrawn", "Invitation Withdrawn"),
                    ("reply", "Reply"),
                ],
                max_length=30,
            ),
        ),
    ]
