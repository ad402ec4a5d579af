"""Whether a wish was answered, as far as a later reading of its conversation shows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0010_action_status_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='action',
            name='replied',
            field=models.BooleanField(blank=True, help_text='Whether they answered; unknown until the conversation is read again.', null=True),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('replied__isnull', False)), fields=['sending_at'], name='action_replied_idx'),
        ),
    ]
