"""An operation may have other names; tasks have the real one."""

from __future__ import annotations

import pytest

from tasks_app.errors import InvalidInputError
from tasks_app.models import Task
from tasks_app.operations import registry
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN

NAMES = {
    "export_contracts_to_excel": "contracts.export",
    "compute_heavy_aggregates": "contracts.aggregate",
    "process_full_table_search": "contracts.search",
    "validate_data_integrity": "maintenance.validate_data",
    "generate_daily_statistics": "maintenance.daily_statistics",
    "health_check_system": "maintenance.health_check",
    "cleanup_old_exports": "maintenance.clean_up",
}
URL = "/api/v1/tasks/"


@pytest.fixture
def own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_operations", dict(registry._operations))
    monkeypatch.setattr(registry, "_real_names", dict(registry._real_names))


@pytest.mark.django_db
@pytest.mark.parametrize(("alias", "name"), NAMES.items())
def test_a_task_submitted_under_an_alias_has_the_real_name(superuser, alias, name):
    params = {"query": "bridges"} if name.endswith("search") else {}

    task = submit(operation=alias, owner=superuser, origin=ORIGIN, params=params)

    assert Task.objects.get(pk=task.pk).operation == name


@pytest.mark.django_db
def test_the_same_key_under_both_names_is_one_task(alice):
    asked = {"owner": alice, "origin": ORIGIN, "idempotency_key": "k"}

    first = submit(operation="contracts.export", **asked)
    second = submit(operation="export_contracts_to_excel", **asked)

    assert first.pk == second.pk


def test_lists_have_each_operation_once():
    names = [operation.name for operation in registry.every()]

    assert set(NAMES.values()) <= set(names)
    assert not set(NAMES) & set(names)


@pytest.mark.parametrize("taken", ["files.process", "compute_heavy_aggregates"])
def test_an_alias_that_is_taken_is_refused(own_registry, taken):
    with pytest.raises(ValueError, match=f"'{taken}' is registered twice"):
        registry.operation("new.name", title="New", aliases=(taken,))(lambda _: None)
    with pytest.raises(ValueError, match=f"'{taken}' is registered twice"):
        registry.operation(taken, title="New")(lambda _: None)
    with pytest.raises(InvalidInputError):
        registry.find("new.name")
