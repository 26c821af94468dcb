"""Keyed hashes that stand for people and messages where nobody needs to read them."""

import base64
import functools
import hashlib
import secrets

from sqlalchemy import insert, select

from atesaki.storage.engine import Store
from atesaki.storage.tables import documents

_NAME = "pseudonym_key"
_KEY_BYTES = 32
_DIGEST_BYTES = 16


class Pseudonyms:
    """BLAKE2b with a secret key (RFC 7693 §2.9): equal texts get equal pseudonyms, and nobody can try addresses."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.of = functools.lru_cache(maxsize=1 << 18)(self._of)

    def of_bytes(self, content: bytes) -> str:
        """Return the pseudonym of any content, without remembering it."""
        return hashlib.blake2b(content, digest_size=_DIGEST_BYTES, key=self._key).hexdigest()

    def _of(self, text: str) -> str:
        return self.of_bytes(text.encode())


def open_pseudonyms(store: Store) -> Pseudonyms:
    """Read the key that all replicas share; the first start makes it."""
    with store.write() as connection:
        body = connection.scalar(select(documents.c.body).where(documents.c.name == _NAME))
        if body is None:
            body = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
            connection.execute(insert(documents).values(name=_NAME, revision=1, body=body, updated_at=0))
    return Pseudonyms(base64.b64decode(body))
