"""What this process counts about its watchers, for `/metrics` and `/readyz`.

Counters live for as long as the process; a dashboard adds the processes up.
"""

from __future__ import annotations

import time
from typing import Any, Final

from prometheus_client import REGISTRY, Counter, Gauge, Histogram

SOCKETS: Final = Gauge("sightline_sockets", "Open connections of watchers.", ["kind"])
SUBSCRIPTIONS: Final = Gauge("sightline_subscriptions", "What watchers asked to see.")
FRAMES: Final = Counter("sightline_frames", "Messages sent to watchers.", ["kind"])
MERGED: Final = Counter(
    "sightline_merged", "Changes that a newer one overtook before they were sent."
)
REPLAYS: Final = Counter(
    "sightline_replays", "Answers to watchers who came back.", ["recovered"]
)
DROPS: Final = Counter("sightline_drops", "Messages for a watcher who was gone.")
CLOSES: Final = Counter("sightline_closes", "Connections the server ended.", ["code"])
CHANGES: Final = Counter(
    "sightline_hub_changes", "Changes of tasks, by who brought them first.", ["by"]
)
LAG: Final = Histogram(
    "sightline_hub_lag_seconds",
    "From the sender of a change until it is handed to the watchers of this process.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
CATCH_UPS: Final = Histogram(
    "sightline_hub_catch_up_seconds",
    "How long it takes to read from the database what changed.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
LAST_CATCH_UP: Final = Gauge(
    "sightline_hub_last_catch_up_timestamp_seconds",
    "When the database was last read; 0 while nobody watches.",
)
REDIS: Final = Gauge("sightline_hub_redis", "Whether Redis brings changes (1) or not.")
LATE_SECONDS: Final = 10.0  # without a look into the database: something is wrong


def watching(*, now: float | None = None) -> tuple[str, dict[str, Any]]:
    """Return what is wrong with the hub of this process, or `ok`, and its figures."""
    last = _value("sightline_hub_last_catch_up_timestamp_seconds")
    silent = (now or time.time()) - last
    wrong = f"has not read the database for {silent:.0f} s"
    figures = {
        "sockets": _by("sightline_sockets", "kind"),
        "subscriptions": int(_value("sightline_subscriptions")),
        "frames": _by("sightline_frames_total", "kind"),
        "merged": int(_value("sightline_merged_total")),
        "replays": _by("sightline_replays_total", "recovered"),
        "drops": int(_value("sightline_drops_total")),
        "slow_closes": _by("sightline_closes_total", "code").get("4408", 0),
        "changes": _by("sightline_hub_changes_total", "by"),
        "redis": bool(_value("sightline_hub_redis")),
    }
    return wrong if last and silent > LATE_SECONDS else "ok", figures


def _value(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


def _by(name: str, label: str) -> dict[str, int]:
    """Return the values of a family of samples by one label."""
    return {
        sample.labels[label]: int(sample.value)
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == name
    }
