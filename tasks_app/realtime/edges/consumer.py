"""The product's own socket protocol, at `/ws/v1/tasks/`."""

from __future__ import annotations

from typing import Any, Final

from tasks_app.conf import setting
from tasks_app.models.wire import iso
from tasks_app.realtime import identity
from tasks_app.realtime.delivery.pacer import FLUSH_SECONDS
from tasks_app.realtime.delivery.speech import Sightline
from tasks_app.realtime.delivery.viewer import Viewer
from tasks_app.realtime.hub.hub import hub
from tasks_app.realtime.hub.watching import cursor, watch
from tasks_app.realtime.subscriptions import BadMessageError, ByFilter, parse
from tasks_app.realtime.threads import in_thread

from .sockets import Socket

PROTOCOL: Final = 1
HEARTBEAT_SECONDS: Final = 20


class TaskConsumer(Socket):
    kind = "socket"
    speech = Sightline()

    async def greet(self, viewer: Viewer) -> None:
        """Say which protocol this is and where the stream of changes is."""
        viewer.line.say(
            "hello",
            protocol=PROTOCOL,
            build=setting("BUILD"),
            heartbeat_s=HEARTBEAT_SECONDS,
            flush_ms=int(FLUSH_SECONDS * 1000),
            cursor=viewer.cursor,
            user=viewer.rights.user.get_username(),
        )

    async def answer(self, message: dict[str, Any], viewer: Viewer) -> None:
        """Do what a message asks."""
        ref = _ref(message)
        match message.get("action"):
            case "subscribe":
                await self._subscribe(ref, message, viewer)
            case "unsubscribe":
                hub().unsubscribe(viewer, ref)
                viewer.line.say("unsubscribed", subscription=ref)
            case "ping":
                viewer.line.say("pong")
            case "ack":
                self._ack(message.get("frame"), viewer)
            case "authenticate":
                await self._renew(message.get("token"), viewer)
            case _:
                known = "subscribe, unsubscribe, ping, ack, authenticate"
                raise BadMessageError(f"Known actions: {known}.")

    def refuse(self, message: dict[str, Any], detail: str, viewer: Viewer) -> None:
        """Say what was wrong; the socket stays open."""
        ref = _ref(message)
        viewer.line.say("error", code="bad_message", detail=detail, ref=ref)

    async def _subscribe(
        self, ref: str, message: dict[str, Any], viewer: Viewer
    ) -> None:
        asked = parse(message, viewer.rights.user)
        counted = asked if isinstance(asked, ByFilter) else None
        if message.get("counts") is not True:
            counted = None
        elif counted is None:
            raise BadMessageError("“counts” needs a “filter”.")
        await watch(viewer, ref, asked, after=cursor(message.get("after")))
        if counted is not None:
            hub().counts.add(viewer, ref, counted)

    def _ack(self, frame: Any, viewer: Viewer) -> None:
        if not isinstance(frame, int):
            raise BadMessageError("“frame” must be the number of a frame.")
        viewer.line.credit.ack(frame)
        hub().pacer.wants(viewer)

    async def _renew(self, token: Any, viewer: Viewer) -> None:
        """Let the socket live as long as a newer token of the same user."""
        try:
            user, signed = await in_thread(identity.by_token, str(token))
        except identity.RefusedError as refused:
            raise BadMessageError(str(refused)) from None
        if user.pk != viewer.rights.user.pk:
            raise BadMessageError("The token is of another user; open a new socket.")
        if not viewer.signed.session_key:
            viewer.signed = signed
        viewer.line.say("authenticated", expires_at=iso(signed.expires_at))


def _ref(message: dict[str, Any]) -> str:
    return str(message.get("id", ""))[:100]
