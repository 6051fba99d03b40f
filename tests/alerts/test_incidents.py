"""An incident is opened once and ended once, and told of as often."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tasks_app.models import AlertChannel, Delivery, Incident
from tasks_app.operations.alerts import raise_incident, resolve_incident, watching
from tasks_app.operations.alerts.incidents import end_quiet, note_good
from tasks_app.operations.alerts.watching import forget

URL = "https://hooks.example.com/"


@pytest.fixture
def channel(hook: Any) -> AlertChannel:
    made: AlertChannel = hook(URL)
    return made


def sick(**facts: Any) -> bool:
    return raise_incident(key="disk", title="The disk is full", facts=facts)


def told() -> list[str]:
    return sorted(Delivery.objects.values_list("occasion", flat=True))


def test_what_is_seen_again_and_again_is_one_incident_and_one_message(channel):
    assert [sick(Free=f"{5 - n} %") for n in range(3)] == [True, False, False]

    incident = Incident.objects.get()
    assert (incident.count, incident.facts) == (1, {"Free": "3 %"})
    delivery = Delivery.objects.get()
    assert (delivery.occasion, delivery.channel) == ("opened", channel)
    assert delivery.message["facts"] == {"Free": "5 %"}  # as it was then
    assert delivery.message["url"] == (
        f"https://tasks.example.com/admin/tasks_app/incident/{incident.pk}/change/"
    )


def test_its_end_is_told_once_and_only_what_comes_later_is_another(channel):
    sick()
    assert resolve_incident(key="disk", facts={"Free": "40 %"})
    assert not resolve_incident(key="disk")
    assert told() == ["opened", "recovered"]

    assert sick()

    assert Incident.objects.count() == 2
    assert told() == ["opened", "opened", "recovered"]


def test_what_flaps_stays_one_incident(channel):
    sick()
    for _ in range(5):
        note_good("disk")
        end_quiet(for_seconds=60)
        sick()
    assert told() == ["opened"]
    assert Incident.objects.get().count == 6  # times that it turned bad

    note_good("disk", facts={"Free": "40 %"})
    end_quiet(for_seconds=60)
    assert Incident.objects.get().is_open
    long_ago = timezone.now() - timedelta(seconds=61)
    Incident.objects.update(good_since=long_ago)
    end_quiet(for_seconds=60)

    assert not Incident.objects.get().is_open
    assert told() == ["opened", "recovered"]


def test_only_who_heard_of_its_beginning_hears_of_its_end(channel, hook):
    off = hook(URL, "off", enabled=False)
    sick()
    AlertChannel.objects.filter(pk=off.pk).update(enabled=True)
    hook(URL, "late")

    resolve_incident(key="disk")

    assert {each.channel for each in Delivery.objects.all()} == {channel}


def test_the_database_holds_one_open_incident_for_a_key(channel):
    sick()
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(key="disk", title="Another")

    assert Incident.objects.count() == 1


def test_a_title_is_one_line(channel):
    raise_incident(key="x", title="Bad\r\nBcc: all@example.com " + "x" * 300)

    title = Incident.objects.get().title
    assert title.startswith("Bad Bcc: all@example.com xxx")
    assert len(title) == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_who_notice_at_once_one_opens_it_and_one_ends_it(channel):
    together = threading.Barrier(6)
    opened: list[bool] = []
    ended: list[bool] = []

    def notice() -> None:
        try:
            together.wait()
            opened.append(sick())
            together.wait()
            ended.append(resolve_incident(key="disk"))
        finally:
            connection.close()

    threads = [threading.Thread(target=notice) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(opened) == [False] * 5 + [True]
    assert sorted(ended) == [False] * 5 + [True]
    assert told() == ["opened", "recovered"]


def test_much_that_is_over_is_forgotten_in_portions(channel, monkeypatch):
    monkeypatch.setattr(watching, "PORTION", 2)
    for key in "abcde":
        raise_incident(key=key, title=key)
        resolve_incident(key=key)
    long_ago = timezone.now() - timedelta(days=91)
    Incident.objects.update(opened_at=long_ago, recovered_at=long_ago)

    assert [forget(), forget(), forget()] == [True, True, False]

    assert not Incident.objects.exists()
    assert not Delivery.objects.exists()


def test_what_is_over_for_long_is_forgotten(channel, alert_settings):
    alert_settings(ALERT_TIME_TO_LIVE=timedelta(days=90))
    for key in ("old", "new"):
        raise_incident(key=key, title=key)
        resolve_incident(key=key)
    raise_incident(key="open", title="open")
    long_ago = timezone.now() - timedelta(days=91)
    Incident.objects.update(opened_at=long_ago)
    Incident.objects.filter(key="old").update(recovered_at=long_ago)

    forget()

    assert set(Incident.objects.values_list("key", flat=True)) == {"new", "open"}
    assert Delivery.objects.count() == 3
