"""`atesaki doctor` finds a rule whose mails nobody could ever let go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete
from tests.api.mails import SECOND_CHECK_OUTSIDE
from tests.server import running_server

from atesaki.cli.examined_checkers import checkers
from atesaki.identity.person import Role
from atesaki.identity.registry import add_account
from atesaki.settings import read_settings
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import accounts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose rules ask for a second check."""
    path = tmp_path_factory.mktemp("store")
    with running_server(path) as server:
        server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
    return path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """That store, without any account."""
    opened = open_store(folder)
    with opened.write() as connection:
        connection.execute(delete(accounts))
    yield opened
    opened.close()


def states(store: Store, **settings: object) -> list[str]:
    """Return how the examination ends."""
    return [found.state for found in checkers(read_settings(**settings), store)]


def test_a_check_that_nobody_may_give_is_a_problem(store: Store) -> None:
    """An auditor's account is none of a checker; a provider that names checkers will do."""
    with store.write() as connection:
        add_account(connection, "audit@hall.example", "Audit", "hash", ["auditor"])
    (found,) = checkers(read_settings(), store)
    assert (found.state, found.subject) == ("problem", "checks")
    assert "People" in found.mend
    provider = {"oidc_issuer": "https://id.example", "oidc_client_id": "atesaki", "oidc_client_secret": "s"}
    assert states(store, **provider) == ["problem"]
    assert states(store, **provider, oidc_checkers=("checkers",)) == ["ok"]


def test_checkers_of_entra_need_addresses(store: Store) -> None:
    """It calls none verified, and whoever has no address can check nothing; an account with a password can."""
    issuer = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0"
    provider = {"oidc_issuer": issuer, "oidc_client_id": "atesaki", "oidc_checkers": ("checkers",)}
    (found,) = checkers(read_settings(**provider), store)
    assert (found.state, "ATESAKI_OIDC_TRUST_EMAIL" in found.mend) == ("problem", True)
    assert states(store, **provider, oidc_trust_email=True) == ["ok"]
    with store.write() as connection:
        add_account(connection, "mori@hall.example", "Mori", "hash", ["checker"])
    assert states(store, **provider) == ["ok"]


@pytest.mark.parametrize("role", ["checker", "admin"])
def test_one_who_may_give_it_will_do(store: Store, role: Role) -> None:
    """Whoever can sign in with either role."""
    with store.write() as connection:
        add_account(connection, f"{role}@hall.example", "Mori", "hash", [role])
    assert states(store) == ["ok"]


def test_where_no_rule_asks_nobody_is_looked_for(tmp_path: Path) -> None:
    """The shipped rules do without checkers."""
    with running_server(tmp_path):
        pass
    store = open_store(tmp_path)
    assert states(store) == []
    store.close()
