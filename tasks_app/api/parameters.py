"""The query parameters of each call: one that is not known is refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

OF_ALL: Final = "format"  # which chooses the renderer

Handler = TypeVar("Handler", bound=Callable[..., Any])


def takes(*names: str) -> Callable[[Handler], Handler]:
    """Let the handler of a view take query parameters of these names."""

    def told(handler: Handler) -> Handler:
        vars(handler)["parameters"] = names
        return handler

    return told


class StrictView(APIView):
    """Refuses query parameters that the handler does not take."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise ValidationError that names each unknown parameter."""
        super().initial(request, *args, **kwargs)
        handler = getattr(self, (request.method or "").lower(), None)
        known = {*getattr(handler, "parameters", ()), OF_ALL}
        if unknown := sorted(set(request.query_params) - known):
            text = f"There is no such parameter. Known are: {', '.join(sorted(known))}."
            raise ValidationError({name: [text] for name in unknown})
