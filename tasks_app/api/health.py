"""Whether the process is up, and whether it can do its work."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
