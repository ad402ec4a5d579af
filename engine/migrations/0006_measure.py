from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("engine", "0005_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="page, layout, step or breaker.", max_length=20)),
                ("label", models.CharField(max_length=100)),
                ("bucket", models.CharField(blank=True, help_text="Of a step's seconds: its upper end.", max_length=10)),
                ("count", models.BigIntegerField()),
                ("seconds", models.FloatField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "label", "bucket"), name="measure_uniq"),
                ],
            },
        ),
    ]
