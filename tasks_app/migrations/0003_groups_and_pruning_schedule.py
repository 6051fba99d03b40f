"""The groups operators give to people, and the nightly pruning.

Made once: a group or a schedule that was changed by hand is never touched again.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "Viewers": ["view_task"],
    "Operators": [
        "view_task",
        "retry_task",
        "cancel_task",
        "pause_task",
        "delete_task",
        "view_task_payload",
    ],
    "Reporters": ["view_task", "report_task"],
}


def make_groups(apps, schema_editor):
    # Django makes permissions only after all migrations have run.
    create_permissions(installed.get_app_config("tasks_app"), verbosity=0)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group, made = group_model.objects.get_or_create(name=name)
        if made:
            group.permissions.set(
                permission_model.objects.filter(
                    content_type__app_label="tasks_app", codename__in=codenames
                )
            )


def make_schedule(apps, schema_editor):
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    periodic = apps.get_model("django_celery_beat", "PeriodicTask")
    nightly = crontab.objects.filter(
        minute="0", hour="2", day_of_week="*", day_of_month="*", month_of_year="*"
    ).first() or crontab.objects.create(minute="0", hour="2")
    periodic.objects.get_or_create(
        name="Nightly clean-up",
        defaults={
            "task": "tasks_app.submit_scheduled",
            "crontab": nightly,
            "kwargs": '{"operation": "maintenance.prune"}',
            "description": "Deletes finished tasks past their time to live.",
        },
    )


def nothing(apps, schema_editor):
    """Keep what people may use by now."""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks_app", "0002_append_only_history"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [
        migrations.RunPython(make_groups, nothing),
        migrations.RunPython(make_schedule, nothing),
    ]
