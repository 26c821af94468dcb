"""Which keys may have signed: the trusted one and those that it is linked to by signed changes of the key."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import BadCheckpoint, Checkpoint, open_note, public_key_of, read_note, verifier_key
from atesaki.journal.rotation import Rotation, open_rotation

_NOWHERE = ""


class Trust:
    """What is known before anything is verified.

    `trusted` is the public key that must have signed, directly or by a chain of `rotations` that goes out from it;
    without it each stream's own key is believed. `known` are checkpoints that were kept elsewhere.
    Raises `Broken` where a rotation or a checkpoint is not what it says.
    """

    def __init__(self, trusted: bytes | None = None, rotations: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        self._rotations = [_opened(note) for note in rotations]
        self._refuse_forks()
        self._keys = None if trusted is None else _reached(trusted, self._rotations)
        self._known: dict[str, list[str]] = {}
        for note in known:
            self._known.setdefault(_stream_of(note), []).append(note)

    @property
    def known_streams(self) -> set[str]:
        """The streams of which checkpoints were kept."""
        return set(self._known)

    def key_of(self, stream: str, stored_key: str) -> bytes:
        """Give the public key of a stream; raises `Broken` where it is unreadable or not a trusted one."""
        try:
            public_key = public_key_of(stored_key)
        except BadCheckpoint as error:
            raise Broken(stream, str(error)) from error
        if stored_key != verifier_key(stream, public_key):
            raise Broken(stream, "its verifier key belongs to another stream")
        if self._keys is not None and public_key not in self._keys:
            raise Broken(stream, "it is signed by another key than the trusted one")
        return public_key

    def expected(self, stream: str, public_key: bytes) -> dict[int, bytes]:
        """Give the roots that are known for sizes of a stream, from kept checkpoints and from its last head."""
        roots: dict[int, bytes] = {}
        for note in self._known.get(stream, ()):
            try:
                checkpoint = open_note(note, public_key)
            except BadCheckpoint as error:
                raise Broken(stream, f"{error} (the one that was kept elsewhere)") from error
            if roots.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
                raise Broken(stream, f"two checkpoints over {checkpoint.size} records contradict each other")
        return roots

    def last_head(self, stream: str, public_key: bytes) -> Checkpoint | None:
        """Give the head that a stream had when its key was changed, `None` where its key is still in use."""
        for rotation in self._rotations:
            if rotation.old == public_key:
                ends = {head.stream: head for head in rotation.heads}
                return ends.get(stream, Checkpoint(stream, 0, b""))
        return None

    def _refuse_forks(self) -> None:
        followers: dict[bytes, Rotation] = {}
        for rotation in self._rotations:
            if followers.setdefault(rotation.old, rotation).new != rotation.new:
                raise Broken(_NOWHERE, "one key was changed for two different ones")


def _opened(note: str) -> Rotation:
    try:
        return open_rotation(note)
    except BadCheckpoint as error:
        raise Broken(_NOWHERE, str(error)) from error


def _stream_of(note: str) -> str:
    try:
        return read_note(note).stream
    except BadCheckpoint as error:
        raise Broken(note.partition("\n")[0][:100], f"{error} (one that was kept elsewhere)") from error


def _reached(trusted: bytes, rotations: Iterable[Rotation]) -> set[bytes]:
    """Follow the changes forwards from the trusted key, and backwards, but never forwards again from an older one.

    Otherwise a thief of an old key could appoint a key of his own.
    """
    after: Mapping[bytes, bytes] = MappingProxyType({each.old: each.new for each in rotations})
    before = {each.new: each.old for each in rotations}
    found = {trusted}
    for links in (after, before):
        key = trusted
        while (key := links.get(key, trusted)) not in found:
            found.add(key)
    return found
