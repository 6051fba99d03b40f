"""A large download: sent while it is read, at the pace of who takes it."""

from __future__ import annotations

import hashlib

import httpx
import psutil
import pytest

from tasks_app import lifecycle

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 120_000_000  # bytes
GROWTH = 12_000_000  # bytes by which a server may grow for it


@pytest.fixture
def large(make_claimed, tmp_path):
    """An artifact that no server should have in memory."""
    path = tmp_path / "large.parquet"
    with path.open("wb") as file:
        for number in range(SIZE // 1_000_000):
            file.write(bytes([number]) * 1_000_000)
    kind = "application/vnd.apache.parquet"
    task = lifecycle.add_artifact(
        make_claimed(), path=path, name=path.name, content_type=kind
    )
    return task.artifacts.get()


async def test_a_server_has_only_some_of_a_file_in_memory(processes, large, cookie):
    path = f"/api/v1/tasks/{large.task_id}/artifacts/{large.pk}/"
    site = processes.web()
    process = psutil.Process(processes.running[-1].pid)
    digest, sizes = hashlib.sha256(), []
    async with httpx.AsyncClient(base_url=site, timeout=60, headers=cookie) as client:
        await client.get(path.replace("artifacts", "nothing"))  # everything is loaded
        before = process.memory_info().rss
        async with client.stream("GET", path) as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Length"] == str(SIZE)
            async for part in answer.aiter_raw():
                digest.update(part)
                sizes.append(process.memory_info().rss)

    assert digest.hexdigest() == large.sha256
    assert max(sizes) - before < GROWTH
