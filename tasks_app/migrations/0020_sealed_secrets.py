"""Seals the secrets of webhooks, and counts of incidents what is worth counting."""

from django.db import migrations, models


def seal(apps, schema_editor):
    from tasks_app.operations.alerts.sealing import seal

    channels = apps.get_model("tasks_app", "AlertChannel").objects
    for channel in channels.exclude(secret=""):
        channels.filter(pk=channel.pk).update(secret=seal(channel.secret))


def unseal(apps, schema_editor):
    """Stops where a secret cannot be opened, rather than to lose it."""
    from tasks_app.operations.alerts.sealing import open_sealed

    channels = apps.get_model("tasks_app", "AlertChannel").objects
    for channel in channels.exclude(secret=""):
        channels.filter(pk=channel.pk).update(secret=open_sealed(channel.secret))


def count_anew(apps, schema_editor):
    """Forget how often somebody looked: how often it turned bad nobody counted."""
    apps.get_model("tasks_app", "Incident").objects.update(count=1)


def nothing(apps, schema_editor):
    """Keep what cannot be known any more."""


class Migration(migrations.Migration):

    dependencies = [
        ("tasks_app", "0019_zone_of_schedules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alertchannel",
            name="secret",
            field=models.CharField(default="", editable=False, max_length=300),
        ),
        migrations.AlterField(
            model_name="incident",
            name="count",
            field=models.PositiveIntegerField(default=1, verbose_name="turned bad"),
        ),
        migrations.AddIndex(
            model_name="fingerprint",
            index=models.Index(fields=["made_at", "id"], name="fingerprint_oldest"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                models.OrderBy(models.F("recovered_at"), descending=True),
                models.OrderBy(models.F("opened_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="incident_open_first",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["channel", "created_at", "id"],
                name="delivery_next",
            ),
        ),
        migrations.RunPython(seal, unseal),
        migrations.RunPython(count_anew, nothing),
    ]
