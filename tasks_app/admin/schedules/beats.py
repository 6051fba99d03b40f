"""What the pages say of the beat: that it looks, or what to do without one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from tasks_app.admin.words import lasting
from tasks_app.models import Beat

ON_TIME = 0.05  # seconds; less is not worth telling


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sentence for each beat that lives; `silence` where none does."""

    looked: list[str]
    silence: str = ""


def heartbeat() -> Heartbeat:
    """Return what the beats were seen to do."""
    alive = list(Beat.objects.alive().order_by("-seen_at"))
    if alive:
        several = len(alive) > 1
        return Heartbeat([_looked(beat, of_several=several) for beat in alive])
    last = Beat.objects.order_by("-seen_at").first()
    if last is None:
        return Heartbeat([], "No beat has run yet")
    return Heartbeat([], f"No beat for {lasting(timezone.now() - last.seen_at)}")


def _looked(beat: Beat, *, of_several: bool) -> str:
    ago = max(0, int((timezone.now() - beat.seen_at).total_seconds()))
    lag = beat.lag_seconds
    said = f"{lag:,.1f} s late" if lag > ON_TIME else "on time"
    who = "A beat" if of_several else "The beat"
    return f"{who} looked {ago} s ago ({beat.name}), {said}."
