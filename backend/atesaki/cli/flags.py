"""Every setting as a flag: `ATESAKI_DATA_DIR` is `--data-dir`."""

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Annotated, Any, Concatenate, ParamSpec

import typer
from pydantic.fields import FieldInfo

from atesaki.judgement.errors import AtesakiError
from atesaki.settings import PREFIX, Settings, read_settings

STORE = ("data_dir", "database_url", "journal_key_file")
"""The settings of commands that look into a store."""

_P = ParamSpec("_P")


def settings_flags(
    names: Collection[str] = tuple(Settings.model_fields),
) -> Callable[[Callable[Concatenate[Settings, _P], None]], Callable[..., None]]:
    """Give a command the flags of these settings; it is called with the settings as its first argument.

    A setting that can't be used ends the command with one sentence and exit code 1.
    """

    def decorate(command: Callable[Concatenate[Settings, _P], None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**given: Any) -> None:  # noqa: ANN401  # Flags are text until their setting is validated.
            overrides = {name: given.pop(name) for name in names}
            try:
                settings = read_settings(**overrides)
            except AtesakiError as error:
                typer.echo(error.detail, err=True)
                raise typer.Exit(1) from None
            command(settings, **given)  # type: ignore[call-arg]  # Typer passes what the signature asks for.

        _, *own = inspect.signature(command, eval_str=True).parameters.values()
        flags = [_flag(name, Settings.model_fields[name]) for name in names]
        run.__signature__ = inspect.Signature([*own, *flags])  # type: ignore[attr-defined]  # Typer reads it.
        run.__annotations__ = {each.name: each.annotation for each in [*own, *flags]}
        return run

    return decorate


def _flag(name: str, field: FieldInfo) -> inspect.Parameter:
    default = "" if field.default in (None, ()) else f" Default: {field.default}."
    option = typer.Option(
        f"--{name.replace('_', '-')}",
        envvar=f"{PREFIX}{name.upper()}",
        help=f"{field.description}{default}",
        metavar="",
        show_default=False,
    )
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
    )
