"""JSON schema (2020-12) of policy files and their tests, generated from the types, for editors."""

import json
from typing import Any

import msgspec

from atesaki.judgement.policy import Policy
from atesaki.policies.suite import Suite

FILES: dict[str, Any] = {"schema.json": Policy, "test.schema.json": Suite}
"""The schema files of a policy folder, each with the type that it describes."""


def schema_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a type as msgspec takes it
    """Return the JSON schema of a type."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(kind)}


def schema_texts() -> dict[str, str]:
    """Return the text of every schema file by its name."""
    return {
        name: json.dumps(schema_of(kind), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for name, kind in FILES.items()
    }
