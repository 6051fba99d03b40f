"""The pages of alerts, for `test_admin.py`."""

from __future__ import annotations

from typing import Any, Final

from tasks_app.models import AlertChannel, AlertRule, Delivery, Incident

ALERTS: Final = "/admin/tasks_app/"
#   operator viewer staff superuser
ALERT_PAGES: Final = {
    f"{ALERTS}{page}": f"302 302 302 302 {words}"
    for page, words in {
        "alertrule/": "sees sees 403 sees",
        "alertrule/add/": "sees 403 403 sees",
        "alertrule/{rule}/change/": "sees sees 403 sees",
        "alertrule/{rule}/history/": "sees sees 403 sees",
        "alertrule/{rule}/delete/": "sees 403 403 sees",
        "alertrule/{rule}/": "302 302 302 302",
        "alertchannel/": "sees sees 403 sees",
        "alertchannel/add/": "blind 403 403 blind",
        "alertchannel/{channel}/change/": "sees sees 403 sees",
        "alertchannel/{channel}/history/": "sees sees 403 sees",
        "alertchannel/{channel}/delete/": "sees 403 403 sees",
        "alertchannel/{channel}/": "302 302 302 302",
        "alertchannel/{channel}/test/": "405 405 405 405",
        "alertchannel/{channel}/secret/": "405 405 405 405",
        "incident/": "sees sees 403 sees",
        "incident/add/": "403 403 403 403",
        "incident/{incident}/change/": "sees sees 403 sees",
        "incident/{incident}/history/": "sees sees 403 sees",
        "incident/{incident}/delete/": "403 403 403 403",
        "incident/{incident}/": "302 302 302 302",
        "incident/{incident}/end/": "405 405 405 405",
        "delivery/": "sees sees 403 sees",
        "delivery/add/": "403 403 403 403",
        "delivery/{delivery}/change/": "sees sees 403 sees",
        "delivery/{delivery}/history/": "sees sees 403 sees",
        "delivery/{delivery}/delete/": "403 403 403 403",
        "delivery/{delivery}/": "302 302 302 302",
        "delivery/{delivery}/retry/": "405 405 405 405",
    }.items()
}
ALERT_FORMS: Final[dict[str, tuple[str, dict[str, Any], str]]] = {
    "make a rule": (
        f"{ALERTS}alertrule/add/",
        {
            "name": "r",
            "kind": "failure",
            "threshold": "1",
            "window": "5",
            "minimum": "1",
        },
        "no no no no yes no no yes",
    ),
    "change a rule": (
        f"{ALERTS}alertrule/{{rule}}/change/",
        {
            "name": "r",
            "kind": "failure",
            "threshold": "1",
            "window": "5",
            "minimum": "1",
        },
        "no no no no yes no no yes",
    ),
    "delete a rule": (
        f"{ALERTS}alertrule/{{rule}}/delete/",
        {"post": "yes"},
        "no no no no yes no no yes",
    ),
    "make a channel": (
        f"{ALERTS}alertchannel/add/",
        {"name": "c", "kind": "email", "address": "a@example.com"},
        "no no no no yes no no yes",
    ),
    "change a channel": (
        f"{ALERTS}alertchannel/{{channel}}/change/",
        {"name": "c", "address": "https://other.example.com/"},
        "no no no no yes no no yes",
    ),
    "delete a channel": (
        f"{ALERTS}alertchannel/{{channel}}/delete/",
        {"post": "yes"},
        "no no no no yes no no yes",
    ),
    "test a channel": (
        f"{ALERTS}alertchannel/{{channel}}/test/",
        {},
        "no no no no yes no no yes",
    ),
    "make a secret": (
        f"{ALERTS}alertchannel/{{channel}}/secret/",
        {},
        "no no no no yes no no yes",
    ),
    "end an incident": (
        f"{ALERTS}incident/{{incident}}/end/",
        {},
        "no no no no yes no no yes",
    ),
    "change an incident": (
        f"{ALERTS}incident/{{incident}}/change/",
        {"title": "other"},
        "no no no no no no no no",
    ),
    "send a message again": (
        f"{ALERTS}delivery/{{delivery}}/retry/",
        {},
        "no no no no yes no no yes",
    ),
}


def alert_rows() -> dict[str, Any]:
    """Return the ids of a rule, a channel, an open incident, and what was given up."""
    mark = "tell-tale"
    rule = AlertRule.objects.create(name=mark, kind="failure")
    channel = AlertChannel.objects.create(
        name=mark, kind="webhook", address="https://hooks.example.com/"
    )
    incident = Incident.objects.create(key="x", title=mark)
    delivery = Delivery.objects.create(
        channel=channel,
        to=mark,
        occasion="test",
        status="given_up",
        message={"title": mark},
    )
    rows = {"rule": rule, "channel": channel, "incident": incident}
    return {name: row.pk for name, row in rows.items()} | {"delivery": delivery.pk}


def all_alerts() -> list[Any]:
    """Return all that a form could change of alerts."""
    models: Any = (AlertRule, AlertChannel, Incident, Delivery)
    return [list(model.objects.order_by("pk").values()) for model in models]
