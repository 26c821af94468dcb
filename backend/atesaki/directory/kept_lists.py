"""Keeps which addresses are lists, as keyed hashes, for a server that starts while its directory is away."""

import time
from collections.abc import Callable, Iterable

import msgspec
import structlog

from atesaki.storage.documents import Document, DocumentChanged
from atesaki.storage.engine import Store

_CONTEXT = b"address of a list\0"
_Hashes = frozenset[str]
_decoder = msgspec.json.Decoder(_Hashes)
_log = structlog.get_logger(__name__)


class KeptLists:
    """The addresses of lists, in a document for each provider; all methods but `among` block.

    `pseudonym` is a keyed hash, so that whoever reads the store can't read the addresses of an organization in it.
    """

    def __init__(self, store: Store, pseudonym: Callable[[bytes], str]) -> None:
        self._store = store
        self._pseudonym = pseudonym
        self._read: dict[str, _Hashes] = {}

    def read(self, provider: str) -> None:
        """Read what a server was told of late; `among` and `told` know it from then on."""
        kept = _hashes(self._document(provider).read().body)
        if kept is not None:
            self._read[provider] = kept

    def told(self, provider: str) -> bool:
        """Tell whether a server was ever told of the lists of a provider, of none as well."""
        return provider in self._read

    def among(self, provider: str, keys: Iterable[str]) -> bool:
        """Tell whether one of these mailboxes was a list of the provider when that was told last."""
        known = self._read.get(provider, frozenset())
        return bool(known) and any(self._hashed(key) in known for key in keys)

    def keep(self, provider: str, keys: Iterable[str]) -> None:
        """Keep the mailboxes of all lists; what can't be kept is logged, since the answer itself is of more use."""
        try:
            self._replace(self._document(provider), frozenset(map(self._hashed, keys)))
        except Exception as error:  # noqa: BLE001  # Whatever broke, the addresses are known.
            _log.warning("directory.lists_not_kept", error=type(error).__name__)

    def _replace(self, document: Document, hashes: _Hashes) -> None:
        kept = document.read()
        if kept.revision and _hashes(kept.body) == hashes:
            return
        body = msgspec.json.encode(sorted(hashes)).decode()
        try:
            with self._store.write() as connection:
                document.replace(connection, body, seen=kept.revision, at=time.time_ns() // 1_000)
        except DocumentChanged:
            # Another replica has just been told the same.
            return

    def _hashed(self, key: str) -> str:
        return self._pseudonym(_CONTEXT + key.encode())

    def _document(self, provider: str) -> Document:
        return Document(self._store, f"lists_{provider}")


def _hashes(body: str) -> _Hashes | None:
    try:
        return _decoder.decode(body) if body else None
    except msgspec.MsgspecError:
        # Somebody altered it; the server starts all the same, and the next answer replaces it.
        _log.warning("directory.lists_unreadable")
        return None
