from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0006_merging_is_a_right_of_its_own'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['birth_month', 'birth_day', 'name', 'id'], name='contact_birthday_name_idx'),
        ),
    ]
