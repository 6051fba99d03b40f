"""/healthz and /readyz"""

from __future__ import annotations

import pytest

from tasks_app import lifecycle
from tasks_app.models import Beat


def test_a_process_that_is_up_says_so(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readiness_is_red_while_no_keeper_is_active(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["keeper"] == "no keeper is active"


@pytest.mark.django_db
def test_readiness_is_green_when_everything_answers(client):
    assert lifecycle.take_keeper_lock(holder="keeper-1", seconds=60)
    lifecycle.note_worker(name="worker-1", queues=["default"], slots=2)

    response = client.get("/readyz")

    assert response.json()["checks"] == {
        "database": "ok",
        "redis": "ok",
        "broker": "ok",
        "keeper": "ok",
        "workers": "ok",
        "disk": "ok",
        "beat": "no beat is there",  # which delays no task
        "hub": "ok",
    }
    assert response.status_code == 200


@pytest.mark.django_db
def test_readiness_says_that_a_beat_is_there(client):
    Beat.objects.create(name="beat-1")

    assert client.get("/readyz").json()["checks"]["beat"] == "ok"


@pytest.mark.django_db
def test_readiness_is_red_when_the_disk_is_almost_full(client, settings):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "DISK_FREE_BYTES": 10**18}
    assert lifecycle.take_keeper_lock(holder="keeper-1", seconds=60)
    lifecycle.note_worker(name="worker-1", queues=["default"], slots=2)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "it is almost full" in response.json()["checks"]["disk"]


@pytest.mark.django_db
def test_readiness_is_red_while_no_worker_is_there(client):
    assert lifecycle.take_keeper_lock(holder="keeper-1", seconds=60)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["workers"] == "no worker is there"


@pytest.mark.django_db
def test_readiness_names_what_is_away_and_no_secret(client, settings):
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "does not answer" in response.json()["checks"]["redis"]
    assert "hunter2" not in response.content.decode()
