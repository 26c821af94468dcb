"""HTTP as Microsoft Graph and msal are spoken to: each step of an exchange has its time, and so has all of it."""

import ssl
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override

from atesaki.deadline import TlsSocket, within

TIMEOUT: Final = (5.0, 20.0)
"""Seconds to connect, and between two pieces of an answer; msal by itself would wait for ever."""

WHOLE: Final = 30.0
"""Seconds for all of it."""


class GraphSession(requests.Session):
    """A session whose exchanges end, however slowly they are answered."""

    def __init__(self) -> None:
        super().__init__()
        self.mount("https://", TimedAdapter())

    @override
    def request(self, *args: Any, **options: Any) -> requests.Response:
        with within(WHOLE):
            return super().request(*args, **{"timeout": TIMEOUT, **options})


class TimedAdapter(HTTPAdapter):
    """Speaks TLS through sockets that heed `within`."""

    @override
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=_context(), **options)

    @override
    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=_context(), **options)


def _context() -> ssl.SSLContext:
    """Trust nobody yet: requests adds the certificates that it is told to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = TlsSocket
    return context
