"""The first start over HTTP: one link that creates the first admin, and only once."""

import re
from pathlib import Path

import pytest
from tests.console.sign_in.browser import HANAKO, OTHER, PASSWORD, TARO, Browser, become_admin, first_link
from tests.server import Server, running_server


def test_first_start_offers_a_link_that_creates_the_first_admin_once(server: Server, browser: Browser) -> None:
    """Afterwards the link opens nothing, and the next start prints none."""
    told = browser.get("/sign-in").text
    assert "Nobody can sign in yet" in told
    assert "terminal or its log" in told
    assert browser.get(first_link(server)).status_code == 200
    become_admin(browser, server)
    assert "no longer works" in browser.get(first_link(server)).text
    assert browser.post(first_link(server), address=TARO, password=OTHER, again=OTHER).status_code == 410


def test_start_prints_no_link_once_there_is_an_admin(server: Server, browser: Browser, tmp_path: Path) -> None:
    """Nor one where a process of the same start has just done so."""
    secret = server.app.state.first_admin
    become_admin(browser, server)
    assert secret
    with running_server(tmp_path / "other", oidc_issuer="https://id.example", oidc_client_id="x") as other:
        assert other.app.state.first_admin is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"again": OTHER}, "again"),
        ({"address": "hanako"}, "address"),
        ({"display_name": " "}, "display_name"),
    ],
)
def test_first_admin_is_told_what_is_wrong_at_the_field(
    server: Server, browser: Browser, changes: dict[str, str], field: str
) -> None:
    """And what was typed stays, but for the passwords."""
    form = {"address": HANAKO, "display_name": "Hanako", "password": PASSWORD, "again": PASSWORD, **changes}
    answer = browser.post(first_link(server), **form)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert form["password"] not in answer.text
    assert not browser.is_signed_in()


def test_another_language_keeps_what_was_typed(server: Server, browser: Browser) -> None:
    """After a refusal the switch sends address and name again, no password, and is no second try."""
    path = first_link(server)
    browser.post(path, address=HANAKO, display_name="Hanako", password="short", again="short")
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', browser.shown))
    assert hidden == {"address": HANAKO, "display_name": "Hanako", "only_shown": "1"}
    japanese = browser.post(f"{path}?lang=ja", **hidden)
    assert (japanese.status_code, "最初の管理者" in japanese.text) == (200, True)
    assert ('value="Hanako"' in japanese.text, "-problem" in japanese.text) == (True, False)
    assert dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', browser.shown)) == hidden
