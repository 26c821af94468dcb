"""What the journal learns of people: who signed in, who was refused, whose account changed; names stay apart."""

from collections.abc import Callable, Mapping

from atesaki.recorder import Recorder

_MOST = 320
"""The longest address has 320 characters; whatever else was typed needn't be kept whole (RFC 5321 §4.5.3.1)."""

Pseudonym = Callable[[str], str]
"""Returns what stands for a text where nobody needs to read it."""


class Trail:
    """Records what people do under a pseudonym: one person's records can be found together without naming them."""

    def __init__(self, record: Recorder, pseudonym: Pseudonym) -> None:
        self._record = record
        self._pseudonym = pseudonym

    def signed_in(self, key: str, name: str, **body: object) -> None:
        """Record that somebody signed in."""
        self._record("person.signed_in", self._pseudonym(key), body, {"name": name})

    def refused(self, typed: str, **body: object) -> None:
        """Record that a sign-in failed; what was typed may be a name, or a password in the wrong field."""
        typed = typed[:_MOST]
        personal = {"name": typed} if typed else None
        self._record("sign_in.refused", self._pseudonym(typed) if typed else "sign_in", body, personal)

    def signed_out(self, key: str, name: str, **body: object) -> None:
        """Record that somebody signed out, here or everywhere."""
        self._record("person.signed_out", self._pseudonym(key), body, {"name": name})

    def sent_out(self, key: str, name: str, by: str) -> None:
        """Record that an admin ended all sessions of somebody."""
        body = {"everywhere": True, "by_admin": True}
        self._record("person.signed_out", self._pseudonym(key), body, {"name": name, "author": by})

    def changed(
        self, kind: str, key: str, by: str, before: Mapping[str, object] | None, after: Mapping[str, object] | None
    ) -> None:
        """Record a change of an account, before it is made."""
        body = {"before": before, "after": after}
        self._record(kind, self._pseudonym(key), body, {"name": key, "author": by})
