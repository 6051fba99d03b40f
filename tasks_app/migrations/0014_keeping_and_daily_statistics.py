"""Tasks that are kept, numbers of each day, and what finds a file's row."""

from django.db import migrations, models

from ._counted import count_again


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0013_questions_and_fingerprints'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='kept',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(count_again, migrations.RunPython.noop),
        migrations.AddField(
            model_name='artifact',
            name='sha256',
            field=models.CharField(db_default='', default='', max_length=64),
        ),
        migrations.AddIndex(
            model_name='artifact',
            index=models.Index(fields=['file'], name='artifact_file'),
        ),
        migrations.AddIndex(
            model_name='artifact',
            index=models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='artifact_expires'),
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['file'], name='upload_file'),
        ),
        migrations.CreateModel(
            name='DailyStatistics',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
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
                'constraints': [models.UniqueConstraint(fields=('day', 'operation'), name='daily_statistics_day')],
            },
        ),
    ]
