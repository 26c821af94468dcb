"""Key rings from the settings, or created at the first start and then known only by their digest."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import SecretStr
from sqlalchemy import insert, or_, select

from atesaki.identity.keys import KeyRing, digest_of
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import credentials

CredentialName = Literal["deployment_key", "admin_token"]


class Opened(NamedTuple):
    """A key ring, and the secret that was created for it: shown once, kept nowhere."""

    ring: KeyRing
    created: str | None


def open_ring(store: Store, name: CredentialName, configured: Sequence[SecretStr]) -> Opened:
    """Return the configured keys, else the stored ones, else create one.

    Configured keys replace the stored ones for as long as they are configured, so a lost key can always be set anew.
    """
    if configured:
        return Opened(KeyRing.of(secret.get_secret_value() for secret in configured), None)
    now = micros(dt.datetime.now(dt.UTC))
    valid = or_(credentials.c.expires_at.is_(None), credentials.c.expires_at > now)
    query = select(credentials.c.digest).where(credentials.c.name == name, valid)
    with store.write_alone() as connection:
        digests = connection.scalars(query).all()
        if digests:
            return Opened(KeyRing(digests), None)
        secret = secrets.token_urlsafe(24)
        connection.execute(insert(credentials).values(name=name, digest=digest_of(secret), created_at=now))
    return Opened(KeyRing.of([secret]), secret)
