"""Addresses under which there is no policy, rule, publication, draft or file."""

from collections.abc import Iterator

import pytest
from tests.console.policies.pages import draft
from tests.server import Visitor, running_server


@pytest.mark.parametrize(
    "path",
    [
        "/policies/threats/none",
        "/policies/threats/strangers_visible/rules/none/exempt",
        "/policies/history/99",
        "/policies/history/x",
        "/policies/drafts/99",
        "/policies/drafts/x",
        "/policies/drafts/1/of/none",
        "/policies/drafts/1/of/strangers_visible/rules/9",
        "/policies/drafts/1/files/none.yaml",
        "/policies/drafts/1/files/..%2Fx",
    ],
)
def test_what_is_not_there_is_said(shared: Visitor, path: str) -> None:
    """A page with 404, never an error of the program."""
    assert shared.get(path).status_code == 404


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """An admin on a server with one draft, for tests that change nothing."""
    with running_server(tmp_path_factory.mktemp("store")) as started, started.visitor("admin") as visitor:
        draft(visitor)
        yield visitor
