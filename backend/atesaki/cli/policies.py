"""`atesaki policies`: check, test and explain policy sets before anybody publishes them.

Exit codes: 0 all is well, 1 a file cannot be read or the call is wrong, 2 the set does not load, 3 a test failed.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from atesaki.clients.eml import message_from_eml
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.message import Message
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.document import Document
from atesaki.policies.drafts import facts_of
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import LoadedSet, load_set, read_folder
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.schema import schema_texts
from atesaki.policies.shape import read_document
from atesaki.policies.shipped import shipped_folder
from atesaki.policies.suite import GivenFacts
from atesaki.policies.test import Result, run_tests
from atesaki.policies.trace import RuleTrace, Step, trace
from atesaki.settings import read_settings
from atesaki.storage.engine import open_store

UNREADABLE, INVALID, FAILED = 1, 2, 3

app = typer.Typer(no_args_is_help=True, help="Policy sets: what is warned about and what is held.")

Folder = Annotated[Path | None, typer.Argument(help="Folder of policies; without it, the shipped one.")]


@app.command()
def check(folder: Folder = None) -> None:
    """Say whether a policy set loads, and name every mistake as file:line:column."""
    with _exit_codes():
        loaded = _loaded(folder)
        rules = sum(len(policy.rules) for policy in loaded.policy_set.policies)
        typer.echo(f"{len(loaded.policy_set.policies)} policies with {rules} rules load. Revision {loaded.revision}")


@app.command("test")
def run(folder: Folder = None) -> None:
    """Run the tests beside the policies."""
    with _exit_codes():
        results = run_tests(_loaded(folder))
        failed = [result for result in results if not result.passed]
        for result in failed:
            _show_failure(result)
        typer.echo(f"{len(results) - len(failed)} passed, {len(failed)} failed")
        if failed:
            raise typer.Exit(FAILED)


@app.command()
def explain(
    folder: Annotated[str, typer.Argument(help="Folder of policies, or “current” for those in force in the store.")],
    message: Annotated[Path, typer.Argument(help="Mail (.eml) or message as in POST /v1/decisions (.json).")],
    facts: Annotated[Path | None, typer.Option(help="YAML file with the facts, as “facts” in a test.")] = None,
) -> None:
    """Tell of every rule whether it fired on a message, and why, condition by condition."""
    with _exit_codes():
        policy_set = _in_force() if folder == "current" else _loaded(Path(folder)).policy_set
        for traced in trace(_message(message), policy_set, _facts(facts)):
            _show_trace(traced)


@app.command()
def schema(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write the JSON schemas to.")],
) -> None:
    """Write the JSON schemas of policies and their tests, which editors use to help."""
    with _exit_codes():
        for name, text in schema_texts().items():
            (folder / name).write_text(text)
            typer.echo(folder / name)


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Turn errors into sentences on standard error and the exit codes of this module."""
    try:
        yield
    except PolicyErrors as error:
        for mistake in error.errors:
            typer.echo(mistake.text, err=True)
        raise typer.Exit(INVALID) from error
    except AtesakiError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(UNREADABLE) from error
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}.", err=True)
        raise typer.Exit(UNREADABLE) from error


def _loaded(folder: Path | None) -> LoadedSet:
    return load_set(read_folder(folder or shipped_folder()))


def _in_force() -> PolicySet:
    store = open_store(read_settings().store_address)
    try:
        for published in RevisionStore(store).newest_first():
            return load_set(published.files).policy_set
    finally:
        store.close()
    typer.echo("No policies are published yet; start the server once.", err=True)
    raise typer.Exit(UNREADABLE)


def _message(path: Path) -> Message:
    """Read a mail, or the JSON of a message with or without the request around it."""
    if path.suffix == ".eml":
        return message_from_eml(path.read_bytes())
    try:
        content = msgspec.json.decode(path.read_bytes())
        inner = content.get("message", content) if isinstance(content, dict) else content
        return msgspec.convert(inner, Message)
    except msgspec.MsgspecError as error:
        typer.echo(f"{path.name}: this is not a message: {error}.", err=True)
        raise typer.Exit(UNREADABLE) from error


def _facts(path: Path | None) -> Facts:
    """Read the facts; where the file leaves them out, it is now and the sender's own domain is ours."""
    default = GivenFacts(now=dt.datetime.now(dt.UTC), organization=Organization())
    given = GivenFacts() if path is None else read_document(Document(path.name, path.read_text()), GivenFacts)
    return facts_of(default, given)


def _show_failure(result: Result) -> None:
    typer.echo(f"{result.file}:{result.line}:{result.column}: {result.name}")
    for difference in result.differences:
        typer.echo(f"    {difference}")


def _show_trace(traced: RuleTrace) -> None:
    mode = "" if traced.rule.mode == "enforce" else ", simulated"
    typer.echo(f"{traced.policy}.{traced.rule.id}: {traced.verdict} ({traced.rule.action}{mode})")
    for step in traced.steps:
        typer.echo(_step(step))


def _step(step: Step) -> str:
    mark = {True: "yes", False: "no", None: "?"}[step.holds]
    because = f"  ({step.because})" if step.because else ""
    return f"{'  ' * (step.depth + 1)}{mark:<4}{step.condition}{because}"
