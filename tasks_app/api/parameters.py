"""The query parameters of each call: what is not known is refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, TypeVar

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from tasks_app.trace import current

Handler = TypeVar("Handler", bound=Callable[..., Any])


def takes(*names: str, several: Collection[str] = ()) -> Callable[[Handler], Handler]:
    """Let the handler of a view take these query parameters, `several` of some."""

    def told(handler: Handler) -> Handler:
        vars(handler).update(parameters=names, several=several)
        return handler

    return told


def refuse_repeated(given: Any, *, several: Collection[str] = ()) -> None:
    """Raise ValidationError that names what a form or a query has more than once.

    Only the last of them would count, and the others be lost without a word.
    """
    lists = given.lists() if hasattr(given, "lists") else ()
    counts = {name: len(values) for name, values in lists if name not in several}
    if found := {name: count for name, count in counts.items() if count > 1}:
        text = "Give this once; it came {} times."
        raise ValidationError({n: [text.format(count)] for n, count in found.items()})


class StrictView(APIView):
    """Refuses query parameters that the handler does not take.

    `acts` are the audit log's words for what the methods, or a router's actions, do.
    """

    acts: ClassVar[Mapping[str, str]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise ValidationError that names each unknown parameter."""
        name = getattr(self, "action", None) or (request.method or "").lower()
        current().action = self.acts.get(name, "")
        super().initial(request, *args, **kwargs)
        handler = getattr(self, (request.method or "").lower(), None)
        if handler is None:
            return  # the method is not allowed, whatever the parameters
        known = set(getattr(handler, "parameters", ()))
        if unknown := sorted(set(request.query_params) - known):
            names = ", ".join(sorted(known)) or "none"
            text = f"There is no such parameter. Known are: {names}."
            raise ValidationError({name: [text] for name in unknown})
        several = getattr(handler, "several", ())
        refuse_repeated(request.query_params, several=several)
