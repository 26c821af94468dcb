"""A fake of Google's sign-in over TLS: whoever is hinted at is signed in at once."""

import datetime as dt
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.fakes.provider import signed
from tests.fakes.running import running
from typing_extensions import override

HOST = "accounts.google.com"
LIFE = 3_600


class SignIn(BaseHTTPRequestHandler):
    """Answers the authorization request (OpenID Connect Core 1.0 §3.2.2) with an ID token in the fragment."""

    def do_GET(self) -> None:
        """Send the browser back with a token."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        now = int(time.time())
        claims = {
            "iss": f"https://{HOST}",
            "aud": query["client_id"],
            "sub": "108",
            "email": query.get("login_hint", "staff@hall.example"),
            "email_verified": True,
            "hd": "hall.example",
            "nonce": query["nonce"],
            "iat": now,
            "exp": now + LIFE,
        }
        answer = urlencode({"id_token": signed(claims), "state": query["state"]})
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}#{answer}")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:  # Its name in the standard library.
        """Say nothing."""


@contextmanager
def fake_google(folder: Path) -> Iterator[int]:
    """Serve the sign-in; gives the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), SignIn)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with running(server):
        yield server.server_port


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "google.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path
