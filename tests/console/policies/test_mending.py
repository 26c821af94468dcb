"""Newest rules that this version doesn't accept: older ones are in force, and one mended line brings all of it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.mails import decide, mail
from tests.cli.policies_in_git.folders import call
from tests.console.forms import sent
from tests.console.policies.pages import STRANGERS, draft, published, yaml
from tests.console.policies.test_unread import OURS
from tests.server import ADMIN, Server, Visitor, running_server

from atesaki.cli.examined_policies import published as diagnosed
from atesaki.policies.load import read_folder, revision_of
from atesaki.policies.revisions import SHIPPED_BY, RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.storage.engine import open_store

FILE = "ours.yaml"
NEWER = {FILE: OURS[FILE].replace("action: block", "action: blokc")}
MISTAKE = "ours.yaml:6:13"
NIGHT = "out_of_hours.yaml"
"""Changed in the newest publication, too, and without a mistake."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server whose store holds rules of an older version, in which a word was right that no longer is."""
    shipped = read_folder(shipped_folder())
    store = open_store(tmp_path)
    for files, author in ((shipped, SHIPPED_BY), (_newest(shipped), "kei")):
        RevisionStore(store).add(revision_of(files), files, author, "")
    store.close()
    with running_server(tmp_path, internal_domains=("hall.example",)) as started:
        yield started


def _newest(shipped: dict[str, str]) -> dict[str, str]:
    return shipped | NEWER | {NIGHT: shipped[NIGHT] + "# ours\n"}


def _mended(admin: Visitor, at: str) -> None:
    path = f"{at}/files/{FILE}"
    sent(admin, admin.get(path), path, text=yaml(admin, at, FILE).replace("blokc", "block"), do="save")


def test_rules_say_which_are_in_force_and_lead_to_the_mistake(server: Server, admin: Visitor) -> None:
    """One button begins the draft that shows the line; doctor and the history know of it too."""
    page = admin.get("/policies")
    assert "Publication 2 by kei is the newest" in page.text
    assert "publication 1 is in force" in page.text
    begun = sent(admin, page, "/policies/drafts", title="Mend publication 2")
    assert f"<code>{MISTAKE}</code>" in begun.text
    assert "Mend it in a draft" in admin.get("/policies/history/2").text
    assert "not in force" in admin.get("/policies/history").text
    store = open_store(server.store_address)
    assert "Mend it in a draft" in diagnosed(store).mend
    store.close()


def test_the_first_page_says_it_first(admin: Visitor) -> None:
    """Before the steps of the set-up, which stand there also when all of them are done."""
    page = admin.get("/").text
    assert page.index("The newest rules are not in force") < page.index("First steps")


def test_pages_in_japanese_say_the_mistake_in_japanese(admin: Visitor) -> None:
    """With its place as it is, for the editor and for whoever is asked about it."""
    for path in ("/?lang=ja", "/policies?lang=ja", "/policies/history/2?lang=ja"):
        assert f"{MISTAKE}: 値「blokc」はありません。「block」ではありませんか。" in admin.get(path).text


def test_one_mended_line_brings_everything_back(server: Server, admin: Visitor) -> None:
    """Nothing of what was published last is lost on the way, and it is judged by."""
    assert decide(server, mail(to=["a@checked.example"]))["action"] != "block"
    at = draft(admin)
    _mended(admin, at)
    assert "this leads from publication 1, which is" in admin.get(f"{at}/publish").text
    assert published(admin, at).status_code == 200
    now = server.admin.get("/v1/policies").json()
    assert now["files"] == _newest(read_folder(shipped_folder())) | {FILE: OURS[FILE]}
    assert (now["number"], now["problem"], now["newest"]) == (3, None, None)
    assert decide(server, mail(to=["a@checked.example"]))["release"] == "second_check"


def test_a_draft_begun_on_a_policy_in_force_has_the_newer_ones(admin: Visitor) -> None:
    """Whatever page it was begun on: else it would undo them, or could not be published."""
    page = sent(admin, admin.get(STRANGERS), "/policies/drafts")
    at = page.url.path.removeprefix("/console").partition("/of/")[0]
    assert yaml(admin, at, NIGHT).endswith("# ours\n")
    assert "1 mistake keeps the draft from being read" in admin.get(at).text


def test_the_newest_can_be_given_up_for_what_is_in_force(server: Server, admin: Visitor) -> None:
    """On purpose, by going back to the publication that is in force; then nothing is told any more."""
    page = admin.get("/policies/history/1")
    assert "Publication 2, which is not, is given up" in page.text
    assert sent(admin, page, "/policies/history/1/roll-back", note="Not needed.").status_code == 200
    now = server.admin.get("/v1/policies").json()
    assert (now["number"], now["files"]) == (3, read_folder(shipped_folder()))
    assert "is the newest, but" not in admin.get("/policies").text


def test_a_program_sees_what_a_publication_would_follow(server: Server) -> None:
    """The ETag of what is in force replaces nothing newer; that of `newest` does."""
    seen = server.admin.get("/v1/policies")
    newest = seen.json()["newest"]
    assert (seen.json()["number"], newest["number"], newest["files"][FILE]) == (1, 2, NEWER[FILE])
    files = newest["files"] | {FILE: OURS[FILE]}
    refused = server.admin.put("/v1/policies", headers={"If-Match": seen.headers["etag"]}, json=files)
    assert refused.status_code == 412
    follows = server.admin.put("/v1/policies", headers={"If-Match": f'"{newest["revision"]}"'}, json=files)
    assert follows.json()["number"] == 3


def test_the_command_line_pulls_and_follows_what_was_published_last(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a server as from a store: what is mended in a folder is the newest set, mistake and all."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)
    folder = tmp_path / "pulled"
    assert call("pull", folder, "--server", server.base_url).exit_code == 0
    assert (folder / FILE).read_text() == NEWER[FILE]
    (folder / FILE).write_text(OURS[FILE])
    assert call("apply", folder, "--yes", "--server", server.base_url).exit_code == 0
    assert server.admin.get("/v1/policies").json()["number"] == 3
