"""`atesaki policies check`, `test` and `schema`: what a folder of policies is worth, without a store or a server."""

from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.policies.folder import files_of
from atesaki.cli.policies.outcome import exit_codes, tested
from atesaki.policies.load import LoadedSet, load_set
from atesaki.policies.schema import schema_texts
from atesaki.policies.shipped import shipped_folder

Folder = Annotated[Path | None, typer.Argument(help="Folder of policies; without it, the shipped one.")]


def check(folder: Folder = None) -> None:
    """Say whether a policy set loads, and name every mistake as file:line:column."""
    with exit_codes():
        loaded = _loaded(folder)
        rules = sum(len(policy.rules) for policy in loaded.policy_set.policies)
        typer.echo(f"{len(loaded.policy_set.policies)} policies with {rules} rules load. Revision {loaded.revision}")


def run(folder: Folder = None) -> None:
    """Run the tests beside the policies."""
    with exit_codes():
        tested(_loaded(folder))


def schema(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write the JSON schemas to.")],
) -> None:
    """Write the JSON schemas of policies and their tests, which editors use to help."""
    with exit_codes():
        for name, text in schema_texts().items():
            (folder / name).write_text(text, encoding="utf-8")
            typer.echo(folder / name)


def _loaded(folder: Path | None) -> LoadedSet:
    return load_set(files_of(folder or shipped_folder()))
