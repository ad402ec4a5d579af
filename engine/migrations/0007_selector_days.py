"""How often each selector was found on each day: what the pages of the admin draw."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("engine", "0006_measure"),
    ]

    operations = [
        migrations.CreateModel(
            name="SelectorDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("successes", models.PositiveIntegerField()),
                ("failures", models.PositiveIntegerField()),
                (
                    "selector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="engine.linkedinselector",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="selector_day_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("selector", "day"), name="selector_day_uniq")
                ],
            },
        ),
    ]
