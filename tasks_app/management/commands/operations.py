"""Lists the operations."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tasks_app.operations import registry


class Command(BaseCommand):
    """Prints what `manage.py submit` can be asked for."""

    help = "List the operations, their parameters and the files they take."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one block per operation."""
        for operation in registry.every():
            self.stdout.write(self.style.SUCCESS(operation.name))
            self.stdout.write(f"  {operation.title}. {operation.description}".rstrip())
            if operation.accepts:
                self.stdout.write(f"  file: {', '.join(operation.accepts)}")
            required = operation.params.get("required", [])
            for name, schema in operation.params.get("properties", {}).items():
                self.stdout.write(
                    f"  --param {describe(name, schema, required=name in required)}"
                )


def describe(name: str, schema: dict[str, Any], *, required: bool) -> str:
    """Return `name=TYPE (required | default): what it is for`."""
    kind = (
        "|".join(map(str, schema["enum"])) if "enum" in schema else schema.get("type")
    )
    needed = "required" if required else f"default {schema.get('default', 'none')}"
    text = schema.get("description") or schema.get("title") or ""
    return f"{name}={kind} ({needed}): {text}".rstrip(": ")
