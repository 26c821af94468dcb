"""After an erasure on a running server the person is in no table, file or export, and old proofs still hold."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import FromClause, Row, select
from tests.server import Server, running_server
from tests.waiting import wait_until

from atesaki.journal.verify import verify_store
from atesaki.journal.verify_export import verify_export
from atesaki.sending.rights.scrub import found_in_files
from atesaki.storage.engine import Store, open_store
from atesaki.storage.index_tables import decision_index, decision_recipients
from atesaki.storage.rights_tables import erasures
from atesaki.storage.tables import correspondents, metadata

HANA, NAME = "Hana.V01@gmail.com", "山田 花"
TRACES = ("hana.v01", "hanav01", NAME, "山田花")


@pytest.fixture
def server(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on each database."""
    settings: dict[str, Any] = {"database_url": store_url} if store_url.startswith("postgresql") else {}
    folder = tmp_path_factory.mktemp("data")
    with running_server(folder, internal_domains=("hall.example",), **settings) as running:
        yield running


def test_nothing_of_an_erased_person_is_left_and_proofs_hold(server: Server) -> None:
    """Two mails, a release with a reason, a roster, an upload: looked up, erased by two people, gone everywhere."""
    _fill(server)
    before = _export(server, "jsonl")
    checkpoint = server.admin.post("/v1/journal/checkpoint").json()["checkpoint"]
    assert "Hana.V01" in before
    _erase(server)
    for kind in ("jsonl", "csv"):
        export = _export(server, kind).lower()
        assert [trace for trace in TRACES if trace in export] == [], kind
        assert "a@x.jp" in export, "everybody else stays"
    _assert_gone(server, checkpoint)
    assert verify_export(before.encode().splitlines(keepends=True)).records > 0
    again = verify_export(_export(server, "jsonl").encode().splitlines(keepends=True), known=[checkpoint])
    assert (again.unexplained, again.kept) == (0, 1)
    assert again.redacted >= 3
    with server.visitor("auditor", email="ben@hall.example") as ben:
        asked = {"address": HANA, "purpose": "is it gone?", "thorough": "1"}
        assert "Nothing is held about this person" in ben.post("/journal/people", asked).text
        decision = re.search(r"/console(/journal/decisions/[0-9a-f-]{36})", ben.get("/journal").text)
        assert decision
        shown = ben.post(decision[1], {"purpose": "what is left"})
        assert shown.status_code == 200
        assert "a@x.jp" in shown.text


def _fill(server: Server) -> None:
    roster = {"name": "volunteers", "owner": "Mori", "purpose": "Events", "handling": "open"}
    server.admin.post("/v1/rosters", json=roster).raise_for_status()
    file = f"email,name\n{HANA},{NAME}\nb@x.jp,鈴木\n".encode()
    headers = {"Content-Type": "text/csv"}
    server.admin.put("/v1/rosters/volunteers/members", content=file, headers=headers).raise_for_status()
    to = [{"address": HANA, "name": NAME}, {"address": "a@x.jp"}, {"address": "c@y.com"}, {"address": "d@z.org"}]
    message = {"sender": {"address": "staff@hall.example"}, "to": to, "cc": [], "bcc": [], "subject": "山田花様へ"}
    body = {"message": message, "client": {"app": "outlook"}}
    held = server.client.post("/v1/decisions", json=body, headers={"Idempotency-Key": "first-try-of-this"})
    decision = held.raise_for_status().json()
    reason = {"kind": "justify", "justification": f"{NAME}さんは了承済みです"}
    server.client.post(f"/v1/decisions/{decision['decision_id']}/release", json=reason).raise_for_status()
    alone = {**message, "to": to[:2]}
    sent = server.client.post("/v1/decisions", json={**body, "message": alone}).raise_for_status().json()
    outcome = f"/v1/decisions/{sent['decision_id']}/outcome"
    server.client.post(outcome, json={"outcome": "sent"}).raise_for_status()
    _until_learned(server)


def _until_learned(server: Server) -> None:
    """Wait for what is derived in the background, so that there is something to erase."""
    store = open_store(server.store_address)
    wait_until(lambda: _rows(store, correspondents) and len(_rows(store, decision_recipients)) >= 6)
    store.close()


def _rows(store: Store, of: FromClause) -> Sequence[Row[Any]]:
    with store.read() as connection:
        return connection.execute(select(of)).all()


def _erase(server: Server) -> None:
    form = {"address": "hanav01@gmail.com", "reason": "letter 8", "names": NAME, "from_rosters": "1"}
    with server.visitor("admin", email="anna@hall.example") as anna:
        asked = anna.post("/journal/people/erasures", form).text
    erasure = re.search(r"/erasures/([0-9a-f-]{36})/refuse", asked)
    assert erasure, asked
    with server.visitor("auditor", email="ben@hall.example") as ben:
        ben.post(f"/journal/people/erasures/{erasure[1]}/approve")
        wait_until(lambda: "badge-allow" in ben.get("/journal/people/erasures").text)
        assert "still stands" not in ben.get("/journal/people/erasures").text
    _until_scrubbed(server)


def _until_scrubbed(server: Server) -> None:
    """Wait for the last step, which the page doesn't wait for."""
    store = open_store(server.store_address)
    wait_until(lambda: all(each.scrubbed for each in _rows(store, erasures)))
    store.close()


def _assert_gone(server: Server, checkpoint: str) -> None:
    store = open_store(server.store_address)
    with store.read() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
        hashes = connection.execute(select(decision_recipients.c.recipient).distinct()).all()
        indexed = connection.execute(select(decision_index)).all()
    dump = "\n".join(_text(value) for row in rows for value in row).lower()
    assert [trace for trace in TRACES if trace in dump] == []
    assert (len(hashes), len(indexed)) == (3, 2), "the others of the first mail, and both mails"
    if store.path is not None:
        assert not found_in_files(store.path, TRACES)
    assert verify_store(store, known=[checkpoint]).redacted >= 3
    store.close()


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _export(server: Server, kind: str) -> str:
    wanted = {"format": kind, "personal": "true", "purpose": "test"}
    text: str = server.admin.get("/v1/journal/export", params=wanted).raise_for_status().text
    return text
