"""One-time tickets for sockets."""

import django.db.models.deletion
import tasks_app.models.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0004_feed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SocketTicket',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=100)),
                ('proof', models.CharField(max_length=128)),
                ('source_expires_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow())),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='ticket_created')],
            },
        ),
    ]
