"""Keyed hashes that stand for people and messages where nobody needs to read them."""

import base64
import hashlib
import secrets
from collections.abc import Iterable

from sqlalchemy import insert, select

from atesaki.storage.engine import Store
from atesaki.storage.tables import documents

_NAME = "pseudonym_key"
_KEY_BYTES = 32
_DIGEST_BYTES = 16
_KEPT = 1 << 18


class Pseudonyms:
    """BLAKE2b with a secret key (RFC 7693 §2.9): equal texts get equal pseudonyms, and nobody can try addresses."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._kept: dict[str, str] = {}

    def of_all(self, texts: Iterable[str]) -> list[str]:
        """Return the pseudonym of each text; those of late are kept, and looked up all at once."""
        texts = list(texts)
        try:
            return list(map(self._kept.__getitem__, texts))
        except KeyError:
            return [self.of(text) for text in texts]

    def of(self, text: str) -> str:
        """Return the pseudonym of a text."""
        name = self._kept.get(text)
        if name is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            name = self._kept[text] = self.of_bytes(text.encode())
        return name

    def of_bytes(self, content: bytes) -> str:
        """Return the pseudonym of any content, without remembering it."""
        return hashlib.blake2b(content, digest_size=_DIGEST_BYTES, key=self._key).hexdigest()


def open_pseudonyms(store: Store) -> Pseudonyms:
    """Read the key that all replicas share; the first start makes it."""
    with store.write_alone() as connection:
        body = connection.scalar(select(documents.c.body).where(documents.c.name == _NAME))
        if body is None:
            body = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
            connection.execute(insert(documents).values(name=_NAME, revision=1, body=body, updated_at=0))
    return Pseudonyms(base64.b64decode(body))
