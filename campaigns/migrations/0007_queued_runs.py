"""Runs that wait for a worker, and the workers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0006_keep_list_of_tags'),
    ]

    operations = [
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=100)),
                ('pid', models.PositiveIntegerField()),
                ('process_started', models.FloatField(help_text='Start of the process, seconds since the boot.')),
                ('started_at', models.DateTimeField()),
                ('heartbeat_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='run',
            name='run_one_active_per_account',
        ),
        migrations.AddField(
            model_name='run',
            name='expires_at',
            field=models.DateTimeField(blank=True, help_text='Not begun until then, it never is.', null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='is_dry_run',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='run',
            name='next_action_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='options',
            field=models.JSONField(default=dict, help_text='What this start changes of its campaign.'),
        ),
        migrations.AddField(
            model_name='run',
            name='plan',
            field=models.JSONField(default=list, help_text='Of a dry run: who, why, and which text.'),
        ),
        migrations.AddField(
            model_name='run',
            name='queued_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='requested_by',
            field=models.CharField(blank=True, help_text='Who asked for it: a key, a schedule.', max_length=100),
        ),
        migrations.AddField(
            model_name='run',
            name='starts_at',
            field=models.DateTimeField(blank=True, help_text='Not before; within the working hours.', null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='step',
            field=models.CharField(blank=True, help_text='What it is doing; names nobody.', max_length=100),
        ),
        migrations.AddField(
            model_name='run',
            name='takes_over',
            field=models.OneToOneField(blank=True, help_text='The run of a dead worker that this one goes on with.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='taken_over_by', to='campaigns.run'),
        ),
        migrations.AddField(
            model_name='run',
            name='task_id',
            field=models.UUIDField(blank=True, help_text='What brings it to a worker.', null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='to_do',
            field=models.PositiveIntegerField(default=0, help_text='How many actions it found planned, all in all.'),
        ),
        migrations.AlterField(
            model_name='run',
            name='host',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name='run',
            name='outcome',
            field=models.CharField(blank=True, choices=[('finished', 'Finished'), ('nothing_to_do', 'Nothing To Do'), ('outside_hours', 'Outside Hours'), ('limit_reached', 'Limit Reached'), ('stopped', 'Stopped'), ('browser_failed', 'Browser Failed'), ('account_paused', 'Account Paused'), ('no_session', 'No Session'), ('layout_changed', 'Layout Changed'), ('in_doubt', 'In Doubt'), ('clock_wrong', 'Clock Wrong'), ('restored', 'Restored'), ('disk_full', 'Disk Full'), ('database_unreachable', 'Database Unreachable'), ('crashed', 'Crashed'), ('expired', 'Expired'), ('internal_error', 'Internal Error')], max_length=20),
        ),
        migrations.AlterField(
            model_name='run',
            name='pid',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='run',
            name='process_started',
            field=models.FloatField(default=0, help_text='Start of the process, seconds since the boot.'),
        ),
        migrations.AlterField(
            model_name='run',
            name='started_at',
            field=models.DateTimeField(help_text='While it is queued: when that was.'),
        ),
        migrations.AlterField(
            model_name='run',
            name='status',
            field=models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('ended', 'Ended')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['queued', 'running'])), fields=('account',), name='run_one_active_per_account'),
        ),
        migrations.AddIndex(
            model_name='worker',
            index=models.Index(fields=['heartbeat_at'], name='worker_heartbeat_idx'),
        ),
    ]
