"""`atesaki doctor` asks the provider with which people sign in to the console."""

from collections.abc import Iterator

import pytest
from tests.fakes.oidc import CLIENT, FakeOidc, served_oidc

from atesaki.cli.diagnosis import Diagnosis
from atesaki.cli.examined_provider import provider
from atesaki.settings import read_settings


@pytest.fixture
def fake() -> Iterator[FakeOidc]:
    """A provider on loopback."""
    with served_oidc() as started:
        yield started


def examined(issuer: str, *admins: str) -> list[Diagnosis]:
    """Return what is said of a provider."""
    return list(provider(read_settings(oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_admins=admins)))


def test_provider_that_can_be_asked_is_well(fake: FakeOidc) -> None:
    """Its description and its keys are there."""
    assert [found.state for found in examined(fake.issuer, "atesaki-admins")] == ["ok"]


def test_issuer_that_the_provider_does_not_call_itself_is_a_problem(fake: FakeOidc) -> None:
    """As with `common` of Entra; else everybody is told that the provider can't be reached."""
    fake.metadata["issuer"] = "https://id.example/{tenantid}"
    (found,) = examined(fake.issuer, "atesaki-admins")
    assert (found.state, "nobody signs in" in found.sentence) == ("problem", True)
    assert "ATESAKI_OIDC_ISSUER" in found.mend


def test_provider_that_is_away_or_has_no_keys_is_a_problem(fake: FakeOidc) -> None:
    """Before somebody stands before a closed door."""
    fake.keys = []
    assert [found.state for found in examined(fake.issuer, "atesaki-admins")] == ["problem"]
    assert [found.state for found in examined("http://127.0.0.1:1", "atesaki-admins")] == ["problem"]


def test_without_a_way_to_become_an_admin_there_is_advice(fake: FakeOidc) -> None:
    """Nothing gives a role unless it is named."""
    assert [found.state for found in examined(fake.issuer)] == ["ok", "advice"]


def test_without_a_provider_there_is_nothing_to_say() -> None:
    """Passwords need no provider."""
    assert list(provider(read_settings())) == []
