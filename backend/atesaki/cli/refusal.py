"""How a command refuses: one sentence on standard error and exit code 1."""

import contextlib
from collections.abc import Iterator

import typer

from atesaki.judgement.errors import AtesakiError


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    """Turn an error that the caller can mend into its sentence; any other error goes on.

    So does a reader of standard output that left, such as `head`: the command line then ends without a word.
    """
    try:
        yield
    except AtesakiError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        typer.echo(in_words(error), err=True)
        raise typer.Exit(1) from None


def of_the_call(error: typer.TyperException) -> str:
    """Say what is wrong with a call, and with which of its flags and arguments."""
    if not isinstance(error, typer.BadParameter) or not error.message:
        return error.format_message()
    sentence = error.message.removeprefix("Value error, ")
    return sentence if error.param is None else f"{error.param.get_error_hint()}: {sentence}"


def in_words(error: OSError) -> str:
    """Say which file can't be used, and why; what is no file of its own is the output."""
    return f"{error.filename or 'The output'}: {error.strerror or error}."
