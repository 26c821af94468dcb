"""Loads a command when it is called: most need a small part of all that the server is made of."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

COMMANDS = ("serve", "check", "doctor")
"""Modules beside this one, each with a function of its name."""

GROUPS = ("policies", "rosters", "accounts", "journal", "rights", "manifest")
"""Modules beside this one, each with a Typer application `app`."""


class _Commands(Mapping[str, Any]):
    @override
    def __getitem__(self, name: str) -> Any:
        if name not in (*COMMANDS, *GROUPS):
            raise KeyError(name)
        return _loaded(name)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter((*COMMANDS, *GROUPS))

    @override
    def __len__(self) -> int:
        return len(COMMANDS) + len(GROUPS)


class LazyGroup(TyperGroup):
    """The commands of `atesaki`; only `--help`, which tells of all, loads them all."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401  # Whatever Typer hands over.
        super().__init__(**attributes)
        self.commands: Any = _Commands()


@cache
def _loaded(name: str) -> Any:  # noqa: ANN401  # A command of the library inside Typer.
    module = importlib.import_module(f"atesaki.cli.{name}")
    command = typer.main.get_group(module.app) if name in GROUPS else _single(getattr(module, name))
    command.name = name
    return command


def _single(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # A command of the library inside Typer.
    app = typer.Typer(add_completion=False)
    app.command()(function)
    return typer.main.get_command(app)
