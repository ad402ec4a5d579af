"""Decisions of persons about exact texts; what was rejected stays so for its occasion."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0008_schedules_and_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="rejected_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When a person decided that it is not to be done on this occasion.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("approved", "Approved"),
                            ("edited", "Edited"),
                            ("rejected", "Rejected"),
                            ("sent", "it was sent"),
                            ("not_sent", "it was not sent"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True, help_text="The exact text that was decided about.")),
                ("text_sha256", models.CharField(help_text="Of that text for that person.", max_length=64)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "by_name",
                    models.CharField(
                        help_text="Who it was: a user, or a key; stays when they go.", max_length=150
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="campaigns.action",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
    ]
