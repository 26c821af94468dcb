"""A publication whose tests this version can't read: its rules are in force, and whoever can mend it is told how."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.mails import decide, mail
from tests.console.forms import sent
from tests.console.policies.pages import draft, published, yaml
from tests.server import Server, Visitor, running_server

from atesaki.cli.examined_policies import published as diagnosed
from atesaki.policies.load import read_folder, revision_of
from atesaki.policies.revisions import SHIPPED_BY, RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.storage.engine import open_store

FILE = "ours_test.yaml"
MISTAKE = "ours_test.yaml:6:21: Unknown value “histroy”; did you mean “history”?"
SAID = "this version does not accept a test of theirs"
OURS = {
    "ours.yaml": """\
id: ours
title: {ja: 題, en: Ours}
rules:
  - id: anybody_outside
    when: {recipients: {domains: [checked.example], at_least: 1}}
    action: block
    release: second_check
    message: {ja: "外部の {count} 人", en: "{count} outsiders"}
""",
    FILE: """\
drafts:
  one: {to: [a@checked.example]}
tests:
  - name: an outsider is checked
    draft: one
    facts: {stale: [histroy]}
    expect: {findings: [anybody_outside]}
""",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server on the store of an older version, which took any word for what is stale."""
    shipped = read_folder(shipped_folder())
    store = open_store(tmp_path)
    for files, author in ((shipped, SHIPPED_BY), (shipped | OURS, "kei")):
        RevisionStore(store).add(revision_of(files), files, author, "")
    store.close()
    with running_server(tmp_path, internal_domains=("hall.example",)) as started:
        yield started


def test_an_upgrade_lets_no_mail_go_that_was_held(server: Server) -> None:
    """The rules of an older publication would have let this one pass without a word."""
    assert decide(server, mail(to=["a@checked.example"]))["release"] == "second_check"
    assert server.anonymous.get("/readyz").json()["policies"] == {}


def test_the_first_page_and_the_doctor_say_what_to_change(server: Server, admin: Visitor) -> None:
    """By file, line and column; nobody else can mend it, so nobody else is told."""
    for page in (admin.get("/"), admin.get("/policies")):
        assert SAID in page.text
        assert MISTAKE in page.text
    with server.visitor("auditor") as auditor:
        assert SAID not in auditor.get("/").text
    store = open_store(server.store_address)
    found = diagnosed(store)
    store.close()
    assert (found.state, MISTAKE in found.sentence) == ("advice", True)


def test_a_corrected_test_ends_it(server: Server, admin: Visitor) -> None:
    """In a draft, as any other change; until then nothing is published."""
    files = server.admin.get("/v1/policies").json()["files"]
    assert server.admin.put("/v1/policies", json=files).status_code == 422
    at = draft(admin)
    path = f"{at}/files/{FILE}"
    sent(admin, admin.get(path), path, text=yaml(admin, at, FILE).replace("histroy", "history"), do="save")
    assert published(admin, at).status_code == 200
    assert SAID not in admin.get("/").text


def test_rules_that_load_no_more_are_told_on_the_first_page(tmp_path: Path) -> None:
    """Where a policy itself has a mistake, older rules are in force: the loudest thing that an upgrade can do."""
    shipped = read_folder(shipped_folder())
    broken = shipped | OURS | {"ours.yaml": OURS["ours.yaml"].replace("block", "blokc")}
    store = open_store(tmp_path)
    for files in (shipped, broken):
        RevisionStore(store).add(revision_of(files), files, SHIPPED_BY, "")
    with running_server(tmp_path) as server, server.visitor("admin") as admin:
        assert "The newest rules are not in force" in admin.get("/").text
        assert "ours.yaml:6:13" in admin.get("/").text
    assert diagnosed(store).state == "problem"
    store.close()
