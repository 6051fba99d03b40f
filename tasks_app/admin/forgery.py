"""Whether a form came from a page of ours, for views that answer that themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_protect

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class _Check(CsrfViewMiddleware):
    """Django's, which says why instead of answering."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def is_forged(request: HttpRequest) -> bool:
    """Whether the form lacks the token of its page; reads the form, files and all."""
    check = _Check(lambda _: None)  # type: ignore[arg-type]  # it is never asked
    return bool(check.process_view(request, refuse, (), {}))


@csrf_protect
def refuse(request: HttpRequest) -> HttpResponse:
    """Answer a forged form the way Django does."""
    raise AssertionError("Only forged forms are refused.")
