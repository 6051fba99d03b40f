"""Parts of a page, for scripts that have the rest of it already.

Asked for by the header `X-Fragment` and not by a parameter: Django's list refuses
parameters it does not know. The answer carries the header too; a login page, which an
ended session answers instead, does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

HEADER = "X-Fragment"


def cut(request: HttpRequest, response: HttpResponse, *, template: str) -> HttpResponse:
    """Return the page, or only `template` of it when the header asks for that."""
    patch_vary_headers(response, [HEADER])
    if request.headers.get(HEADER) and isinstance(response, TemplateResponse):
        response.template_name = template
        response[HEADER] = request.headers[HEADER]
    return response
