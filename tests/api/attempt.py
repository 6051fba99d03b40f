"""What a reporter keeps of its claim."""

from __future__ import annotations

from typing import Any

from tasks_app.models import Task

URL = "/api/v1/tasks/"


class Attempt:
    """What a reporter keeps of its claim."""

    def __init__(self, client: Any, task: Task, **asked: Any) -> None:
        self.client, self.url = client, f"{URL}{task.pk}/"
        response = client.post(f"{self.url}claim/", asked)
        assert response.status_code == 200, response.json()
        self.claimed = response.json()
        self.proof = {key: self.claimed[key] for key in ("attempt", "lease_token")}

    def tell(self, **told: Any) -> Any:
        return self.client.patch(self.url, {**self.proof, **told})
