"""Who works."""

import tasks_app.models.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0010_counts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('queues', models.JSONField(default=list)),
                ('slots', models.PositiveIntegerField(default=1)),
                ('seen_at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow())),
                ('started_at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow())),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
