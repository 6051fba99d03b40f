"""The groups that every installation begins with."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("Viewers", "view_task"),
        (
            "Operators",
            "add_apitoken cancel_task delete_task pause_task retry_task revoke_apitoken"
            " view_apitoken view_task view_task_payload",
        ),
        ("Reporters", "report_task view_task"),
    ],
)
def test_a_group_may_do_what_its_name_says(name, may):
    permissions = Group.objects.get(name=name).permissions.all()

    assert sorted(permission.codename for permission in permissions) == may.split()
    models = {permission.content_type.model for permission in permissions}
    assert models <= {"task", "apitoken"}
