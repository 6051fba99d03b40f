"""The groups that every installation begins with."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]


@pytest.mark.parametrize(
    ("name", "may"),
    [
        (
            "Viewers",
            "view_alertchannel view_alertrule view_delivery view_incident"
            " view_schedule view_task",
        ),
        (
            "Operators",
            "add_alertchannel add_alertrule add_apitoken add_schedule"
            " cancel_task change_alertchannel change_alertrule change_schedule"
            " delete_alertchannel delete_alertrule delete_schedule"
            " delete_task end_incident pause_task retry_delivery retry_task"
            " revoke_apitoken view_alertchannel view_alertrule view_apitoken"
            " view_delivery view_incident view_schedule view_task view_task_payload",
        ),
        ("Reporters", "report_task view_task"),
    ],
)
def test_a_group_may_do_what_its_name_says(name, may):
    permissions = Group.objects.get(name=name).permissions.all()

    assert sorted(permission.codename for permission in permissions) == may.split()
    models = {permission.content_type.model for permission in permissions}
    alerts = {"alertrule", "alertchannel", "incident", "delivery"}
    assert models <= {"task", "apitoken", "schedule"} | alerts


def test_what_a_group_gets_later_leaves_alone_what_was_changed_by_hand():
    operators = Group.objects.get(name="Operators")
    operators.permissions.set([])
    Group.objects.get(name="Viewers").delete()

    later = import_module("tasks_app.migrations.0018_groups_of_schedules")
    later.grant(apps, None)

    verbs = ("add", "change", "delete", "view")
    given = operators.permissions.order_by("codename")
    assert [each.codename for each in given] == [f"{verb}_schedule" for verb in verbs]
    assert not Group.objects.filter(name="Viewers").exists()
