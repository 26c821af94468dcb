"""How a command refuses: one sentence on standard error and exit code 1."""

import contextlib
from collections.abc import Iterator

import typer

from atesaki.judgement.errors import AtesakiError


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    """Turn an error that the caller can mend into its sentence; any other error goes on."""
    try:
        yield
    except AtesakiError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}.", err=True)
        raise typer.Exit(1) from None
