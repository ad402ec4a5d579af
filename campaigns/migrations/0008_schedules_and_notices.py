"""Schedules of campaigns, and notices."""

import campaigns.channels
import campaigns.timetable
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0007_queued_runs'),
        ('engine', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='schedule',
            field=models.CharField(blank=True, help_text="When a worker starts it: five fields of cron in the account's time zone, such as 0 9 * * *.", max_length=100, validators=[campaigns.timetable.check_schedule]),
        ),
        migrations.AddField(
            model_name='campaign',
            name='schedule_seen',
            field=models.CharField(blank=True, editable=False, max_length=100),
        ),
        migrations.AddField(
            model_name='campaign',
            name='schedule_seen_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Times of that schedule up to this are dealt with.', null=True),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(choices=[('run_finished', 'Run Finished'), ('needs_approval', 'Needs Approval'), ('account_paused', 'Account Paused'), ('in_doubt', 'In Doubt'), ('session_ends', 'Session Ends'), ('no_run_today', 'No Run Today')], max_length=20)),
                ('key', models.CharField(help_text='What keeps it from being told twice.', max_length=200, unique=True)),
                ('summary', models.CharField(max_length=500)),
                ('details', models.JSONField(default=dict)),
                ('happened_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='engine.account')),
            ],
        ),
        migrations.CreateModel(
            name='NoticeChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(unique=True)),
                ('kind', models.CharField(choices=[('email', 'e-mail'), ('webhook', 'Webhook')], max_length=10)),
                ('address', models.CharField(help_text='An e-mail address, or an https address.', max_length=500)),
                ('events', models.JSONField(blank=True, default=list, help_text='None: all.', validators=[campaigns.channels.check_events])),
                ('is_active', models.BooleanField(default=True)),
                ('key_id', models.UUIDField(default=uuid.uuid4, help_text="With this installation's key it makes the secret.")),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('account', models.ForeignKey(blank=True, help_text='Empty: of all accounts.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notice_channels', to='engine.account')),
            ],
        ),
        migrations.CreateModel(
            name='NoticeDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('given_up', 'Given Up')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('attempted_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='campaigns.noticechannel')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='campaigns.notice')),
            ],
            options={
                'verbose_name_plural': 'notice deliveries',
            },
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['happened_at'], name='notice_happened_idx'),
        ),
        migrations.AddIndex(
            model_name='noticedelivery',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['next_at'], name='delivery_next_idx'),
        ),
        migrations.AddConstraint(
            model_name='noticedelivery',
            constraint=models.UniqueConstraint(fields=('notice', 'channel'), name='notice_delivery_uniq'),
        ),
    ]
