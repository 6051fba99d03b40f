"""Answers a form whose session has ended with the sign-in page, and loses nothing."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt

from .forgery import is_forged
from .fragments import HEADER
from .keeping import packed
from .sign_in import SignInForm
from .sizes import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def keeping_typed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return the view, behind which what was typed outlives the session."""

    @csrf_exempt  # the view looks at the token itself
    @wraps(view)
    def answer(request: HttpRequest) -> Any:
        if request.method != "POST" or admin.site.has_permission(request):
            return view(request)
        if request.headers.get(HEADER):
            return HttpResponse(status=401)  # a script has all of it still
        return _sign_in(request) or view(request)

    return answer


def _sign_in(request: HttpRequest) -> Any:
    """Return the sign-in page with what was typed; None for who never had the form."""
    if settings.CSRF_COOKIE_NAME not in request.COOKIES:
        return None
    # No handler but this one: of the files nothing is kept, not even for a moment.
    request.upload_handlers = [Guard(request, limit=0)]
    package = "" if is_forged(request) else packed(request)
    if not package:
        return None
    here = request.get_full_path()
    page = TemplateResponse(
        request,
        "admin/login.html",
        {
            **admin.site.each_context(request),
            "title": "Sign in",
            "form": SignInForm(request, initial={"typed": package}),
            "app_path": f"{reverse('admin:login')}?{urlencode({'next': here})}",
            "next": here,
            "username": request.user.get_username(),
        },
    )
    add_never_cache_headers(page)
    return page
