"""Fetching signing keys from a real server with TLS on loopback: what is believed, and what is not."""

import datetime as dt
import http.server
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.fakes.running import running
from typing_extensions import override

from atesaki.identity import jwks
from atesaki.identity.jwks import fetch_https

BODIES = {"/keys": b'{"keys": []}', "/huge": b" " * (jwks.MAX_BYTES + 1)}


class _Keys(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path in BODIES else 503)
        self.send_header("Cache-Control", "max-age=86400, private")
        self.end_headers()
        self.wfile.write(BODIES.get(self.path, b"try later"))

    @override
    def log_message(self, *_: object) -> None:
        pass


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for the loopback address that nobody has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain),
    )
    return paths


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key."""
    return _certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def key_server(certificate: tuple[Path, Path]) -> Iterator[str]:
    """The address of a server that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Keys)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with running(server):
        yield f"https://127.0.0.1:{server.server_port}"


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the certificate, and uses no proxy to reach itself."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.usefixtures("trusted")
def test_keys_come_with_the_time_for_which_they_are_fresh(key_server: str) -> None:
    """What the server says in its headers is kept with the body."""
    assert fetch_https(f"{key_server}/keys") == (b'{"keys": []}', 86_400.0)


@pytest.mark.usefixtures("trusted")
def test_error_of_the_server_is_no_key_set(key_server: str) -> None:
    """A page that says 503 never replaces the keys."""
    with pytest.raises(URLError) as caught:
        fetch_https(f"{key_server}/elsewhere")
    caught.value.close()  # type: ignore[attr-defined]  # An HTTPError holds the answer open.


@pytest.mark.usefixtures("trusted")
def test_huge_answer_is_not_read_to_its_end(key_server: str) -> None:
    """Real sets have a few kilobytes."""
    with pytest.raises(ValueError, match="too large"):
        fetch_https(f"{key_server}/huge")


def test_server_that_nobody_vouches_for_is_not_believed(key_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever could hand us a key could sign as anybody."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch_https(f"{key_server}/keys")
