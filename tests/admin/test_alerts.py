"""The pages of alerts: rules, channels with their secrets, incidents and deliveries."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from tasks_app import lifecycle
from tasks_app.models import AlertChannel, AlertRule, Delivery, Incident
from tasks_app.operations.alerts import raise_incident
from tasks_app.operations.alerts.incidents import note_good
from tasks_app.operations.alerts.sealing import open_sealed

from .places import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

# What the database does is tested on both elsewhere.
pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]

RULES = "/admin/tasks_app/alertrule/"
CHANNELS = "/admin/tasks_app/alertchannel/"
INCIDENTS = "/admin/tasks_app/incident/"
DELIVERIES = "/admin/tasks_app/delivery/"
DASHBOARD = "/admin/tasks_app/task/dashboard/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
HOOK = "https://hooks.example.com/T0/key-in-the-path"


@pytest.fixture
def boss(open_as: Callable[[User], Client], superuser: User) -> Client:
    return open_as(superuser)


@pytest.fixture
def viewer(open_as: Callable[[User], Client], clerk: User, grant: Any) -> Client:
    """May look at everything of alerts, and change nothing."""
    for name in ("alertrule", "alertchannel", "incident", "delivery"):
        grant(clerk, f"view_{name}")
    return open_as(clerk)


@pytest.fixture
def hook(boss: Client) -> AlertChannel:
    add(boss, name="pager", kind="webhook", address=HOOK)
    return AlertChannel.objects.get(name="pager")


def add(browser: Client, **fields: str) -> Any:
    return browser.post(f"{CHANNELS}add/", {"enabled": "on", **fields})


def text_of(response: Any) -> str:
    assert response.status_code == 200, response
    text: str = response.content.decode()
    return text


def errors_of(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


# --- Channels ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", ["secret__startswith=whsec_", "address__contains=key", "secret__gt=a"]
)
def test_who_only_looks_cannot_ask_for_a_secret_letter_by_letter(viewer, hook, asked):
    assert viewer.get(f"{CHANNELS}?{asked}").status_code == 400
    assert viewer.get(f"{DELIVERIES}?channel__{asked}").status_code == 400
    assert "pager" in text_of(viewer.get(f"{CHANNELS}?kind__exact=webhook"))


def test_a_secret_is_seen_once_by_who_made_it(boss, caplog):
    caplog.set_level(logging.DEBUG)

    answer = add(boss, name="pager", kind="webhook", address=HOOK)

    (secret,) = set(SECRET.findall(text_of(answer)))
    channel = AlertChannel.objects.get()
    assert secret == open_sealed(channel.secret)
    assert "no-store" in answer["Cache-Control"]
    page = f"{CHANNELS}{channel.pk}"
    for address in (CHANNELS, f"{page}/change/", f"{page}/history/", "/admin/"):
        assert secret not in text_of(boss.get(address))
    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert not any(secret in line for line in lines)
    assert not any(secret in str(each) for each in LogEntry.objects.values())


def test_a_new_secret_takes_the_place_of_the_old(boss, hook):
    old = hook.secret

    answer = boss.post(f"{CHANNELS}{hook.pk}/secret/")

    hook.refresh_from_db()
    assert SECRET.findall(text_of(answer)) == [open_sealed(hook.secret)]
    assert hook.secret != old


def test_saving_a_channel_keeps_its_secret_and_kind(boss, hook):
    sent = {"name": "pager 2", "kind": "email", "address": HOOK, "secret": "mine"}
    boss.post(f"{CHANNELS}{hook.pk}/change/", sent)

    changed = AlertChannel.objects.get()
    assert (changed.name, changed.kind) == ("pager 2", "webhook")
    assert (changed.secret, changed.enabled) == (hook.secret, False)


def test_a_secret_that_cannot_be_opened_is_told_on_the_page_and_made_anew(
    boss, viewer, hook, settings
):
    page = f"{CHANNELS}{hook.pk}/change/"
    sentence = "The secret of the channel cannot be opened"
    assert sentence not in text_of(boss.get(page))

    settings.SECRET_KEY_FALLBACKS = []
    AlertChannel.objects.update(secret=hook.secret[:-4] + "AAA=")

    for person in (boss, viewer):
        assert sentence in text_of(person.get(page))
    boss.post(f"{CHANNELS}{hook.pk}/secret/")
    assert sentence not in text_of(boss.get(page))
    AlertChannel.objects.update(secret="")
    assert "The channel has no secret." in text_of(boss.get(page))


def test_mail_has_no_secret(boss):
    answer = add(boss, name="us", kind="email", address="a@example.com, b@example.com")

    assert answer.status_code == 302
    channel = AlertChannel.objects.get()
    assert channel.secret == ""
    boss.post(f"{CHANNELS}{channel.pk}/secret/")
    assert AlertChannel.objects.get().secret == ""


@pytest.mark.parametrize(
    ("kind", "address", "sentence"),
    [
        ("email", "ann", "“ann” is not a mail address, such as ann@example.com."),
        ("email", "a@example.com, b", "“b” is not a mail address"),
        ("email", ",", "Enter between one and 20 addresses"),
        ("webhook", "hooks.example.com", "Enter a whole address"),
        ("webhook", "http://hooks.example.com/", "has to begin with https://"),
        ("webhook", "https://10.0.0.1/", "This address is not public"),
        ("webhook", "", "This field is required."),
    ],
)
def test_where_nothing_can_be_sent_is_refused_beside_the_field(
    boss, kind, address, sentence
):
    answer = add(boss, name="x", kind=kind, address=address)

    assert list(errors_of(answer)) == ["address"]
    assert sentence in text_of(answer)
    assert not AlertChannel.objects.exists()


def test_a_test_message_waits_for_the_keeper(boss, hook):
    answer = boss.post(f"{CHANNELS}{hook.pk}/test/", follow=True)

    delivery = Delivery.objects.get()
    assert (delivery.occasion, delivery.channel) == ("test", hook)
    assert answer.request["PATH_INFO"] == f"{DELIVERIES}{delivery.pk}/change/"
    assert told(answer) == [
        "The test message waits: nothing is sent until a keeper is started."
    ]
    lifecycle.take_keeper_lock(holder="k", seconds=10)
    again = boss.post(f"{CHANNELS}{hook.pk}/test/", follow=True)
    assert told(again)[0].startswith("The test message is on its way.")


def test_who_only_looks_sees_the_host_and_no_key(viewer, hook):
    for page in (CHANNELS, f"{CHANNELS}{hook.pk}/change/"):
        shown = text_of(viewer.get(page))
        assert "hooks.example.com" in shown
        assert "key-in-the-path" not in shown
        assert "Send a test message" not in shown


# --- Rules ------------------------------------------------------------------------

RULE = {"name": "Broken", "kind": "failure", "threshold": "3", "window": "5"}


def save_rule(browser: Client, **fields: Any) -> Any:
    sent = {**RULE, "minimum": "10", "enabled": "on", **fields}
    return browser.post(f"{RULES}add/", sent)


def test_a_rule_is_told_in_words(boss, hook):
    save_rule(boss, operation="workshop.echo", channels=[hook.pk])

    rule = AlertRule.objects.get(name="Broken")
    assert list(rule.channels.all()) == [hook]
    page = text_of(boss.get(RULES))
    assert "workshop.echo: 3 or more failed within 5 min" in page
    assert "pager" in page
    assert "any operation: a task waits for more than 30 min" in page
    assert "Nobody yet" in page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "Any failure"}, "name"),
        ({"threshold": "0"}, "threshold"),
        ({"threshold": "soon"}, "threshold"),
        ({"kind": "failure_rate", "threshold": "101"}, "threshold"),
        ({"window": "2881"}, "window"),
        ({"minimum": "0"}, "minimum"),
        ({"kind": "weather"}, "kind"),
        ({"operation": "workshop.nothing"}, "operation"),
        ({"channels": ["999"]}, "channels"),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_is_refused_beside_its_field(boss, fields, wrong):
    assert list(errors_of(save_rule(boss, **fields))) == [wrong]


def test_a_rule_keeps_an_operation_that_is_gone(boss):
    rule = AlertRule.objects.create(name="Old", kind="failure", operation="old.one")

    page = text_of(boss.get(f"{RULES}{rule.pk}/change/"))
    boss.post(
        f"{RULES}{rule.pk}/change/", {**RULE, "minimum": 1, "operation": "old.one"}
    )

    assert '<option value="old.one" selected>old.one</option>' in page
    assert AlertRule.objects.get(pk=rule.pk).operation == "old.one"


def test_an_empty_list_says_what_to_do(boss):
    AlertRule.objects.all().delete()

    assert "Add a rule, and say there which channels" in text_of(boss.get(RULES))
    assert "by a webhook of your chat or pager" in text_of(boss.get(CHANNELS))
    assert "Nothing was wrong so far." in text_of(boss.get(INCIDENTS))
    assert "Nothing was sent so far." in text_of(boss.get(DELIVERIES))


def test_rules_are_offered_and_none_is_on():
    assert AlertRule.objects.count() == 4
    assert not AlertRule.objects.filter(enabled=True).exists()


# --- Incidents and deliveries -----------------------------------------------------


@pytest.fixture
def incident(hook: AlertChannel) -> Incident:
    facts = {"Free": "3 %", "Where": "<script>alert(1)</script>"}
    raise_incident(key="disk", title="The disk is full", facts=facts)
    return Incident.objects.get()


def test_an_incident_shows_what_is_known_and_who_was_told(boss, incident):
    Delivery.objects.update(status="given_up", error="The receiver answered 500.")

    page = text_of(boss.get(f"{INCIDENTS}{incident.pk}/change/"))

    for text in ("The disk is full", "3 %", "pager", "The receiver answered 500."):
        assert text in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_open_come_first(boss, incident):
    raise_incident(key="beat", title="The beat is silent")
    boss.post(f"{INCIDENTS}{Incident.objects.get(key='beat').pk}/end/")

    page = boss.get(INCIDENTS)

    titles = [each.title for each in page.context["cl"].result_list]
    assert titles == ["The disk is full", "The beat is silent"]
    only = boss.get(f"{INCIDENTS}?is_open=0").context["cl"].result_list
    assert [each.title for each in only] == ["The beat is silent"]


def test_how_often_it_turned_bad_is_told_and_not_how_often_somebody_looked(
    boss, incident
):
    for _ in range(3):
        raise_incident(key="disk", title="The disk is full")
    page = f"{INCIDENTS}{incident.pk}/change/"
    assert "Once" in text_of(boss.get(INCIDENTS))
    note_good("disk")
    raise_incident(key="disk", title="The disk is full")

    for shown in (INCIDENTS, page):
        assert "2 times" in text_of(boss.get(shown))


def test_a_person_ends_what_nobody_else_will(boss, incident):
    answer = boss.post(f"{INCIDENTS}{incident.pk}/end/", follow=True)

    incident.refresh_from_db()
    assert not incident.is_open
    assert incident.facts["Ended by"] == "admin"
    assert told(answer) == [
        "The incident is over. What is still wrong opens another one."
    ]
    assert "Mark as over" not in text_of(answer)
    assert Delivery.objects.count() == 2


def test_what_was_given_up_is_sent_again_by_a_button(boss, incident):
    Delivery.objects.update(status="given_up", error="The receiver answered 500.")
    delivery = Delivery.objects.get()
    page = f"{DELIVERIES}{delivery.pk}"
    assert f'formaction="{page}/retry/"' in text_of(boss.get(f"{page}/change/"))

    answer = boss.post(f"{page}/retry/", follow=True)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("waiting", 0)
    assert told(answer) == ["It is tried again."]
    assert f"{page}/retry/" not in text_of(answer)


@pytest.mark.parametrize("pk", ["x", "0", "00000000-0000-4000-8000-000000000000"])
def test_a_row_that_is_not_there_has_no_buttons(boss, pk):
    for place in (
        f"{CHANNELS}{pk}/test/",
        f"{INCIDENTS}{pk}/end/",
        f"{DELIVERIES}{pk}/retry/",
    ):
        assert boss.post(place).status_code == 404


def test_a_channel_can_go_and_what_it_was_told_stays(boss, incident, hook):
    boss.post(f"{CHANNELS}{hook.pk}/delete/", {"post": "yes"})

    assert not AlertChannel.objects.exists()
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.to) == (None, "pager")


def test_times_of_an_incident_are_written_like_those_of_other_pages(boss):
    facts = {"Last seen": "2026-11-22T22:13:32.977Z", "Beat": "vm:2026-11-22"}
    raise_incident(key="beat", title="The beat is silent", facts=facts)

    shown = text_of(boss.get(f"{INCIDENTS}{Incident.objects.get().pk}/change/"))

    assert "22 Nov 2026, 22:13:32 UTC" in shown
    assert "vm:2026-11-22" in shown
    assert ".m." not in shown


def test_a_rule_that_is_off_is_not_marked_as_wrong(boss):
    shown = text_of(boss.get(RULES))

    assert ">Off<" in shown
    assert "icon-no" not in shown


def test_a_rule_without_any_channel_says_where_to_add_one(boss, hook):
    add = f"{RULES}add/"
    assert "There is no channel yet" not in text_of(boss.get(add))

    hook.delete()

    assert "There is no channel yet" in text_of(boss.get(add))


def test_the_dashboard_leads_to_open_incidents(boss, desk, incident):
    line = "1 incident is open"
    assert line in text_of(boss.get(DASHBOARD))
    assert line not in text_of(desk.get(DASHBOARD))  # may not look at incidents

    boss.post(f"{INCIDENTS}{incident.pk}/end/")

    assert line not in text_of(boss.get(DASHBOARD))


def test_errors_of_tasks_are_told_to_who_may_see_all_tasks(boss, viewer):
    facts = {"Failed": "9 within 5 min", "Most often": "No such account: ann (9)"}
    raise_incident(key="rule:1", title="Watch failures", facts=facts)
    page = f"{INCIDENTS}{Incident.objects.get().pk}/change/"

    assert "No such account" in text_of(boss.get(page))
    told = text_of(viewer.get(page))
    assert "9 within 5 min" in told
    assert "No such account" not in told
