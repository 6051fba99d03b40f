"""Writes the document: the row of a route, and what all routes have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from drf_spectacular.drainage import warn
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import ListSerializer

from tasks_app.api.serializers import StrictSerializer

from . import problems
from .calls import CALLS
from .calls.call import Answer, Call, Schema
from .calls.submission import Options
from .shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

PROOF: Final = {name: f"$response.body#/{name}" for name in ("attempt", "lease_token")}


class Document(AutoSchema):
    """Describes a view by its row; one without a row is a warning, so a failed test."""

    call: Call

    def get_operation(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """Return the operation of a route."""
        method = args[2]
        found = CALLS.get(f"{method} {path}")
        if found is None:
            warn(f"{method} {path} has no row in tasks_app.api.schema.calls.")
            return None
        self.call = found
        return super().get_operation(path, *args, **kwargs)

    def get_operation_id(self) -> str:
        """Return what generated clients call it."""
        return self.call.name

    def get_summary(self) -> str:
        """Return its title."""
        return self.call.summary

    def get_description(self) -> str:  # type: ignore[override]  # as its base has it
        """Return what more there is to say."""
        return self.call.text

    def get_tags(self) -> list[str]:
        """Return the part of the API it belongs to."""
        return [self.call.tag]

    def get_auth(self) -> Any:
        """Return how to sign in."""
        return [] if self.call.open else super().get_auth()

    def get_request_serializer(self) -> Any:
        """Return the body for each media type; schemas that depend on who asks too."""
        schema_of = self._bodies()
        return {media: schema_of(body) for media, body in self.call.body.items()}

    def get_response_serializers(self) -> Any:
        """Return the body for each status."""
        return {
            (status, media): body
            for status, answer in self.call.answers.items()
            for media, body in {answer.media: answer.body, **answer.others}.items()
        }

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Return the name of a component."""
        return type(serializer).__name__.removesuffix("Shape")

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Whether the answer is a list: if the row says so, and not by the view."""
        return isinstance(serializer, ListSerializer)

    def _get_paginator(self) -> None:
        """Return None: pages have a shape of their own."""

    def _get_parameters(self) -> Any:
        """Return what the path and the row say; nothing is guessed."""
        variables = re.findall(r"{(\w+)}", self.path)
        return [*self._resolve_path_parameters(variables), *self.call.query]

    def _get_request_body(self, direction: Any = "request") -> Any:
        """Return the body; it may be left out where no field of it is required."""
        forms: Mapping[str, Any] = self.call.body
        method, self.method = self.method, "POST" if forms else self.method
        body = super()._get_request_body(direction)  # its base knows none of DELETE
        self.method = method
        if body:
            content = body["content"]
            body["required"] = any(
                _is_required(form, content[media]["schema"])
                for media, form in forms.items()
            )
        return body

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        """Return the answers of the row, and the problems that follow by rule."""
        found = super()._get_response_bodies(direction)
        for status, answer in self.call.answers.items():
            found[str(status)] |= self._described(answer)
            if status >= 400:  # or the problem document, where the call was not reached
                problem = problems.responses()[problems.name(status)]
                found[str(status)]["content"] |= problem["content"]
        refused = {
            str(status): {"$ref": f"#/components/responses/{problems.name(status)}"}
            for status in problems.statuses(self.call)
        }
        return found | refused

    def _described(self, answer: Answer) -> dict[str, Any]:
        more: dict[str, Any] = {
            "description": answer.text,
            "headers": {
                name: {"$ref": f"#/components/headers/{name}"}
                for name in (*self._usual(), *answer.headers)
            },
        }
        links = {name: _link(name) for name in answer.links}
        links |= {name: {**_link(name), "requestBody": PROOF} for name in answer.proofs}
        return more | ({"links": links} if links else {})

    def _usual(self) -> tuple[str, ...]:
        limits = () if self.call.outside else ("RateLimit", "RateLimit-Policy")
        return ("X-Request-ID", *limits)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Shape | StrictSerializer):
            schema["additionalProperties"] = False
        return schema

    def _bodies(self) -> Any:
        user = getattr(self.view.request, "user", None)
        fields = self._map_serializer(Options(), "request")["properties"]
        known = user if isinstance(user, AbstractBaseUser) else None
        return lambda body: body if isinstance(body, type) else body(fields, known)


def _link(name: str) -> dict[str, Any]:
    return {"operationId": name, "parameters": {"id": "$response.body#/id"}}


def _is_required(form: Any, schema: Schema) -> bool:
    if not isinstance(form, type):
        return "properties" not in schema or bool(schema.get("required"))
    return any(field.required for field in form().fields.values())
