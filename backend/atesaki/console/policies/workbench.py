"""A draft as its pages need it: what it says, what is wrong with it, and how its tests run."""

from __future__ import annotations

from typing import Any, NamedTuple

from atesaki.console.policies.in_force import PolicyNotFound
from atesaki.console.policies.ports import Ports
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.numbers import number_of
from atesaki.judgement.policy import Policy
from atesaki.policies.document import Document
from atesaki.policies.drafting.draft import Editor, PolicyDraft
from atesaki.policies.editing import plain_of
from atesaki.policies.errors import PolicyError, PolicyErrors
from atesaki.policies.load import TEST_ENDING, LoadedSet, is_file_name, load_set
from atesaki.policies.shape import read_document
from atesaki.policies.test import Result, run_tests


class Bench(NamedTuple):
    """A draft, who asks about it, and what can be done with it."""

    ports: Ports
    ask: Ask
    draft: PolicyDraft


class Edited(NamedTuple):
    """A file as it is being edited: the text that the page was made from (`None`: no such file), and the one now."""

    file: str
    base: str | None
    text: str


class Checked(NamedTuple):
    """What a draft amounts to: the loaded set, or its mistakes; and the results of its tests."""

    loaded: LoadedSet | None
    mistakes: tuple[PolicyError, ...]
    results: list[Result]

    @property
    def failed(self) -> list[Result]:
        """The tests that failed."""
        return [result for result in self.results if not result.passed]

    @property
    def good(self) -> bool:
        """Whether it may be published."""
        return self.loaded is not None and not self.failed

    def mistakes_in(self, file: str) -> list[PolicyError]:
        """Return the mistakes of one file."""
        return [mistake for mistake in self.mistakes if mistake.file == file]

    def mistakes_elsewhere(self, file: str) -> list[PolicyError]:
        """Return the mistakes of all other files."""
        return [mistake for mistake in self.mistakes if mistake.file != file]


class Sketch(NamedTuple):
    """One policy of a draft, as far as it can be read: `policy` is `None` while the file has mistakes.

    `plain` is what the file says, `None` where it isn't even YAML.
    """

    id: str
    title: str
    text: str
    plain: dict[str, Any] | None
    policy: Policy | None
    has_tests: bool

    @property
    def rules(self) -> list[Any]:
        """The rules as they stand in the file."""
        rules = self.plain.get("rules") if self.plain else None
        return rules if isinstance(rules, list) else []


def checked(files: dict[str, str]) -> Checked:
    """Load files and run their tests."""
    try:
        loaded = load_set(files)
    except PolicyErrors as error:
        return Checked(None, error.errors, [])
    return Checked(loaded, (), run_tests(loaded))


def sketches(draft: PolicyDraft, ask: Ask) -> list[Sketch]:
    """Return all policies of a draft."""
    names = sorted(name for name in draft.files if name.endswith(".yaml") and not name.endswith(TEST_ENDING))
    return [sketch(draft, name.removesuffix(".yaml"), ask) for name in names]


def sketch(draft: PolicyDraft, policy: str, ask: Ask) -> Sketch:
    """Return one policy of a draft; raises `PolicyNotFound`."""
    name = f"{policy}.yaml"
    text = draft.files.get(name)
    if text is None or policy.endswith("_test"):
        raise PolicyNotFound("There is no such policy in the draft.")
    plain = _plain(name, text)
    return Sketch(
        id=policy,
        title=_title(plain, ask) or policy,
        text=text,
        plain=plain,
        policy=_policy(name, text),
        has_tests=f"{policy}{TEST_ENDING}" in draft.files,
    )


def title_in(text: str, ask: Ask) -> str:
    """Return the title of a policy in the visitor's language, empty where the file has none or can't be read."""
    return _title(_plain("", text), ask)


def draft_of(ports: Ports, ask: Ask) -> PolicyDraft:
    """Return the draft that a path names; raises `DraftNotFound`."""
    return ports.drafting.get(number_of(ask.path("draft")))


def editor_of(ask: Ask) -> Editor:
    """Return who is changing something."""
    return Editor(ask.person.key, ask.person.author)


def file_in(text: str) -> str:
    """Return the name of a policy file; raises `PolicyNotFound` for any other text."""
    if not is_file_name(text):
        raise PolicyNotFound("There is no such file in the draft.")
    return text


def number_in(text: str, most: int) -> int:
    """Return a place in a list; raises `PolicyNotFound` for any other text."""
    place = number_of(text)
    if not 0 <= place < most:
        raise PolicyNotFound("There is no such place in the policy.")
    return place


def _plain(name: str, text: str) -> dict[str, Any] | None:
    try:
        plain = plain_of(name, text)
    except PolicyErrors:
        return None
    return plain if isinstance(plain, dict) else None


def _policy(name: str, text: str) -> Policy | None:
    try:
        return read_document(Document(name, text), Policy)
    except PolicyErrors:
        return None


def _title(plain: dict[str, Any] | None, ask: Ask) -> str:
    title = plain.get("title") if plain else None
    text = title.get(ask.locale) if isinstance(title, dict) else None
    return text if isinstance(text, str) else ""
