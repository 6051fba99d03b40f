"""Every requirement is one exact version, and says why it is there."""

from __future__ import annotations

import re

import pytest

from tests.project.files import ROOT

pytestmark = pytest.mark.embedded_only

PINNED_WITH_REASON = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==[\w.]+ +# \S.+")


def requirements(name: str) -> list[str]:
    text = (ROOT / name).read_text().splitlines()
    return [line for line in text if line and not line.startswith(("#", "-r "))]


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-model.txt"]
)
def test_every_requirement_is_pinned_and_has_a_reason(name: str) -> None:
    found = requirements(name)
    loose = [line for line in found if not PINNED_WITH_REASON.fullmatch(line)]

    assert found
    assert loose == []


def test_the_tests_have_all_that_the_product_has() -> None:
    assert "-r requirements.txt" in (ROOT / "requirements-dev.txt").read_text()


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("celery[redis]", "5.6.3"),  # 5.7.0 exits when Redis drops during a task
        ("kombu", "5.7.0"),  # measured together with it
    ],
)
def test_versions_that_lose_tasks_stay_out(package: str, version: str) -> None:
    pins = [line.split()[0] for line in requirements("requirements.txt")]

    assert f"{package}=={version}" in pins
