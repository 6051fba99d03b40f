"""At any step of an operation on contracts nobody deletes or retries its task."""

from __future__ import annotations

from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.errors import IllegalTransitionError
from tasks_app.models import Task
from tasks_app.operations.context import Context
from tests.conftest import ORIGIN
from tests.operations.contracts.conftest import contract, contracts_now
from tests.operations.files.conftest import run_task

pytestmark = pytest.mark.embedded_only  # of the guards, `lifecycle` asks the servers
ASKED: dict[str, dict[str, Any]] = {
    "import": {},
    "export": {},
    "aggregate": {},
    "search": {"query": "mowing"},
}


@pytest.mark.parametrize("name", ASKED)
def test_a_task_at_work_is_neither_deleted_nor_retried(
    run, submit, write, monkeypatch, name
):
    run("import", write([contract(1)]))
    path = write([contract(2)], name="more.csv") if name == "import" else None
    task = submit(name, path, **ASKED[name])
    refused = []
    real = Context.step

    def watched(self: Context, key: str, **facts: Any) -> None:
        for verb, more in (("delete", {}), ("retry", {"attempts": 1})):
            asked = {**more, "origin": ORIGIN} if verb == "retry" else more
            with pytest.raises(IllegalTransitionError):
                getattr(lifecycle, verb)(self.task, **asked)
        refused.append(key)
        real(self, key, **facts)

    monkeypatch.setattr(Context, "step", watched)

    assert run_task(task).status == "completed"
    assert refused[-1] == "complete"
    assert len(refused) >= 3


@pytest.mark.parametrize("name", ASKED)
def test_what_it_made_is_gone_with_the_deleted_task_and_the_dataset_stays(
    run, write, name
):
    run("import", write([contract(1)]))
    path = write([contract(2)], name="more.csv") if name == "import" else None
    task = run(name, path, **ASKED[name])
    files = [
        artifact.file.storage.path(artifact.file.name)
        for artifact in task.artifacts.all()
    ]
    before = contracts_now()

    lifecycle.delete(task)

    assert not Task.objects.filter(pk=task.pk).exists()
    assert contracts_now() == before
    assert bool(files) == (name != "import")
