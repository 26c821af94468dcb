"""What only Microsoft Graph has: certificates, next links, and tokens that stop being taken."""

import datetime as dt

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from tests.directory.conftest import ToLoopback
from tests.fakes.directories import Answer, World, serving
from tests.fakes.graph_api import TENANT, FakeGraph
from typing_extensions import override

from atesaki.directory.errors import DirectoryBusy, DirectoryUnavailable
from atesaki.directory.graph import GraphDirectory
from atesaki.directory.graph_token import GraphToken, Registration
from atesaki.directory.port import Directory


def certificate() -> str:
    """A private key and its self-signed certificate, as they stand in one file."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "atesaki")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode() + made.public_bytes(serialization.Encoding.PEM).decode()


def test_a_certificate_signs_in(world: World) -> None:
    """Without a secret that could be copied."""
    world.group("g1", "Volunteers", "")
    with serving(FakeGraph(world)) as api, requests.Session() as session:
        session.mount("https://", ToLoopback(api))
        token = GraphToken(Registration(TENANT, "client", certificate=certificate()), session)
        assert GraphDirectory(token, session).groups("").groups[0].id == "g1"


def test_a_tenant_that_is_none_is_named_as_what_to_check(world: World) -> None:
    """Whoever mistyped it must not look for a fault of the network."""
    with serving(FakeGraph(world)) as api, requests.Session() as session:
        session.mount("https://", ToLoopback(api))
        token = GraphToken(Registration("hal.example", "client", "secret"), session)
        with pytest.raises(DirectoryUnavailable, match="ATESAKI_GRAPH_TENANT"):
            GraphDirectory(token, session, lambda _: None).groups("")


class Throttled(FakeGraph):
    """A sign-in service that was asked too often, from the description of the tenant on."""

    @override
    def special(self, path: str) -> Answer | None:
        return 429, {"Retry-After": "60"}, b"<html>wait</html>"


@pytest.mark.parametrize("kind", [FakeGraph, Throttled])
def test_a_sign_in_service_that_asks_to_wait_refuses_nobody(world: World, kind: type[FakeGraph]) -> None:
    """By msal alone, too many requests are a wrong secret, or a tenant that is none."""
    world.token_trouble = (429, {"Retry-After": "60"}, {"error": "throttled"})
    with serving(kind(world)) as api, requests.Session() as session:
        session.mount("https://", ToLoopback(api))
        token = GraphToken(Registration(TENANT, "client", "secret"), session)
        with pytest.raises(DirectoryBusy) as caught:
            GraphDirectory(token, session, lambda _: None).groups("")
    assert caught.value.retry_after == 60


@pytest.mark.parametrize(
    "link", ["https://evil.example/v1.0/groups", "https://graph.microsoft.com.evil.example/v1.0/x", 7, ""]
)
def test_the_token_is_sent_nowhere_else(graph: Directory, world: World, link: object) -> None:
    """A next link that leads away from Graph is no next page."""
    world.troubles = [(200, {}, {"value": [], "@odata.nextLink": link})]
    with pytest.raises(DirectoryUnavailable):
        graph.members("g1")


def test_a_token_that_is_no_longer_taken_is_renewed_once(graph: Directory, world: World) -> None:
    """A revoked token costs one sign-in, not an hour of failures."""
    world.group("g1", "Volunteers", "")
    graph.groups("")
    world.troubles = [(401, {}, {})]
    assert graph.groups("").groups
    assert world.tokens == 2


def test_devices_are_nobody(graph: Directory, world: World) -> None:
    """A printer in a group gets no mail, so it is neither a person nor missing."""
    world.group("g1", "Volunteers", "", "device")
    found = graph.members("g1")
    assert (found.people, found.unresolved) == ((), 0)
