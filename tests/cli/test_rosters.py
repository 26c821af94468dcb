"""`atesaki rosters`: the same work from a terminal, with the same records."""

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from atesaki.cli.rosters import app
from atesaki.storage.engine import open_store
from atesaki.storage.tables import records


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data directory, with a roster of two."""
    assert run(tmp_path, "create", "parents", "--owner", "Mori", "--purpose", "Trips").exit_code == 0
    (tmp_path / "members.csv").write_bytes("氏名,メール\n山田,a@x.jp\n鈴木,b@x.jp\n佐藤,oops\n".encode("cp932"))
    assert run(tmp_path, "import", "parents", str(tmp_path / "members.csv")).exit_code == 0
    return tmp_path


def run(folder: Path, *arguments: str, stdin: str | None = None) -> Result:
    """Run `atesaki rosters` on the store in this folder."""
    return CliRunner().invoke(app, ["--data-dir", str(folder / "store"), *arguments], input=stdin)


def test_import_reports_and_shows_progress(folder: Path) -> None:
    """The report goes to standard output, the progress to standard error."""
    ran = run(folder, "import", "parents", str(folder / "members.csv"), "--locale", "en")
    assert ran.stdout.splitlines() == [
        "accepted  2",
        "duplicate 0",
        "rejected  1",
        "line 4: This is not an e-mail address: it has no “@”.",
    ]
    assert ran.stderr == "2 members read\n"


def test_refused_import_reports_its_rows(folder: Path) -> None:
    """Where no row is taken, the report says why before the sentence that nothing changed."""
    (folder / "bad.csv").write_text("mail\noops\n")
    ran = run(folder, "import", "parents", str(folder / "bad.csv"), "--locale", "en")
    assert ran.exit_code == 1
    assert ran.stdout.splitlines()[2:] == ["rejected  1", "line 2: This is not an e-mail address: it has no “@”."]
    assert "the roster keeps its members" in ran.stderr


def test_list_and_show_tell_what_there_is(folder: Path) -> None:
    """Number, handling, name; then the details, and no address."""
    assert run(folder, "list").stdout == "        2  protected  parents\n"
    shown = run(folder, "show", "parents").stdout
    assert "owner     Mori" in shown
    assert "members   2" in shown
    assert "@" not in shown


def test_find_says_which_rosters_an_address_is_on(folder: Path) -> None:
    """Spelling doesn't matter; a stranger gets no line."""
    assert run(folder, "find", "A@X.JP").stdout == "protected  parents\n"
    assert run(folder, "find", "c@x.jp").stdout == ""
    slip = run(folder, "find", "a.x.jp")
    assert (slip.exit_code != 0, "not an e-mail address" in slip.stderr) == (True, True)


def test_export_writes_csv(folder: Path) -> None:
    """As it is, for a file or a pipe."""
    assert (
        run(folder, "export", "parents").stdout_bytes.decode() == "\ufeffemail,name\r\na@x.jp,山田\r\nb@x.jp,鈴木\r\n"
    )


def test_delete_asks_first(folder: Path) -> None:
    """Nothing happens without a yes."""
    assert run(folder, "delete", "parents", stdin="n\n").exit_code == 1
    assert run(folder, "show", "parents").exit_code == 0
    assert run(folder, "delete", "parents", "--yes").exit_code == 0
    assert run(folder, "list").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "nobody"), "No roster has this name.\n"),
        (
            ("create", "a/b", "--owner", "", "--purpose", ""),
            "A roster's name has no slash and no control characters.\n",
        ),
        (
            ("create", "x", "--owner", "", "--purpose", "", "--handling", "secret"),
            "The handling is one of protected, sensitive, open.\n",
        ),
        (("create", "parents", "--owner", "", "--purpose", ""), "A roster of this name is registered already.\n"),
    ],
)
def test_errors_are_one_sentence_and_exit_code_one(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    """On standard error, without a traceback."""
    ran = run(folder, *arguments)
    assert (ran.exit_code, ran.stderr, ran.stdout) == (1, sentence, "")


def test_everything_is_in_the_journal(folder: Path) -> None:
    """Changes and looks at personal data are recorded durably, in their order."""
    run(folder, "find", "a@x.jp")
    run(folder, "delete", "parents", "--yes")
    store = open_store(folder / "store")
    with store.read() as connection:
        rows = connection.execute(select(records.c.kind, records.c.body).order_by(records.c.record_id)).all()
    store.close()
    assert [row.kind for row in rows] == [
        "roster.changed",
        "roster.changed",
        "personal_data.viewed",
        "roster.changed",
    ]
    assert not any(b"@x.jp" in row.body for row in rows)


@pytest.mark.parametrize("arguments", [("list",), ("show", "parents"), ("find", "a@x.jp"), ("delete", "parents")])
def test_only_create_makes_a_store(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """In a mistyped folder nobody is on no roster."""
    ran = run(tmp_path, *arguments)
    assert (ran.exit_code, ran.stderr.startswith("There is no store in ")) == (1, True)
    assert not (tmp_path / "store").exists()
