"""What a newcomer finds: four people and a page full of sample files.

Only the embedded mode makes these accounts; their passwords are no secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.files import File

from tasks_app.events import Origin, Source
from tasks_app.models import Task
from tasks_app.operations import registry
from tasks_app.operations.submission import submit

if TYPE_CHECKING:
    from pathlib import Path

SUPERUSER, OPERATOR, PEOPLE = "admin", "staff", ("alice", "bob")
OPERATORS = "Operators"
OPERATION = "files.process"


def make_accounts() -> None:
    """Make the accounts that are missing; leave those that exist as they are."""
    names = {SUPERUSER, OPERATOR, *PEOPLE}
    missing = names - set(User.objects.values_list("username", flat=True))
    for name in sorted(missing):
        user = User.objects.create_user(
            name,
            password=name,
            is_staff=name in {SUPERUSER, OPERATOR},
            is_superuser=name == SUPERUSER,
        )
        if name == OPERATOR:
            user.groups.set(Group.objects.filter(name=OPERATORS))


def submit_samples() -> int:
    """Submit the sample files as alice, the first time; return how many."""
    if Task.objects.exists():
        return 0
    alice = User.objects.get(username="alice")
    samples = sorted(_samples())
    for path in samples:
        _submit(path, alice)
    return len(samples)


def _samples() -> list[Path]:
    folder = settings.BASE_DIR / "examples"
    return [path for path in folder.glob("*.*") if path.suffix in _endings()]


def _endings() -> tuple[str, ...]:
    return registry.find(OPERATION).accepts


def _submit(path: Path, owner: User) -> None:
    with path.open("rb") as content:
        submit(
            operation=OPERATION,
            owner=owner,
            origin=Origin(actor=owner.username, source=Source.CLI),
            file=File(content, name=path.name),
        )
