"""What can be wrong with policy files: one sentence each, with file, line and column."""

from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct

from atesaki.judgement.errors import AtesakiError


class PolicyError(Struct, frozen=True, order=True):
    """One mistake in a policy file; `line` and `column` begin at 1."""

    file: str
    line: int
    column: int
    sentence: str

    @property
    def text(self) -> str:
        """The mistake on one line, `file:line:column: sentence`, as compilers write it."""
        return f"{self.file}:{self.line}:{self.column}: {self.sentence}"


class PolicyErrors(AtesakiError):
    """A policy set that is refused, with every mistake in it, in the order of files and lines.

    `consequences` come last: mistakes that may be there only because another file doesn't load.
    """

    status: ClassVar[int] = 422
    type: ClassVar[str] = "policy-invalid"

    def __init__(self, errors: Iterable[PolicyError], consequences: Iterable[PolicyError] = ()) -> None:
        self.errors = (*sorted(errors), *sorted(consequences))
        first, more = self.errors[0], len(self.errors) - 1
        super().__init__(first.text + (f" ({more} more)" if more else ""), field=first.file)


class PoliciesReadOnly(AtesakiError):
    """A publication was asked for while a folder is the truth."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "policies-read-only"


class PoliciesChanged(AtesakiError):
    """A publication was meant to follow a set that is no longer in force; nothing was published."""

    status: ClassVar[int] = 412
    type: ClassVar[str] = "policies-changed"


class PolicyFolderUnreadable(AtesakiError):
    """The policy folder does not exist or cannot be read."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "policy-folder-unreadable"
