"""The compose file gives nothing away: no default secret, no open database."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.project.files import ROOT

pytestmark = pytest.mark.embedded_only

FILE = ROOT / "docker-compose.yml"
SECRET = re.compile(r"\$\{(\w*(?:SECRET|PASSWORD|KEY|TOKEN)\w*)([^}]*)\}")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded = YAML(typ="safe").load(FILE.read_text())["services"]
    assert isinstance(loaded, dict)
    return loaded


def test_every_process_of_production_is_there(services: dict[str, Any]) -> None:
    assert set(services) == {
        *("migrate", "web", "worker", "beat", "keeper"),
        *("postgres", "redis", "rabbitmq"),
    }


def test_only_the_site_is_published_and_only_to_this_host(
    services: dict[str, Any],
) -> None:
    published = {
        name: part["ports"] for name, part in services.items() if "ports" in part
    }

    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_a_secret_that_is_missing_stops_compose() -> None:
    secrets = SECRET.findall(FILE.read_text())

    assert {name for name, _ in secrets} == {
        *("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "RABBITMQ_PASSWORD")
    }
    assert [name for name, rest in secrets if not rest.startswith(":?")] == []


def test_every_server_is_waited_for_by_asking_it(services: dict[str, Any]) -> None:
    unasked = {name for name, part in services.items() if "healthcheck" not in part}

    assert unasked == {"migrate"}  # it ends, and its end is waited for


def test_everything_but_the_preparation_is_started_again(
    services: dict[str, Any],
) -> None:
    policies = {name: str(part["restart"]) for name, part in services.items()}

    assert policies.pop("migrate") == "no"
    assert set(policies.values()) == {"unless-stopped"}


def test_what_must_survive_lies_on_volumes(services: dict[str, Any]) -> None:
    assert services["postgres"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert (
        services["web"]["volumes"] == services["worker"]["volumes"] == ["files:/data"]
    )


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema"]
    command += ["--builtin-schema", "vendor.compose-spec", str(FILE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]

    assert users
    assert "root" not in users
