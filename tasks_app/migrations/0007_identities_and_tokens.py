"""People of identity providers, tokens of services, and chains of refresh tokens.

The chains replace the lists of tokens that simplejwt kept: who had signed in with a
name and a password before this does so once more.
"""

import django.db.models.deletion
import uuid
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

FOR_OPERATORS = ["view_apitoken", "add_apitoken", "revoke_apitoken"]


def let_operators(apps, schema_editor):
    """Let the group Operators, where there is one, hand out tokens."""
    create_permissions(installed.get_app_config("tasks_app"), verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="tasks_app", codename__in=FOR_OPERATORS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="Operators"):
        group.permissions.add(*permissions)


def nothing(apps, schema_editor):
    """Keep what people may use by now."""


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0006_reporters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acts as')),
            ],
            options={
                'verbose_name': 'API token',
                'ordering': ['-created_at', '-id'],
                'permissions': [('revoke_apitoken', 'Can revoke API tokens')],
                'default_permissions': ('view', 'add'),
            },
        ),
        migrations.AddField(
            model_name='socketticket',
            name='api_token',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tasks_app.apitoken'),
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=255)),
                ('subject', models.CharField(max_length=255)),
                ('told_at', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'identities',
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('newest', models.CharField(max_length=32)),
                ('expires_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.UniqueConstraint(models.F('name'), condition=models.Q(('revoked_at', None)), name='api_token_name'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(models.F('issuer'), models.F('subject'), name='identity_is_one'),
        ),
        migrations.AddIndex(
            model_name='signin',
            index=models.Index(fields=['expires_at'], name='sign_in_expires'),
        ),
        migrations.RunPython(let_operators, nothing),
        migrations.RunSQL(
            [
                "DROP TABLE IF EXISTS token_blacklist_blacklistedtoken",
                "DROP TABLE IF EXISTS token_blacklist_outstandingtoken",
            ],
            migrations.RunSQL.noop,
        ),
    ]
