"""Rights that end while a socket is open end there too."""

from __future__ import annotations

import pytest
import websockets
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from .conftest import connected, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(processes):
    """A server that looks at rights every second."""
    return processes.web(RIGHTS_SECONDS="1")


def sign_out(user):
    Session.objects.all().delete()


def deactivate(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user):
    user.set_password("something else")
    user.save()


@pytest.mark.parametrize("end", [sign_out, deactivate, change_password])
async def test_who_is_signed_in_no_more_is_closed(site, alice, end):
    async with connected(site, alice) as socket:
        await socket.subscribe(filter={})

        await write(end, alice)

        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.anything()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


async def test_who_may_no_more_see_others_is_told_nothing_of_them(
    site, staff, alice, make_task
):
    async with connected(site, staff) as socket:
        await socket.subscribe(filter={})
        await write(make_task, title="before")
        await socket.update_until(title="before")

        await write(staff.groups.clear)
        replay = await socket.receive("replay")
        await write(make_task, title="of alice")
        await write(make_task, title="of staff", owner=staff)

        assert replay["recovered"] is False
        update = await socket.receive("update")
        assert [patch["title"] for patch in update["tasks"]] == ["of staff"]


async def test_who_comes_back_with_other_rights_starts_over(site, staff, make_task):
    await write(make_task, title="of alice")
    async with connected(site, staff) as socket:
        cursor = (await socket.subscribe(filter={}))["cursor"]
    await write(staff.groups.clear)

    async with connected(site, staff) as socket:
        await socket.send(action="subscribe", id="s1", filter={}, after=cursor)

        assert (await socket.receive("replay"))["recovered"] is False
