"""`atesaki policies pull`: writes the set in force to a folder, byte for byte, and touches nothing else there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn

import typer

from atesaki.cli.flags import STORE, settings_flags
from atesaki.cli.policies.outcome import WRONG, exit_codes
from atesaki.cli.policies.place import ServerUrl, place_of
from atesaki.cli.policies.worktree import uncommitted
from atesaki.policies.load import is_file_name, is_policy_text
from atesaki.settings import Settings

Folder = Annotated[Path, typer.Argument(file_okay=False, help="Folder to write to.")]


class _Plan(NamedTuple):
    """What has to be done to a folder; `gone` are policies in it that are no longer part of the set."""

    write: dict[Path, bytes]
    gone: list[Path]


@settings_flags(STORE)
def pull(
    settings: Settings,
    folder: Folder,
    *,
    prune: Annotated[bool, typer.Option("--prune", help="Remove policies that are no longer part of the set.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Overwrite what is not committed, without asking.")] = False,
    server: ServerUrl = None,
) -> None:
    """Write the set in force to a folder.

    Files that git has not got are overwritten only after a question, or with --yes.
    """
    with exit_codes():
        published = place_of(settings, server).newest()
        if published is None:
            _refuse("No policies are published yet; start the server once.")
        plan = _plan(folder, published.files)
        _ask_about_lost(folder, [*_overwritten(plan), *(plan.gone if prune else ())], yes=yes)
        _carry_out(folder, plan, prune=prune)
        typer.echo(f"Revision {published.revision} is in {folder}.")


def _plan(folder: Path, files: Mapping[str, str]) -> _Plan:
    if strange := [name for name in files if not is_file_name(name)]:
        # What a server says becomes a path here.
        _refuse(f"The set in force holds {len(strange)} files whose names are no names of policies.")
    wanted = {folder / name: text.encode() for name, text in files.items()}
    there = {path: path.read_bytes() for path in folder.glob("*.yaml")} if folder.exists() else {}
    write = {path: content for path, content in wanted.items() if there.get(path) != content}
    gone = [path for path in sorted(there.keys() - wanted.keys()) if is_policy_text(path.name, there[path])]
    return _Plan(write, gone)


def _overwritten(plan: _Plan) -> list[Path]:
    return [path for path in plan.write if path.exists()]


def _ask_about_lost(folder: Path, paths: list[Path], *, yes: bool) -> None:
    lost = uncommitted(folder, paths) if paths and not yes else []
    if lost:
        typer.echo("These files differ from the set in force, and git has not got them as they are:", err=True)
        for path in lost:
            typer.echo(f"  {path.name}", err=True)
        typer.confirm("Replace them?", abort=True, err=True)


def _carry_out(folder: Path, plan: _Plan, *, prune: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in plan.write.items():
        path.write_bytes(content)
        typer.echo(f"written  {path.name}")
    for path in plan.gone:
        if prune:
            path.unlink()
        typer.echo(
            f"removed  {path.name}" if prune else f"kept     {path.name} (no longer in force; --prune removes it)"
        )


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(WRONG)
