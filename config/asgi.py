"""The ASGI application: HTTP by Django, sockets by Channels."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()  # fills the app registry; the consumers need it

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from config.headers import guarded  # noqa: E402
from tasks_app.api.entrance import entrance  # noqa: E402
from tasks_app.realtime.edges.polling import patient  # noqa: E402
from tasks_app.realtime.routing import (  # noqa: E402
    http_urlpatterns,
    websocket_urlpatterns,
)

site = URLRouter([*http_urlpatterns, re_path("", patient(django))])
application = ProtocolTypeRouter(
    {
        "http": guarded(entrance(site)),
        "websocket": URLRouter(websocket_urlpatterns),
    }
)
