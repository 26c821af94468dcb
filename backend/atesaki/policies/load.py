"""Loads a policy set from YAML files, whole or not at all, with every mistake named by file, line and column."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from yaml import MappingNode

from atesaki.judgement.conditions import ConditionError
from atesaki.judgement.policy import Policy
from atesaki.judgement.policy_set import PolicySet, compile_set
from atesaki.policies.checks import policy_errors
from atesaki.policies.document import MAX_FILE_BYTES, Document
from atesaki.policies.errors import PolicyError, PolicyErrors, PolicyFolderUnreadable
from atesaki.policies.shape import read_document
from atesaki.policies.suite import Suite
from atesaki.policies.suite_checks import suite_errors

TEST_ENDING = "_test.yaml"
MAX_FILES = 1_000
"""Most files of one policy set."""

_ENDINGS = frozenset({".yaml", ".yml"})
_FILE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\.yaml")


class LoadedSuite(Struct, frozen=True):
    """The tests of one policy, with the document that they stand in."""

    policy: str
    document: Document
    suite: Suite


class LoadedSet(Struct, frozen=True):
    """A set that loads: the files as they were, the policies compiled, and the tests beside them.

    `unread` are the mistakes of tests that only `load_published` leaves out.
    """

    files: dict[str, str]
    policy_set: PolicySet
    suites: tuple[LoadedSuite, ...]
    unread: tuple[PolicyError, ...] = ()

    @property
    def revision(self) -> str:
        """The id of exactly these files."""
        return self.policy_set.revision


class _Parsed:
    """What could be read of a set so far, and what is wrong with the rest."""

    def __init__(self) -> None:
        self.policies: list[tuple[Document, Policy]] = []
        self.suites: list[LoadedSuite] = []
        self.errors: list[PolicyError] = []

    def add(self, name: str, text: str) -> None:
        document = Document(name, text)
        if name.endswith(TEST_ENDING):
            suite = read_document(document, Suite)
            self.suites.append(LoadedSuite(name.removesuffix(TEST_ENDING), document, suite))
        else:
            self.policies.append((document, read_document(document, Policy)))


def load_set(files: Mapping[str, str]) -> LoadedSet:
    """Load a policy set from `{file name: YAML text}`.

    Raises `PolicyErrors` with every mistake of every file, those that keep a file from being read first.
    """
    parsed = _Parsed()
    parsed.errors += _name_errors(files)
    for name in sorted(filter(_FILE_NAME.fullmatch, files)):
        try:
            parsed.add(name, files[name])
        except PolicyErrors as error:
            parsed.errors += error.errors
    meaning = list(_meaning_errors(parsed, files))
    if parsed.errors or meaning:
        raise PolicyErrors(parsed.errors, meaning)
    policy_set = compile_set(revision_of(files), [policy for _, policy in parsed.policies])
    return LoadedSet(dict(files), policy_set, tuple(parsed.suites))


def load_published(files: Mapping[str, str]) -> LoadedSet:
    """Load a publication, without tests that today's vocabulary no longer has: they passed when it was published.

    Else an upgrade that reads tests more strictly would put other rules in force, or leave a server without any.
    Raises `PolicyErrors` where a policy itself doesn't load.
    """
    try:
        return load_set(files)
    except PolicyErrors as error:
        unread = error.errors
    broken = {mistake.file for mistake in unread if mistake.file.endswith(TEST_ENDING)}
    loaded = load_set({name: text for name, text in files.items() if name not in broken})
    policy_set = compile_set(revision_of(files), loaded.policy_set.policies)
    return LoadedSet(dict(files), policy_set, loaded.suites, unread)


def read_folder(folder: Path) -> dict[str, str]:
    """Return the YAML files that stand directly in a folder; hidden files, such as an editor's, are left out.

    Raises `PolicyFolderUnreadable` for a folder and `PolicyErrors` for a file that cannot be read.
    """
    try:
        # All files come from where a symbolic link leads now, also if it is switched meanwhile.
        entries = folder.resolve().iterdir()
        paths = sorted(path for path in entries if path.suffix.lower() in _ENDINGS and path.name[0] != ".")
    except OSError as error:
        raise PolicyFolderUnreadable(f"The policy folder {folder} cannot be read: {error.strerror}.") from error
    return {path.name: _read(path) for path in paths}


def passed_over(folder: Path) -> list[str]:
    """Return the folders in a policy folder that hold YAML files, none of which is part of the set."""
    below = [path for path in folder.iterdir() if path.is_dir() and path.name[0] != "." and path.suffix not in _ENDINGS]
    return sorted(path.name for path in below if any(each.suffix.lower() in _ENDINGS for each in path.rglob("*.[yY]*")))


def is_file_name(name: str) -> bool:
    """Tell whether a file of a policy set may have this name; it is then no path that leads elsewhere."""
    return _FILE_NAME.fullmatch(name) is not None


def is_policy_text(name: str, content: bytes) -> bool:
    """Tell whether a file holds a policy or its tests, good or bad, and not some other YAML."""
    try:
        root = Document(name, content.decode()).root
    except (PolicyErrors, UnicodeDecodeError):
        return False
    keys = {key.value for key, _ in root.value} if isinstance(root, MappingNode) else set()
    return "tests" in keys if name.endswith(TEST_ENDING) else {"id", "rules"} <= keys


def revision_of(files: Mapping[str, str]) -> str:
    """Return the SHA-256 over the sorted names and texts, each preceded by its length, in hexadecimal."""
    digest = hashlib.sha256()
    for part in (part.encode() for name in sorted(files) for part in (name, files[name])):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise PolicyErrors([PolicyError(path.name, 1, 1, f"The file is larger than {MAX_FILE_BYTES:,} bytes.")])
        # Line ends stay as they are, so that the revision names exactly the bytes of the file.
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        sentence = "The file is not UTF-8; save it as UTF-8."
        line = error.object.count(b"\n", 0, error.start) + 1
        raise PolicyErrors([PolicyError(path.name, line, 1, sentence)]) from error
    except OSError as error:
        raise PolicyErrors([PolicyError(path.name, 1, 1, f"The file cannot be read: {error.strerror}.")]) from error


def _name_errors(files: Mapping[str, str]) -> Iterator[PolicyError]:
    if not any(_FILE_NAME.fullmatch(name) and not name.endswith(TEST_ENDING) for name in files):
        yield PolicyError("policies", 1, 1, "The policy set is empty; it needs at least one policy.")
    if len(files) > MAX_FILES:
        yield PolicyError("policies", 1, 1, f"A policy set has at most {MAX_FILES:,} files.")
    for name in files:
        if not _FILE_NAME.fullmatch(name):
            sentence = "A file name is lower-case letters, digits and underscores, then “.yaml”."
            yield PolicyError(name[:100], 1, 1, sentence)


def _meaning_errors(parsed: _Parsed, files: Mapping[str, str]) -> Iterator[PolicyError]:
    for document, policy in parsed.policies:
        yield from policy_errors(document, policy)
        yield from _condition_errors(document, policy)
    # A policy in a file of another name is a mistake of its own, and not the one that the tests are about.
    policies = {policy.id: policy for document, policy in parsed.policies if document.file == f"{policy.id}.yaml"}
    unread = _unread(files, policies)
    for loaded in parsed.suites:
        # Tests of a policy that is there but broken would only repeat that it is broken.
        if loaded.policy in policies or f"{loaded.policy}.yaml" not in files:
            yield from suite_errors(loaded.document, loaded.policy, loaded.suite, policies, unread)


def _unread(files: Mapping[str, str], policies: Mapping[str, Policy]) -> set[str]:
    """Return the policies whose files are there and refused, so that nobody knows which rules they would have."""
    there = {name.removesuffix(".yaml") for name in files if not name.endswith(TEST_ENDING)}
    return there - {policy.id for policy in policies.values() if policy.rules}


def _condition_errors(document: Document, policy: Policy) -> Iterator[PolicyError]:
    """Compile rule by rule, so that one rule that cannot be compiled does not hide the next."""
    for number, rule in enumerate(policy.rules):
        alone = Policy(id=policy.id, title=policy.title, rules=(rule,))
        try:
            compile_set("", [alone])
        except ConditionError as error:
            yield document.error_at(["rules", number, *_inside_rule(error.path)], error.sentence)


def _inside_rule(path: Sequence[str | int]) -> Sequence[str | int]:
    return path[len(("policies", 0, "rules", 0)) :]
