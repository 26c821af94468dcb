"""The OpenAPI document: FastAPI's own, completed by the types that msgspec decodes and by our errors."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI

from atesaki.api.decisions import PATH
from atesaki.api.problem import MEDIA_TYPE, Problem
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.request import DecisionRequest

Responses = dict[int | str, dict[str, Any]]

_REF = "#/components/schemas/{name}"
_EVERYWHERE = (400, 401, 403, 413, 415, 422, 500, 503)
_FIRST_ERROR = 400
_types: set[type] = {DecisionRequest, DecisionAnswer, Problem}
_KEY: dict[str, list[str]] = {"DeploymentKey": []}
_METHODS = {"get", "put", "post", "delete", "patch"}


def request_of(kind: type) -> dict[str, Any]:
    """Document a body of one of our types."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _ref(kind)}}}}


def answer_of(kind: type, description: str) -> Responses:
    """Document an answer of one of our types."""
    return {200: {"description": description, "content": {"application/json": {"schema": _ref(kind)}}}}


def problems(*statuses: int) -> Responses:
    """Document errors as problems."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": _ref(Problem)}}}
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Let the application serve the completed document."""
    generate = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(generate())
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend OpenAPI.


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    _, components = msgspec.json.schema_components(_types, ref_template=_REF)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= components
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["paths"][PATH] = {"post": _decisions()}
    for operation in _operations(document["paths"]):
        _add_errors(operation["responses"])
        _need_key(operation)
    return document


def _decisions() -> dict[str, Any]:
    return {
        "tags": ["sending"],
        "summary": "Judge a message at the moment of Send",
        "description": "The decision is in the journal before it is answered.",
        "operationId": "decide",
        "security": [_KEY],
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same key with the same message gets the same answer for 15 minutes, recorded once.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        ],
        **request_of(DecisionRequest),
        "responses": _by_text({**answer_of(DecisionAnswer, "The decision."), **problems(409, 429)}),
    }


def _operations(paths: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for path, item in paths.items():
        if path.startswith("/v1/"):
            yield from (operation for method, operation in item.items() if method in _METHODS)


def _add_errors(responses: dict[str, Any]) -> None:
    # FastAPI's own 422 describes a body that we never send.
    responses.pop("422", None)
    documented = {int(status) for status in responses if status.isdecimal() and int(status) >= _FIRST_ERROR}
    for status, problem in problems(*_EVERYWHERE, *documented).items():
        said = responses.get(str(status), {}).get("description")
        responses[str(status)] = {**problem, "description": said or problem["description"]}


def _need_key(operation: dict[str, Any]) -> None:
    # FastAPI lists every scheme as one that suffices; the token of a client is not needed, and never enough.
    if _KEY in operation.get("security", ()):
        operation["security"] = [_KEY]


def _by_text(responses: Responses) -> dict[str, Any]:
    return {str(status): answer for status, answer in responses.items()}


def _ref(kind: type) -> dict[str, str]:
    _types.add(kind)
    return {"$ref": _REF.format(name=kind.__name__)}
