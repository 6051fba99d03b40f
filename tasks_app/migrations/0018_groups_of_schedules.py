"""What the groups may do with schedules.

Given once, on top of whatever else was changed in a group by hand; a group that was
deleted stays away.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "Viewers": ["view_schedule"],
    "Operators": [
        "view_schedule",
        "add_schedule",
        "change_schedule",
        "delete_schedule",
    ],
}


def grant(apps, schema_editor):
    # Django makes permissions only after all migrations have run.
    create_permissions(installed.get_app_config("tasks_app"), verbosity=0)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        for group in group_model.objects.filter(name=name):
            group.permissions.add(
                *permission_model.objects.filter(
                    content_type__app_label="tasks_app", codename__in=codenames
                )
            )


def nothing(apps, schema_editor):
    """Keep what people may use by now."""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks_app", "0017_shipped_schedules"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(grant, nothing)]
