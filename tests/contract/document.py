"""Holds an answer against the document."""

from __future__ import annotations

import json
import re
from functools import lru_cache, reduce
from typing import Any

import jsonschema_rs
from drf_spectacular.generators import SchemaGenerator


class Document:
    """The OpenAPI document, and what answers have to be like by it."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self.whole = whole
        self.validators: dict[str, Any] = {}

    @property
    def operations(self) -> dict[str, Any]:
        """The operations by method and path, such as `GET /healthz`."""
        return {
            f"{method.upper()} {path}": operation
            for path, methods in self.whole["paths"].items()
            for method, operation in methods.items()
        }

    def check(self, method: str, path: str, answer: Any) -> None:
        """Fail unless this answer is one it tells of; `path` is without the query."""
        operation = self._operation(method, path)
        if operation is None:  # no such address, or not with this method
            assert answer.status_code in {404, 405, 301, 302}, answer.status_code
            return
        told = operation["responses"].get(str(answer.status_code))
        what = f"{method} {path}: {answer.status_code}"
        assert told is not None, f"{what} is not in the document"
        told = self._resolved(told)
        for name, header in told.get("headers", {}).items():
            value = answer.headers.get(name)
            if value is None:
                needed = self._resolved(header).get("required", False)
                assert not needed, f"{what} lacks {name}"
                continue
            typed = int(value) if value.isdecimal() else value
            self._valid(self._resolved(header)["schema"], typed, f"{what} {name}")
        self._check_body(told.get("content", {}), answer, what)

    def _check_body(self, content: Any, answer: Any, what: str) -> None:
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if not content:
            assert not answer.content, f"{what} has a body"
            return
        known = kind in content or "*/*" in content
        assert known, f"{what} is {kind}, not {set(content)}"
        if getattr(answer, "streaming", False):
            return  # left for the test to read
        if kind.endswith("json") and kind in content:
            self._valid(content[kind]["schema"], json.loads(answer.content), what)

    def _operation(self, method: str, path: str) -> Any:
        for template in sorted(self.whole["paths"], key=lambda path: path.count("{")):
            parts = re.split(r"{\w+}", template)
            if re.fullmatch("[^/]+".join(map(re.escape, parts)), path):
                return self.whole["paths"][template].get(method.lower())
        return None

    def _resolved(self, part: Any) -> Any:
        names = part.get("$ref", "").split("/")[1:]
        return reduce(lambda at, name: at[name], names, self.whole) if names else part

    def _valid(self, schema: Any, value: Any, what: str) -> None:
        key = json.dumps(schema)
        if key not in self.validators:
            rooted = {**schema, "components": self.whole["components"]}
            self.validators[key] = jsonschema_rs.Draft202012Validator(
                rooted, validate_formats=True
            )
        wrong = [str(error) for error in self.validators[key].iter_errors(value)]
        assert wrong == [], f"{what}: {wrong}"


def generated() -> dict[str, Any]:
    """Return the document with all operations, newly made."""
    generator: Any = SchemaGenerator()
    found: dict[str, Any] = generator.get_schema(request=None, public=True)
    return json.loads(json.dumps(found, default=str))  # type: ignore[no-any-return]


@lru_cache
def document() -> Document:
    """Return the document."""
    return Document(generated())
