"""An OpenID provider in memory: it checks what a real one checks, and can be told to answer wrongly."""

import base64
import contextlib
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.provider import public, rsa_key, signed
from tests.fakes.running import running
from typing_extensions import override

from atesaki.identity.oidc_http import Answer

ISSUER = "https://id.example"
CLIENT, SECRET = "atesaki-console", "s/cr+t% of the console"
RETURN = "https://atesaki.example/console/sign-in/return"


class FakeOidc:
    """Signs people in at once; `claims` go into the ID token, `userinfo` is told apart, `down` refuses every call."""

    def __init__(
        self,
        *,
        issuer: str = ISSUER,
        returns: str = RETURN,
        methods: tuple[str, ...] = ("client_secret_basic",),
        public_client: bool = False,
    ) -> None:
        self.issuer = issuer
        self.returns = returns
        self.claims: dict[str, Any] = {"sub": "hanako", "name": "職員 花子", "email": "hanako@hall.example"}
        self.claims |= {"email_verified": True, "roles": ["atesaki-admins"]}
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "end_session_endpoint": f"{issuer}/leave",
            "token_endpoint_auth_methods_supported": list(methods),
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self.keys = [public(rsa_key())]
        self.id_token: str | None = None
        self.down = False
        self.called: list[str] = []
        self._public_client = public_client
        self._codes: dict[str, dict[str, str]] = {}

    def authorize(self, url: str) -> dict[str, str]:
        """Sign somebody in at an authorization address; return what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == self.returns
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def __call__(self, url: str, headers: Mapping[str, str] = {}, body: bytes | None = None) -> Answer:
        """Answer a call."""
        self.called.append(url)
        if self.down:
            raise ConnectionRefusedError
        match urlsplit(url).path:
            case "/.well-known/openid-configuration":
                return _answer(self.metadata)
            case "/keys":
                return _answer({"keys": self.keys})
            case "/token":
                return self._token(headers, body or b"")
            case "/userinfo":
                assert headers["Authorization"] == "Bearer access"
                return _answer(self.userinfo)
            case _:
                return Answer(404, b"")

    def token(self, nonce: str, **changes: object) -> str:
        """Return an ID token; a claim that is changed to `None` is left out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.claims,
            **changes,
        }
        return signed({name: value for name, value in claims.items() if value is not None})

    def _token(self, headers: Mapping[str, str], body: bytes) -> Answer:
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self._codes.pop(sent.get("code", ""), None)
        if not self._is_client(headers, sent):
            return _answer({"error": "invalid_client"}, 401)
        if asked is None or sent["redirect_uri"] != asked["redirect_uri"] or not _proves(sent, asked):
            return _answer({"error": "invalid_grant"}, 400)
        id_token = self.id_token or self.token(asked["nonce"])
        return _answer({"access_token": "access", "token_type": "Bearer", "id_token": id_token})

    def _is_client(self, headers: Mapping[str, str], sent: Mapping[str, str]) -> bool:
        if self._public_client:
            return sent.get("client_id") == CLIENT and "Authorization" not in headers
        if "client_secret_post" in self.metadata["token_endpoint_auth_methods_supported"]:
            return (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        client, _, secret = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode().partition(":")
        return (unquote(client), unquote(secret)) == (CLIENT, SECRET)


@contextlib.contextmanager
def served_oidc() -> Iterator[FakeOidc]:
    """Serve one at a loopback address until the block ends."""
    fake: FakeOidc

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes | None) -> None:
            answer = fake(f"{fake.issuer}{self.path}", dict(self.headers), body)
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        fake = FakeOidc(issuer=f"http://127.0.0.1:{server.server_port}")
        yield fake


def _proves(sent: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Check PKCE (RFC 7636 §4.6)."""
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]


def _answer(document: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode())
