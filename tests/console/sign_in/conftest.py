"""A server of the hall, and browsers in which nobody is signed in."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tests.console.sign_in.browser import Browser, Open
from tests.server import Server, running_server


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at once; that it takes long is pinned by `tests/identity/test_passwords.py`."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("atesaki.identity.passwords.PasswordHasher", lambda: cheap)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the hall without a provider."""
    with running_server(tmp_path) as started:
        yield started


@pytest.fixture
def another() -> Iterator[Open]:
    """Opens browsers and closes them in the end."""
    with ExitStack() as closing:

        def opened(server: Server) -> Browser:
            made = Browser(server)
            closing.callback(made.close)
            return made

        yield opened


@pytest.fixture
def browser(server: Server, another: Open) -> Browser:
    """Somebody who isn't signed in."""
    return another(server)
