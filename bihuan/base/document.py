"""The document of the API: every schema under a name of its own, and refusals in every operation.

Two packages may each have a ``FindingOut``. Django Ninja would write both under one name, so
that the later one stood in the answers of the earlier; here the later one is named after its
package. And what a refusal looks like is told once, for all operations (``4XX``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

ROOT = REF_TEMPLATE.removesuffix("{model}")
REFUSAL: dict[str, Any] = {
    "title": "Refusal",
    "type": "object",
    "description": "Why something was not done: ``code`` is stable, ``message`` is for people.",
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "params": {"type": "object", "additionalProperties": {"type": "string"}},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["code", "message", "params"],
}
NOT_READ: dict[str, Any] = {
    "title": "NotRead",
    "type": "object",
    "description": "Why a request was not even read: not signed in, or not as the document has it.",
    "properties": {
        "detail": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]}
    },
    "required": ["detail"],
}
REFUSED = {
    "description": "Refused: nothing was done.",
    "content": {
        "application/json": {
            "schema": {"anyOf": [{"$ref": f"{ROOT}Refusal"}, {"$ref": f"{ROOT}NotRead"}]}
        }
    },
}


class Api(NinjaAPI):
    """An API that is documented without two things under one name."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return Document(self, prefix)


class Document(OpenAPISchema):
    """What Django Ninja writes, with the names and the refusals put right."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        self._package = ""
        self._meant: dict[str, str] = {}
        super().__init__(api, path_prefix)

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        self._package = operation.view_func.__module__.split(".")[1].capitalize()
        details: dict[str, Any] = super().operation_details(operation)
        told = {str(status): answer for status, answer in details["responses"].items()}
        details["responses"] = {**told, "4XX": REFUSED}
        return details

    def get_components(self) -> dict[str, Any]:
        self.schemas |= {"Refusal": REFUSAL, "NotRead": NOT_READ}
        found: dict[str, Any] = super().get_components()
        return found

    def _create_schema_from_model(self, *given: Any, **named: Any) -> tuple[dict[str, Any], bool]:
        before, self.schemas = self.schemas, {}
        schema, is_required = super()._create_schema_from_model(*given, **named)
        return self._named_apart(before, schema), is_required

    def _extract_parameters(self, model: Any) -> list[dict[str, Any]]:
        before, self.schemas = self.schemas, {}
        found = super()._extract_parameters(model)
        told: list[dict[str, Any]] = self._named_apart(before, found)
        return told

    def _named_apart(self, before: dict[str, Any], told: Any) -> Any:
        """Keep the schemas that came with one model under names that mean nothing else yet."""
        own, self.schemas = self.schemas, before
        names = {name: self._name_of(name, own) for name in own}
        for name, schema in own.items():
            self.schemas[names[name]] = renamed(schema, names)
        return renamed(told, names)

    def _name_of(self, name: str, own: Mapping[str, Any]) -> str:
        meant = meaning(name, own)
        for candidate in _candidates(name, self._package):
            if self._meant.setdefault(candidate, meant) == meant:
                return candidate
        raise AssertionError(name)  # There is always another number.


def _candidates(name: str, package: str) -> Iterator[str]:
    yield name
    yield f"{package}{name}"
    for number in range(2, 100):
        yield f"{package}{name}{number}"


def meaning(name: str, schemas: Mapping[str, Any]) -> str:
    """Return what a schema says with everything that it refers to, to tell two of a name apart.

    >>> one = {"A": {"items": {"$ref": f"{ROOT}B"}}, "B": {"type": "string"}}
    >>> other = {"A": {"items": {"$ref": f"{ROOT}B"}}, "B": {"type": "integer"}}
    >>> meaning("A", one) == meaning("A", other)
    False
    """
    reached: dict[str, str] = {}
    pending = [name]
    while pending:
        each = pending.pop()
        if each in reached:
            continue
        reached[each] = json.dumps(schemas.get(each), sort_keys=True, default=str)
        pending += [other for other in schemas if f'"{ROOT}{other}"' in reached[each]]
    return json.dumps(sorted(reached.items()))


def renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """Return a schema in which every reference goes by the new name.

    >>> renamed({"items": {"$ref": f"{ROOT}A"}}, {"A": "OtherA"})
    {'items': {'$ref': '#/components/schemas/OtherA'}}
    """
    if isinstance(schema, list):
        return [renamed(each, names) for each in schema]
    if isinstance(schema, dict):
        return {key: renamed(each, names) for key, each in schema.items()}
    if isinstance(schema, str) and schema.startswith(ROOT):
        name = schema.removeprefix(ROOT)
        return f"{ROOT}{names.get(name, name)}"
    return schema
