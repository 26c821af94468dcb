"""The command line `atesaki`; exit code 1 always means that the call or its input was wrong."""

import io
import os
import sys
from typing import Annotated

import structlog
import typer

import atesaki
from atesaki.cli.lazily import LazyGroup
from atesaki.cli.refusal import in_words, of_the_call

app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would show addresses.
    pretty_exceptions_enable=False,
    help="Atesaki: a send-time guard against mis-sent e-mail.",
)


def _version(asked: bool) -> None:  # noqa: FBT001  # Typer calls it with the flag's value.
    if asked:
        typer.echo(f"atesaki {atesaki.__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version.")]


@app.callback()
def atesaki_command(*, version: Version = False) -> None:
    """Atesaki: a send-time guard against mis-sent e-mail."""


def main() -> None:
    """Run the command line and exit.

    A wrong call would exit with 2 by default, which `atesaki check` gives a meaning of its own.
    """
    _open_what_is_closed()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that can't write some character, as in EUC-JP or Shift JIS, shows its number instead of failing.
        sys.stdout.reconfigure(errors="backslashreplace")
    # What is logged must not stand in a file that a command writes, such as a checkpoint.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    code = _exit_code()
    try:
        sys.stdout.flush()
    except OSError as error:
        # Else the interpreter fails over it again, and says so at length.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if code == 0 and not isinstance(error, BrokenPipeError):
            typer.echo(in_words(error), err=True)
        code = code or 1
    sys.exit(code)


def _open_what_is_closed() -> None:
    # Else a store would be opened as the standard output, and what is printed would be written into it.
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115, PTH123  # As long as the process.


def _exit_code() -> int:
    try:
        return app(standalone_mode=False) or 0
    except typer.Abort:
        return 1
    except typer.TyperException as error:
        typer.echo(of_the_call(error), err=True)
        return 1
    except UnicodeEncodeError:
        # What was typed in another encoding than the terminal is said to have: it is no text to look up or to store.
        encoding = sys.getfilesystemencoding()
        typer.echo(f"An argument is not text in {encoding}; see which encoding your terminal has.", err=True)
        return 1
