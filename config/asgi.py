"""The ASGI application: HTTP by Django, sockets by Channels."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Threads that wait for the database must not wait for each other as well.
sys.setswitchinterval(0.0005)  # seconds
os.environ.setdefault("DATABASE_POOL", "20")  # here only: a pool survives no fork
django.setup()  # fills the app registry; the consumers need it

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from config.handlers import Pages, Static  # noqa: E402
from config.headers import guarded  # noqa: E402
from tasks_app.api.entrance import entrance  # noqa: E402
from tasks_app.realtime.edges.polling import patient  # noqa: E402
from tasks_app.realtime.routing import (  # noqa: E402
    http_urlpatterns,
    websocket_urlpatterns,
)

site = URLRouter(
    [
        re_path("^static/", Static()),  # type: ignore[arg-type]  # it is an application
        *http_urlpatterns,
        re_path("", patient(Pages())),
    ]
)
application = ProtocolTypeRouter(
    {
        "http": guarded(entrance(site)),
        "websocket": URLRouter(websocket_urlpatterns),
    }
)
