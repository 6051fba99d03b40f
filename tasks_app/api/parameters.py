"""The query parameters of each call: one that is not known is refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

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
        if handler is None:
            return  # the method is not allowed, whatever the parameters
        known = set(getattr(handler, "parameters", ()))
        if unknown := sorted(set(request.query_params) - known):
            names = ", ".join(sorted(known)) or "none"
            text = f"There is no such parameter. Known are: {names}."
            raise ValidationError({name: [text] for name in unknown})
