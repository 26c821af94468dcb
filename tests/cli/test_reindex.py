"""`atesaki journal reindex` builds the index again, and on SQLite never beside a running server."""

from pathlib import Path

from sqlalchemy import func, select
from tests.server import running_server
from typer.testing import CliRunner

from atesaki.cli import app
from atesaki.storage.engine import open_store
from atesaki.storage.index_tables import decision_index

MESSAGE = {"sender": {"address": "staff@hall.example"}, "to": [{"address": "a@x.example"}], "cc": [], "bcc": []}


def test_the_index_is_built_again_from_the_journal(tmp_path: Path) -> None:
    """Whatever happened to the index, the journal has it all."""
    with running_server(tmp_path) as server:
        server.client.post("/v1/decisions", json={"message": MESSAGE}).raise_for_status()
        refused = CliRunner().invoke(app, ["journal", "--data-dir", str(tmp_path), "reindex"])
        assert refused.exit_code == 1
        assert "A server is running" in refused.output
    for _ in range(2):
        done = CliRunner().invoke(app, ["journal", "--data-dir", str(tmp_path), "reindex"])
        assert done.exit_code == 0, done.output
    store = open_store(tmp_path)
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(decision_index)) == 1
    store.close()
