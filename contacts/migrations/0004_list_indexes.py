from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0003_tags'),
        ('engine', '0006_measure'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['name', 'id'], name='contact_name_idx'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['status', 'name', 'id'], name='contact_status_name_idx'),
        ),
    ]
