"""The pages of what-if: who asks for nonsense is told, and a run is followed and ended from any page."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update
from tests.server import Server, Visitor, running_server

from atesaki.console.what_if.view import view_of
from atesaki.policies.drafting.draft import Editor
from atesaki.policies.drafting.store import DraftStore
from atesaki.sending.replay.report import DepartmentReport, Report, RuleReport
from atesaki.storage.engine import open_store
from atesaki.storage.index_tables import what_if_runs


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one draft."""
    folder = tmp_path_factory.mktemp("store")
    with running_server(folder) as running:
        _draft(folder)
        yield running


def _draft(folder: Path) -> None:
    store = open_store(folder)
    DraftStore(store).add("Broken", 1, {"broken.yaml": "id: broken"}, Editor("k", "kei@hall.example"))
    store.close()


def _started(admin: Visitor, days: str) -> str:
    page = admin.get("/policies/drafts/1/what-if")
    assert page.status_code == 200
    started = admin.post("/policies/drafts/1/what-if", {"days": days})
    return str(started.url.path).removeprefix("/console")


def test_a_draft_that_does_not_exist_is_not_found(server: Server) -> None:
    """Whatever stands in its place in the address."""
    with server.visitor("admin") as admin:
        for number in ("99", "x", "１", "9" * 30):
            assert admin.get(f"/policies/drafts/{number}/what-if").status_code == 404
        assert admin.get("/policies/what-if/nothing").status_code == 404


def test_a_run_is_followed_until_it_says_that_the_page_is_new(server: Server) -> None:
    """The fragment asks for itself again while it runs, then for the whole page; days that aren't offered mean 30."""
    with server.visitor("admin") as admin:
        run = _started(admin, "31")
        while "HX-Refresh" not in (answer := admin.get(f"{run}/progress")).headers:
            assert "hx-get" in answer.text
        page = admin.get(run).text
    assert "30" in page
    assert "broken.yaml" in page


def test_a_run_is_cancelled(server: Server) -> None:
    """Its page says so."""
    with server.visitor("admin") as admin:
        run = _started(admin, "7")
        assert admin.post(f"{run}/cancel").status_code == 200
        page = admin.get(f"{run}?lang=en").text
    assert "was cancelled" in page or "has failed" in page


def test_a_run_that_failed_without_a_sentence_blames_no_draft(server: Server) -> None:
    """Its page says to run it again, and where the reason stands."""
    with server.visitor("admin") as admin:
        run = _started(admin, "7")
        admin.post(f"{run}/cancel")
        store = open_store(server.store_address)
        with store.write() as connection:
            connection.execute(update(what_if_runs).values(state="failed", result=""))
        store.close()
        page = admin.get(f"{run}?lang=en").text
    assert "run it again" in page
    assert "lists its mistakes" not in page


@pytest.mark.parametrize(("messages", "words"), [(1, ">1 mail<"), (2, ">2 mails<")])
def test_one_mail_is_no_plural(server: Server, messages: int, words: str) -> None:
    """The heading of a result counts as people do."""
    with server.visitor("admin") as admin:
        run = _started(admin, "7")
        admin.post(f"{run}/cancel")
        store = open_store(server.store_address)
        result = msgspec.json.encode(Report(messages)).decode()
        with store.write() as connection:
            connection.execute(update(what_if_runs).values(state="done", result=result))
        store.close()
        assert words in admin.get(f"{run}?lang=en").text


def test_what_changes_most_comes_first_and_the_unclear_stands_apart() -> None:
    """Rules that change, rules that can't be told, and the rest."""
    rules = [
        RuleReport("a.some", {"en": "A"}, new=1),
        RuleReport("b.most", {"en": "B"}, gone=5),
        RuleReport("c.unclear", {"en": "C"}, untold=3, reads=["subject"]),
        RuleReport("d.same", {"en": "D"}, before=2, after=2),
    ]
    view = view_of(Report(4, rules=rules, departments=[DepartmentReport("z"), DepartmentReport("")]), "en")
    assert [rule.title for rule in view.changed] == ["B", "A"]
    assert [(rule.title, rule.reads) for rule in view.unclear] == [("C", ("words of the subject",))]
    assert [rule.title for rule in view.unchanged] == ["D"]
    assert [each.department for each in view.departments] == ["", "z"]
