"""A draft of a policy set, and what may stand in the way of changing it."""

import datetime as dt
from typing import ClassVar, Literal

from msgspec import Struct

from atesaki.judgement.errors import AtesakiError

IN_THE_CONSOLE = "With ATESAKI_FOUR_EYES, policies are published in the console, by somebody else than their author."
"""Why the API and the command line publish nothing where four eyes are wanted."""

State = Literal["open", "proposed", "published", "dropped"]


class Editor(Struct, frozen=True):
    """Who changes a draft: a key that is stable, and the name that others read."""

    key: str
    name: str


class DraftHead(Struct, frozen=True, kw_only=True):
    """A draft without its files; `version` counts its changes, `base_number` is the publication it began from."""

    id: int
    title: str
    base_number: int
    author: Editor
    editors: frozenset[str]
    state: State
    note: str
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime

    @property
    def alive(self) -> bool:
        """Whether it can still be changed and published."""
        return self.state in {"open", "proposed"}

    def is_work_of(self, editor: Editor) -> bool:
        """Tell whether somebody has worked on it; whoever has two ways to sign in has two keys, but one name."""
        return not {editor.key, editor.name}.isdisjoint({self.author.key, self.author.name, *self.editors})


class PolicyDraft(Struct, frozen=True):
    """A draft with its files."""

    head: DraftHead
    files: dict[str, str]


class DraftNotFound(AtesakiError):
    """There is no such draft."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "policy-draft-not-found"


class DraftClosed(AtesakiError):
    """The draft was published or dropped, so it can't be changed any more."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "policy-draft-closed"


class DraftChanged(AtesakiError):
    """Somebody else has changed the draft since it was read."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "policy-draft-changed"


class FileChanged(DraftChanged):
    """Somebody else has changed the same file since it was read; nothing is lost: all three texts are here.

    `base` is what both began from; `None` stands for a file that isn't there.
    """

    def __init__(self, name: str, base: str | None, mine: str | None, theirs: str | None) -> None:
        super().__init__("Somebody else has changed this file in the meantime; look at both changes.", field=name)
        self.name, self.base, self.mine, self.theirs = name, base, mine, theirs


class BaseChanged(AtesakiError):
    """Policies were published since the draft began, and they change the same files."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "policy-draft-outdated"


class FourEyes(AtesakiError):
    """Whoever changed a draft may not publish it, and the shared token may not publish at all."""

    status: ClassVar[int] = 403
    type: ClassVar[str] = "four-eyes"
