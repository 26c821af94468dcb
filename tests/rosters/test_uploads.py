"""A file waits for its import for an hour, for the person who uploaded it, and nowhere else."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from tests.rosters.files import file_of, many

from atesaki.rosters.errors import UploadGone
from atesaki.rosters.uploads import LIFETIME, Uploads
from atesaki.storage.engine import Store
from atesaki.storage.tables import roster_uploads


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        """Tell it."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The time."""
    return Clock()


@pytest.fixture
def uploads(store: Store, clock: Clock) -> Uploads:
    """No uploads yet."""
    return Uploads(store, clock)


def kept(store: Store) -> int:
    """How many files the store holds."""
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(roster_uploads)) or 0


def test_a_file_comes_back_as_it_was(uploads: Uploads) -> None:
    """Byte for byte, however large."""
    text = many(20_000)
    upload = uploads.keep("volunteers", "local:mori", file_of(text))
    with uploads.opened(upload, "volunteers", "local:mori") as file:
        assert file.read() == text.encode()


@pytest.mark.parametrize(
    ("roster", "person"), [("volunteers", "local:sato"), ("parents", "local:mori"), ("", ""), ("volunteers", "\x00")]
)
def test_a_file_belongs_to_one_person_and_one_roster(uploads: Uploads, roster: str, person: str) -> None:
    """Knowing an id helps nobody else."""
    upload = uploads.keep("volunteers", "local:mori", file_of("a@x.example"))
    with pytest.raises(UploadGone), uploads.opened(upload, roster, person.replace("\x00", "?")):
        pass
    with pytest.raises(UploadGone), uploads.opened("\x00", "volunteers", "local:mori"):
        pass


def test_an_expired_file_is_gone_and_deleted(uploads: Uploads, store: Store, clock: Clock) -> None:
    """People's addresses don't lie about because somebody went to lunch."""
    upload = uploads.keep("volunteers", "local:mori", file_of("a@x.example"))
    clock.now += LIFETIME
    with pytest.raises(UploadGone), uploads.opened(upload, "volunteers", "local:mori"):
        pass
    uploads.tidy()
    assert kept(store) == 0


def test_a_second_file_takes_the_place_of_the_first(uploads: Uploads, store: Store) -> None:
    """One person has one file a roster."""
    first = uploads.keep("volunteers", "local:mori", file_of("a@x.example"))
    uploads.keep("volunteers", "local:mori", file_of("b@x.example"))
    assert kept(store) == 1
    with pytest.raises(UploadGone), uploads.opened(first, "volunteers", "local:mori"):
        pass


def test_a_dropped_file_is_gone(uploads: Uploads, store: Store) -> None:
    """After its import nothing of it stays."""
    uploads.drop(uploads.keep("volunteers", "local:mori", file_of("a@x.example")))
    assert kept(store) == 0
