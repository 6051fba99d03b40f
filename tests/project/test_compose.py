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

    needed = {name for name, rest in secrets if rest.startswith(":?")}
    assert needed == {
        *("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "RABBITMQ_PASSWORD")
    }
    # Without these no earlier key counts, this one signs, and figures are for staff.
    others = [(name, rest) for name, rest in secrets if name not in needed]
    names = ["SECRET_KEY_FALLBACKS", "TOKEN_KEY", "METRICS_TOKEN"]
    assert others == [(name, ":-") for name in names]


def test_every_server_is_waited_for_by_asking_it(services: dict[str, Any]) -> None:
    unasked = {name for name, part in services.items() if "healthcheck" not in part}

    assert unasked == {"migrate"}  # it ends, and its end is waited for
    checks = {name: services[name]["healthcheck"] for name in set(services) - unasked}
    assert {name for name, check in checks.items() if check.get("disable")} == set()
    assert {name for name, check in checks.items() if "NONE" in check["test"]} == set()


def test_everything_but_the_preparation_is_started_again(
    services: dict[str, Any],
) -> None:
    policies = {name: str(part["restart"]) for name, part in services.items()}

    assert policies.pop("migrate") == "no"
    assert set(policies.values()) == {"unless-stopped"}


def test_what_must_survive_lies_on_volumes(services: dict[str, Any]) -> None:
    assert services["postgres"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert "files:/data" in services["web"]["volumes"]
    assert "files:/data" in services["worker"]["volumes"]


def test_our_containers_write_to_volumes_only_and_not_into_memory(
    services: dict[str, Any],
) -> None:
    ours = [part for part in services.values() if part.get("image") == "sightline"]

    assert len(ours) == 5
    for part in ours:
        assert part["read_only"] is True
        assert "tmpfs" not in part
        assert part["volumes"] == ["files:/data", "/tmp"]  # noqa: S108


def test_all_agree_on_the_zone_of_schedules_and_how_long_tasks_are_kept(
    services: dict[str, Any],
) -> None:
    ours = [part for part in services.values() if part.get("image") == "sightline"]
    names = ("TIME_ZONE", "TIME_TO_LIVE_DAYS", "TIME_TO_LIVE_BY", "EMAIL_URL")

    for part in ours:
        assert all(f"${{{name}:-" in part["environment"][name] for name in names)


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
