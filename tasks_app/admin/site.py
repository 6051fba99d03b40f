"""What every page has: its name, its modules, and the build it was made by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from tasks_app.conf import setting

from .modules import addresses
from .sign_in import SignInForm

if TYPE_CHECKING:
    from django.http import HttpRequest

admin.site.site_header = "Sightline"
admin.site.site_title = "Sightline"
admin.site.index_title = "All pages"
admin.site.login_form = SignInForm


def build(request: HttpRequest) -> dict[str, Any]:
    """Let templates say which build they are of: the socket says which one answers."""
    return {"build": setting("BUILD"), "modules": addresses}
