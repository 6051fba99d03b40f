"""Positions in the feed of changes, and what is known of deleted tasks."""

import tasks_app.models.clock
import uuid
from django.conf import settings
from django.db import migrations, models

from ._append_only import guard_again, nothing


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0003_groups_and_pruning_schedule'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('epoch', models.UUIDField(default=uuid.uuid4)),
                ('identity', models.CharField(default='', max_length=200)),
                ('base', models.BigIntegerField(default=0)),
                ('counter', models.BigIntegerField(default=0)),
                ('floor', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='RemovedTask',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('owner_id', models.IntegerField(null=True)),
                ('operation', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=200)),
                ('status', models.CharField(max_length=30)),
                ('feed_position', models.BigIntegerField(db_default=0)),
                ('at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow())),
            ],
        ),
        migrations.AddField(
            model_name='task',
            name='feed_position',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='taskevent',
            name='feed_position',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['feed_position', 'id'], name='t_feed'),
        ),
        migrations.AddIndex(
            model_name='taskevent',
            index=models.Index(fields=['feed_position', 'id'], name='event_feed'),
        ),
        migrations.AddIndex(
            model_name='removedtask',
            index=models.Index(fields=['feed_position'], name='removed_position'),
        ),
        migrations.AddIndex(
            model_name='removedtask',
            index=models.Index(fields=['at'], name='removed_at'),
        ),
        migrations.RunPython(guard_again, nothing),
    ]
