"""How it goes in sums, and which tasks failed alike."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0011_workers'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailureGroup',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('operation', models.CharField(max_length=100)),
                ('code', models.CharField(max_length=100)),
                ('text', models.CharField(max_length=300)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='StatisticsPlace',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('epoch', models.CharField(default='', max_length=32)),
                ('position', models.BigIntegerField(default=0)),
                ('last', models.BigIntegerField(default=0)),
                ('highest', models.BigIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Statistics',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grain', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('operation', models.CharField(max_length=100)),
                ('started', models.PositiveIntegerField(default=0)),
                ('completed', models.PositiveIntegerField(default=0)),
                ('completed_with_errors', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('cancelled', models.PositiveIntegerField(default=0)),
                ('waited', models.JSONField(default=dict)),
                ('ran', models.JSONField(default=dict)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('grain', 'at', 'operation'), name='statistics_span')],
            },
        ),
        migrations.CreateModel(
            name='FailedTask',
            fields=[
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='failure', serialize=False, to='tasks_app.task')),
                ('version', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='failed', to='tasks_app.failuregroup')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['group', '-at'], name='failed_group'), models.Index(fields=['-at'], name='failed_at')],
            },
        ),
    ]
