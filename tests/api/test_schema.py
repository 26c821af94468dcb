"""The served OpenAPI document is true: schemathesis tries it on a running server and finds nothing undocumented."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.server import ADMIN, KEY, Server, running_server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
HEADERS = {"Atesaki-Key": KEY, "Authorization": f"Bearer {ADMIN}"}
TRIES = settings(
    max_examples=10,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, since the calls change rosters, policies and the organization."""
    with running_server(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_documented_and_none_is_a_server_error(
    server: Server, mode: schemathesis.GenerationMode
) -> None:
    """Whether requests are good or bad, every status, content type and shape stands in the document."""
    schema = schemathesis.openapi.from_url(f"{server.base_url}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    tried = sum(_tried(operation, mode) for operation in operations)
    assert tried >= 12


def _tried(operation: Any, mode: schemathesis.GenerationMode) -> bool:  # noqa: ANN401  # schemathesis has no public type.
    """Try one operation; false where nothing about its requests can be wrong."""

    @TRIES
    @given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: Any) -> None:  # noqa: ANN401  # As above.
        case.call_and_validate(headers=HEADERS, checks=CHECKS)

    try:
        answered()
    except Unsatisfiable:
        return False
    return True


def test_document_describes_the_hot_path_by_its_types(server: Server) -> None:
    """The one route without FastAPI's machinery is documented like the others."""
    document = server.anonymous.get("/openapi.json").json()
    operation = document["paths"]["/v1/decisions"]["post"]
    message = document["components"]["schemas"]["Message"]
    assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/DecisionRequest")
    assert message["required"] == ["sender", "to", "cc", "bcc"]
    assert set(operation["responses"]) >= {"200", "400", "401", "409", "413", "422", "429", "503"}


def test_document_says_which_credential_is_needed(server: Server) -> None:
    """A client generated from it never sends the admin token where only the deployment key opens."""
    paths = server.anonymous.get("/openapi.json").json()["paths"]
    needed = {
        f"{method} {path}": [name for scheme in operation["security"] for name in scheme]
        for path, methods in paths.items()
        for method, operation in methods.items()
        if path.startswith("/v1/")
    }
    of_clients = {name for name in needed if " /v1/decisions" in name or " /v1/clients/" in name}
    assert len(of_clients) == 9
    assert {name for name, schemes in needed.items() if schemes == ["DeploymentKey"]} == of_clients
    assert {name for name, schemes in needed.items() if schemes == ["AdminToken"]} == set(needed) - of_clients


def test_document_needs_no_page_from_elsewhere(server: Server) -> None:
    """No script of a stranger runs on our origin."""
    assert server.anonymous.get("/docs").status_code == 404
