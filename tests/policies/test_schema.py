"""The JSON schemas for editors: generated, committed, and true of the shipped files."""

import json
from typing import Any

import jsonschema_rs
import pytest
import yaml
from yamlcore import CCoreLoader

from atesaki.policies.load import read_folder
from atesaki.policies.schema import schema_texts
from atesaki.policies.shipped import shipped_folder

FOLDER = shipped_folder()


@pytest.mark.parametrize("name", schema_texts())
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    """`atesaki policies schema policies` was run after the last change of the types."""
    assert (FOLDER / name).read_text() == schema_texts()[name]


@pytest.mark.parametrize("name", read_folder(FOLDER))
def test_shipped_files_are_valid_by_the_schema(name: str) -> None:
    """An editor that follows the schema shows no error in a file that loads."""
    schema: dict[str, Any] = json.loads(
        schema_texts()["test.schema.json" if name.endswith("_test.yaml") else "schema.json"]
    )
    content = yaml.load((FOLDER / name).read_text(), Loader=CCoreLoader)  # noqa: S506 - the core schema makes no objects
    jsonschema_rs.Draft202012Validator(schema).validate(content)
