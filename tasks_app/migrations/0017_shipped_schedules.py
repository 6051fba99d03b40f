"""The schedules every installation begins with.

Made once: a schedule that was changed, or removed, by hand is never touched again.
"""

import json
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations

OURS = "tasks_app.submit_scheduled"
# Name, operation, minute, hour, what becomes of missed slots, what it does. Parameters
# are those of `PARAMS`.
SHIPPED = [
    (
        "Integrity check",
        "maintenance.validate_data",
        ("0", "*"),
        "once",
        "Looks whether files are there and whole, and nothing is left over.",
    ),
    (
        "Full integrity check",
        "maintenance.validate_data",
        ("0", "4"),
        "once",
        "Reads every byte of every file, and holds it against what was recorded.",
    ),
    (
        "Daily statistics",
        "maintenance.daily_statistics",
        ("0", "1"),
        "once",
        "Keeps the numbers of each day, so that they outlive the tasks.",
    ),
    (
        "System health",
        "maintenance.health_check",
        ("*/15", "*"),
        "skip",  # only now matters
        "Looks at database, Redis, broker, disk, workers and beat.",
    ),
    (
        "Clean-up",
        "maintenance.clean_up",
        ("0", "2"),
        "once",
        "Removes expired files and uploads that no task needs.",
    ),
]
# Every hour there is no time to read every byte that is stored.
PARAMS = {"Integrity check": {"content": False}}
PRUNING = "Pruning by time to live"


def make_schedules(apps, schema_editor):
    plans = apps.get_model("django_celery_beat", "PeriodicTask")
    schedules = apps.get_model("tasks_app", "Schedule")
    for name, operation, rule, missed, description in SHIPPED:
        asked = {"operation": operation}
        if name in PARAMS:
            asked["params"] = PARAMS[name]
        plan, made = plans.objects.get_or_create(
            name=name,
            defaults={
                "task": OURS,
                "crontab": at(apps, *rule),
                "kwargs": json.dumps(asked),
                "description": description,
            },
        )
        if made:
            schedules.objects.create(plan=plan, missed=missed, overlap="skip")


def move_pruning(apps, schema_editor):
    """Give the earlier schedule its name and hour, unless somebody changed it."""
    plans = apps.get_model("django_celery_beat", "PeriodicTask")
    schedules = apps.get_model("tasks_app", "Schedule")
    unchanged = plans.objects.filter(
        name="Nightly clean-up",
        task=OURS,
        enabled=True,
        kwargs='{"operation": "maintenance.prune"}',
        crontab__minute="0",
        crontab__hour="2",
        crontab__day_of_month="*",
        crontab__month_of_year="*",
        crontab__day_of_week="*",
    ).first()
    if unchanged is None or plans.objects.filter(name=PRUNING).exists():
        return
    unchanged.name = PRUNING
    unchanged.crontab = at(apps, "0", "3")
    unchanged.save()
    schedules.objects.get_or_create(
        plan=unchanged, defaults={"missed": "once", "overlap": "skip"}
    )


def at(apps, minute, hour):
    """Return the rule; rules that are alike share one row."""
    rules = apps.get_model("django_celery_beat", "CrontabSchedule")
    rule = {
        "minute": minute,
        "hour": hour,
        "day_of_month": "*",
        "month_of_year": "*",
        "day_of_week": "*",
        "timezone": ZoneInfo(settings.TIME_ZONE),
    }
    return rules.objects.filter(**rule).first() or rules.objects.create(**rule)


def nothing(apps, schema_editor):
    """Keep what people may use by now."""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks_app", "0016_alerts"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [
        migrations.RunPython(make_schedules, nothing),
        migrations.RunPython(move_pruning, nothing),
    ]
