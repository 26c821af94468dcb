"""What the whole application and some commands stand on: the open store, the running journal, the keys."""

import contextlib
import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.identity.credentials import open_ring
from atesaki.identity.keys import KeyRing
from atesaki.journal import Entry, Journal
from atesaki.journal import Limits as JournalLimits
from atesaki.journal.key import key_file, load_or_create_key
from atesaki.journal.key_doubt import key_doubt
from atesaki.recorder import Recorder
from atesaki.settings import Settings
from atesaki.storage.engine import Store, open_store


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Recording(NamedTuple):
    """What whoever records something stands on: the open store and the running journal."""

    settings: Settings
    store: Store
    journal: Journal


class Foundation(NamedTuple):
    """What everything else stands on: the open store, the running journal, the keys.

    `new_key` is the deployment key where this start created it.
    """

    settings: Settings
    store: Store
    journal: Journal
    deployment: KeyRing
    admin: KeyRing
    new_key: str | None


def open_foundation(
    settings: Settings,
    closing: contextlib.AsyncExitStack | contextlib.ExitStack,
    announce: Callable[[str], object] = _say,
) -> Foundation:
    """Open store, journal and keys, to be closed by `closing`; a key that was created or is doubtful is announced.

    Raises `AtesakiError` with one sentence about what can't be opened.
    """
    recording = open_recording(settings, closing, announce)
    deployment = open_ring(recording.store, "deployment_key", settings.deployment_keys)
    admin = open_ring(recording.store, "admin_token", [settings.admin_token] if settings.admin_token else [])
    for name, created in (("Deployment key", deployment.created), ("Admin token", admin.created)):
        if created:
            announce(f"{name} (shown only now, keep it safe): {created}")
    return Foundation(*recording, deployment.ring, admin.ring, deployment.created)


def open_recording(
    settings: Settings,
    closing: contextlib.AsyncExitStack | contextlib.ExitStack,
    announce: Callable[[str], object],
) -> Recording:
    """Open store and journal alone: a command that makes no use of keys creates none.

    Raises `AtesakiError` with one sentence about what can't be opened.
    """
    store = open_store(settings.store_address)
    closing.callback(store.close)
    key = _signing_key(store, key_file(settings), announce)
    limits = JournalLimits(
        dt.timedelta(days=settings.retention_days), settings.queue_limit, settings.checkpoint_seconds
    )
    journal = Journal(store, key, limits=limits)
    journal.start()
    closing.callback(journal.stop)
    return Recording(settings, store, journal)


def _signing_key(store: Store, file: Path, announce: Callable[[str], object]) -> Ed25519PrivateKey:
    """Read or make the key, and say so where the journal was signed with another: its path may be mistyped."""
    doubt = key_doubt(store, file)
    key = load_or_create_key(file)
    if doubt is not None:
        announce(f"WARNING: {doubt.sentence} {doubt.mend}")
    return key


def recorder(journal: Journal) -> Recorder:
    """Return the journal as the slices call it that record changes."""

    def record(
        kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None = None
    ) -> object:
        return journal.append_blocking(Entry(kind, subject, body, personal))

    return record
