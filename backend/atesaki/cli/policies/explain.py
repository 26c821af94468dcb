"""`atesaki policies explain`: why each rule fired on a message, or did not."""

import contextlib
import datetime as dt
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from atesaki.cli.policies.outcome import WRONG, exit_codes
from atesaki.cli.stored import existing_store
from atesaki.clients.eml import message_from_eml
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.message import Message
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.document import Document
from atesaki.policies.drafts import facts_of
from atesaki.policies.load import load_published, load_set, read_folder
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shape import read_document
from atesaki.policies.suite import GivenFacts
from atesaki.policies.trace import RuleTrace, Step, trace
from atesaki.settings import read_settings


def explain(
    folder: Annotated[str, typer.Argument(help="Folder of policies, or “current” for those in force in the store.")],
    message: Annotated[Path, typer.Argument(help="Mail (.eml) or message as in POST /v1/decisions (.json).")],
    facts: Annotated[Path | None, typer.Option(help="YAML file with the facts, as “facts” in a test.")] = None,
) -> None:
    """Tell of every rule whether it fired on a message, and why, condition by condition."""
    with exit_codes():
        policy_set = _in_force() if folder == "current" else load_set(read_folder(Path(folder))).policy_set
        for traced in trace(_message(message), policy_set, _facts(facts)):
            _show_trace(traced)


def _in_force() -> PolicySet:
    with contextlib.closing(existing_store(read_settings())) as store:
        for published in RevisionStore(store).newest_first():
            return load_published(published.files).policy_set
    typer.echo("No policies are published yet; start the server once.", err=True)
    raise typer.Exit(WRONG)


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
        raise typer.Exit(WRONG) from error


def _facts(path: Path | None) -> Facts:
    """Read the facts; where the file leaves them out, it is now and the sender's own domain is ours."""
    default = GivenFacts(now=dt.datetime.now(dt.UTC), organization=Organization())
    given = GivenFacts() if path is None else read_document(Document(path.name, _text(path)), GivenFacts)
    return facts_of(default, given)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        typer.echo(f"{path.name}: The file is not UTF-8; save it as UTF-8.", err=True)
        raise typer.Exit(WRONG) from error


def _show_trace(traced: RuleTrace) -> None:
    mode = "" if traced.rule.mode == "enforce" else ", simulated"
    typer.echo(f"{traced.policy}.{traced.rule.id}: {traced.verdict} ({traced.rule.action}{mode})")
    for step in traced.steps:
        typer.echo(_step(step))


def _step(step: Step) -> str:
    mark = {True: "yes", False: "no", None: "?"}[step.holds]
    because = f"  ({step.because})" if step.because else ""
    return f"{'  ' * (step.depth + 1)}{mark:<4}{step.condition}{because}"
