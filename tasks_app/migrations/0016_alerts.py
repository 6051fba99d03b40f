"""Rules, channels, incidents and what was sent, for the groups, with rules to turn on.

Made once: a group or a rule that was changed by hand is never touched again.
"""

import django.core.validators
import django.db.models.deletion
import tasks_app.models.clock
import uuid
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


ALL = ("view", "add", "change", "delete")
FOR_VIEWERS = [
    f"view_{name}" for name in ("alertrule", "alertchannel", "incident", "delivery")
]
FOR_OPERATORS = [
    *FOR_VIEWERS,
    *(f"{verb}_{name}" for verb in ALL for name in ("alertrule", "alertchannel")),
    "end_incident",
    "retry_delivery",
]
# Off, and without a channel, until somebody wants them.
RULES = {
    "Any failure": {"kind": "failure", "threshold": 1, "window": 15},
    "Every fifth fails": {"kind": "failure_rate", "threshold": 20, "window": 60},
    "Work waits": {"kind": "oldest_waiting", "threshold": 30},
    "A schedule is late": {"kind": "lateness", "threshold": 5},
}


def let_groups(apps, schema_editor):
    """Let the groups that are there look, and operators decide."""
    create_permissions(installed.get_app_config("tasks_app"), verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="tasks_app"
    )
    for name, codenames in {
        "Viewers": FOR_VIEWERS,
        "Operators": FOR_OPERATORS,
    }.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=name):
            group.permissions.add(*permissions.filter(codename__in=codenames))


def offer_rules(apps, schema_editor):
    rules = apps.get_model("tasks_app", "AlertRule").objects
    for name, fields in RULES.items():
        rules.get_or_create(name=name, defaults={**fields, "enabled": False})


def nothing(apps, schema_editor):
    """Keep what people may use by now."""


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0015_schedules'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('kind', models.CharField(choices=[('email', 'Email'), ('webhook', 'Webhook')], max_length=10)),
                ('address', models.CharField(max_length=500)),
                ('secret', models.CharField(default='', editable=False, max_length=100)),
                ('enabled', models.BooleanField(default=True, verbose_name='turned on')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AlertRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('kind', models.CharField(choices=[('failure', 'Failures'), ('failure_rate', 'Failure rate'), ('lateness', 'Lateness of schedules'), ('oldest_waiting', 'Oldest waiting task')], max_length=20)),
                ('operation', models.CharField(blank=True, max_length=100)),
                ('threshold', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)])),
                ('window', models.PositiveIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(2880)])),
                ('minimum', models.PositiveIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000)])),
                ('enabled', models.BooleanField(default=True, verbose_name='turned on')),
                ('channels', models.ManyToManyField(blank=True, related_name='rules', to='tasks_app.alertchannel')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=200)),
                ('facts', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow(), verbose_name='opened')),
                ('seen_at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow(), verbose_name='last seen')),
                ('good_since', models.DateTimeField(null=True)),
                ('recovered_at', models.DateTimeField(null=True, verbose_name='recovered')),
                ('count', models.PositiveIntegerField(default=1, verbose_name='times seen')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='incidents', to='tasks_app.alertrule')),
            ],
            options={
                'permissions': [('end_incident', 'Can end incidents by hand')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('to', models.CharField(max_length=100)),
                ('occasion', models.CharField(choices=[('opened', 'Opened'), ('recovered', 'Recovered'), ('test', 'Test')], max_length=10)),
                ('message', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('given_up', 'Given up')], default='waiting', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='tries')),
                ('next_at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow(), verbose_name='next try')),
                ('code', models.PositiveIntegerField(null=True, verbose_name='answer')),
                ('error', models.CharField(blank=True, default='', max_length=300)),
                ('created_at', models.DateTimeField(db_default=tasks_app.models.clock.DatabaseNow(), verbose_name='created')),
                ('tried_at', models.DateTimeField(null=True, verbose_name='last try')),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered')),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliveries', to='tasks_app.alertchannel')),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='tasks_app.incident')),
            ],
            options={
                'verbose_name': 'alert delivery',
                'verbose_name_plural': 'alert deliveries',
                'permissions': [('retry_delivery', 'Can retry alert deliveries')],
                'default_permissions': ('view',),
            },
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['-opened_at'], name='incident_newest'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('recovered_at', None)), fields=('key',), name='incident_open'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['next_at'], name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['-created_at'], name='delivery_newest'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('incident', 'channel', 'occasion'), name='delivery_once'),
        ),
        migrations.RunPython(let_groups, nothing),
        migrations.RunPython(offer_rules, nothing),
    ]
