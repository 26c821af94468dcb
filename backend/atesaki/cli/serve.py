"""`atesaki serve`: the server."""

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterator

import typer
import uvicorn
from fastapi import FastAPI
from typing_extensions import override
from uvicorn.supervisors import Multiprocess

from atesaki.app import create_app
from atesaki.cli import logs
from atesaki.cli.flags import settings_flags
from atesaki.cli.misspelt import misspelt
from atesaki.cli.stored import tell_if_new
from atesaki.foundation import open_foundation
from atesaki.journal.errors import JournalUnavailable
from atesaki.judgement.errors import AtesakiError
from atesaki.people import first_admin_link, open_people
from atesaki.policies.errors import PolicyErrors
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.settings import PREFIX, Settings, read_settings
from atesaki.storage.errors import STORE_AWAY
from atesaki.storage.trouble import cause_of

FIRST_ADMIN = "/console/sign-in/first/"
"""Where the link for the first admin leads."""

_BACKLOG = 2_048
_GRACE_SECONDS = 10
_START_SECONDS = 60
"""How long a process may be silent before it is replaced; on a small, busy machine it takes that long to begin."""


@settings_flags()
def serve(settings: Settings) -> None:
    """Serve the API and the pages; the first start creates the store and the keys."""
    logs.configure(settings.log_level)
    for sentence in misspelt(os.environ):
        typer.echo(sentence, err=True)
    with _listening(settings) as listener:
        tell_if_new(settings)
        if settings.workers == 1:
            _serve_alone(settings, listener)
        else:
            _serve_together(settings, listener)


def worker_app() -> FastAPI:
    """Return the application of one of several processes; its settings come from the environment."""
    settings = read_settings()
    logs.configure(settings.log_level)
    return create_app(settings)


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise _stopped(f"Can't listen on {settings.host}:{settings.port}: {_refused(error)}.") from None
    with listener:
        yield listener


def _refused(error: OSError) -> str:
    code = error.errno or 0
    # Names that can't be resolved have negative numbers.
    if code < 0 or code == errno.EADDRNOTAVAIL:
        return "it is no address of this machine; choose another --host"
    # Python's own text repeats the address in brackets.
    return f"{os.strerror(code).lower()}; choose another --port, or stop what uses it"


def _serve_alone(settings: Settings, listener: socket.socket) -> None:
    app = create_app(settings)
    server = _Server(
        _config(app, settings), lambda: _welcome(settings, listener, app.state.new_key, app.state.first_admin)
    )
    # uvicorn exits by itself where the start fails; the sentence about it is ours.
    with contextlib.suppress(SystemExit):
        server.run(sockets=[listener])
    if not server.started:
        raise _stopped(_why(app.state.startup_error))


def _serve_together(settings: Settings, listener: socket.socket) -> None:
    # Before there are several processes, so that each key is created and shown once.
    try:
        with contextlib.ExitStack() as closing:
            base = open_foundation(settings, closing)
            first_admin = first_admin_link(open_people(base, open_pseudonyms(base.store)))
    except AtesakiError as error:
        raise _stopped(error.detail) from None
    _hand_down(settings)
    config = _config("atesaki.cli.serve:worker_app", settings)
    typer.echo(_welcome(settings, listener, base.new_key, first_admin))
    _Processes(config, [listener]).run()


def _config(app: FastAPI | str, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=settings.workers,
        loop="uvloop",
        http="httptools",
        log_config=logs.log_config(settings.log_level),
        # One line a request would hold addresses of pages with keys in them, and cost more than the judgement.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_worker_healthcheck=_START_SECONDS,
    )


def _hand_down(settings: Settings) -> None:
    """Put what was given as flags where the other processes read it."""
    for name, value in settings.model_dump(exclude_unset=True).items():
        values = value if isinstance(value, tuple) else (value,)
        texts = [each.get_secret_value() if hasattr(each, "get_secret_value") else str(each) for each in values]
        os.environ[f"{PREFIX}{name.upper()}"] = ",".join(texts)


class _Processes(Multiprocess):
    """Replaces a process as soon as it has ended, however long one may be silent."""

    @override
    def keep_subprocess_alive(self) -> None:
        for process in self.processes:
            # While this end of its pipe is open here as well, waiting for an answer doesn't end with the process.
            process.child_conn.close()
        super().keep_subprocess_alive()


class _Server(uvicorn.Server):
    """Says where it can be reached once it can be."""

    def __init__(self, config: uvicorn.Config, address: Callable[[], str]) -> None:
        super().__init__(config)
        self._address = address

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            typer.echo(self._address())


def _welcome(settings: Settings, listener: socket.socket, new_key: str | None, first_admin: str | None) -> str:
    address = _address(settings, listener)
    # The page keeps a key that was shown a line above, so that whoever set this up may ask about people at once.
    query = f"?key={new_key}" if new_key else ""
    lines = [f"Open {address}/{query} to try it."]
    if first_admin:
        lines.append(f"First admin (works once, for 72 hours): {address}{FIRST_ADMIN}{first_admin}")
    return "\n".join(lines)


def _address(settings: Settings, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # Compared, not bound.
    return settings.public_url or f"http://{shown}:{port}"


def _why(error: Exception | None) -> str:
    if isinstance(error, PolicyErrors):
        return f"No policy set could be put in force. `atesaki doctor` says what to do. {error.detail}"
    if isinstance(error, JournalUnavailable) and error.__cause__ is not None:
        return f"The journal can't be written: {cause_of(error.__cause__)}."
    if isinstance(error, AtesakiError):
        return error.detail
    if isinstance(error, STORE_AWAY):
        return f"The store can't be used: {cause_of(error)}."
    return f"The server could not start ({type(error).__name__}); run `atesaki doctor`."


def _stopped(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(1)
