"""How the commands on policies end: one sentence and an exit code for whatever can be mended."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer

from atesaki.cli.refusal import in_words
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import LoadedSet
from atesaki.policies.test import Result, run_tests

WRONG: Final = 1
INVALID: Final = 2
FAILED: Final = 3
DIFFERENT: Final = 4


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn errors into sentences on standard error and the exit codes of `atesaki policies`."""
    try:
        yield
    except PolicyErrors as error:
        for mistake in error.errors:
            typer.echo(mistake.text, err=True)
        raise typer.Exit(INVALID) from error
    except AtesakiError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(WRONG) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        typer.echo(in_words(error), err=True)
        raise typer.Exit(WRONG) from error


def tested(loaded: LoadedSet) -> None:
    """Run the tests of a set and say how they went; ends the command where one failed."""
    results = run_tests(loaded)
    failed = [result for result in results if not result.passed]
    for result in failed:
        _show_failure(result)
    typer.echo(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    if failed:
        raise typer.Exit(FAILED)


def _show_failure(result: Result) -> None:
    typer.echo(f"{result.file}:{result.line}:{result.column}: {result.name}")
    for difference in result.differences:
        typer.echo(f"    {difference}")
