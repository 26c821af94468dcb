"""Forms whose sender was signed out or looked away: kept, sent with one press, never sent by the language switch."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.server import Server

from atesaki.console.shell.ask import SECRETS
from atesaki.identity.sessions import COOKIE

TEMPLATES = Path(__file__).parents[2] / "backend/atesaki/console/templates"
SECRET = "my present password"


@pytest.fixture
def browser(server: Server) -> Iterator[httpx2.Client]:
    """A browser of somebody who is not signed in."""
    headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
    with httpx2.Client(base_url=server.base_url, headers=headers) as client:
        yield client


def _organization(server: Server, partner: str) -> dict[str, object]:
    revision = server.admin.get("/v1/organization").json()["revision"]
    form = {"internal_domains": "hall.example", "time_zone": "Asia/Tokyo", "start": "08:30", "end": "17:30"}
    return {**form, "days": ["1"], "revision": str(revision), "partner_domains": partner}


def _partners(server: Server) -> list[str]:
    partners: list[str] = server.admin.get("/v1/organization").json()["organization"]["partner_domains"]
    return partners


def _signed_out(server: Server, browser: httpx2.Client, partner: str) -> tuple[str, str]:
    """Send the organization's form without a session; return its token and the cookie that knows it."""
    answer = browser.post("/console/organization", data=_organization(server, partner))
    assert answer.status_code == 401
    found = re.search(r'<form method="post">\s*<input type="hidden" name="csrf" value="([^"]*)"', answer.text)
    assert found
    return found[1], answer.headers["set-cookie"].partition(";")[0]


def test_a_form_that_was_kept_takes_one_press_after_the_sign_in(server: Server, browser: httpx2.Client) -> None:
    """Whoever signed in in another tab comes back, presses the button, and is done."""
    token, cookie = _signed_out(server, browser, "kept.example")
    cookies = f"{cookie}; {COOKIE}={server.session('admin').cookie}"
    form = {"csrf": token, **_organization(server, "kept.example")}
    assert browser.post("/console/organization", data=form, headers={"Cookie": cookies}).status_code == 303
    assert _partners(server) == ["kept.example"]


def test_the_token_of_a_kept_form_is_good_in_its_browser_only(server: Server, browser: httpx2.Client) -> None:
    """Whoever gets one by asking can't have it sent by the browser of somebody else."""
    token, _ = _signed_out(server, browser, "evil.example")
    form = {"csrf": token, **_organization(server, "evil.example")}
    for cookies in (f"{COOKIE}={server.session('admin').cookie}",
                    f"__Host-atesaki_again=another; {COOKIE}={server.session('admin').cookie}",
                    f"__Host-atesaki_again=; {COOKIE}={server.session('admin').cookie}"):  # fmt: skip
        assert browser.post("/console/organization", data=form, headers={"Cookie": cookies}).status_code == 409
    assert "evil.example" not in _partners(server)


def test_another_language_sends_no_form_that_waits_for_its_press(server: Server) -> None:
    """“Nothing was changed yet” stays true when it is read in Japanese."""
    with server.visitor("admin") as admin:
        form = _organization(server, "waits.example")
        answer = admin.client.post("/console/organization", data={"csrf": "of before", **form})
        switch = answer.text.partition('<form method="post" action="?lang=ja">')[2].partition("</form>")[0]
        assert (answer.status_code, "waits.example" in switch, 'name="csrf"' in switch) == (409, True, False)


@pytest.mark.parametrize(
    "form",
    [
        {"path": "/account/password", "old": SECRET, "password": "short", "again": "short"},
        {"path": "/account/password", "old": SECRET, "password": "one thing", "again": "another"},
        {"path": "/account/code/off", "confirmation": SECRET},
        {"path": "/account/password", "csrf": "of before", "old": SECRET},
    ],
)
def test_no_page_holds_a_password_that_was_typed(server: Server, form: dict[str, str]) -> None:
    """Neither the form that comes back, nor the one that waits, nor the language switch."""
    with server.visitor("admin") as admin:
        answer = admin.post(form["path"], form)
    assert answer.status_code in {401, 409, 422}
    assert SECRET not in answer.text


def test_every_field_for_a_password_or_a_code_is_known_as_a_secret() -> None:
    """A new one must be named, else pages would hold what is typed there."""
    fields = [
        found[1]
        for path in TEMPLATES.rglob("*.html")
        for found in re.finditer(
            r'name="(\w+)"[^>]*(?:type="password"|autocomplete="one-time-code")', path.read_text("utf-8")
        )
    ]
    assert set(fields) == SECRETS


def test_a_page_with_a_secret_is_opened_in_another_language_without_sending_the_form(server: Server) -> None:
    """Sent again without its secret, it would count as a wrong guess."""
    with server.visitor("admin") as admin:
        answer = admin.post("/account/password", {"old": SECRET, "password": "one thing", "again": "another"})
        assert '<a href="?lang=ja"' in answer.text
        assert 'action="?lang=ja"' not in answer.text
        assert "自分のアカウント" in admin.client.get(f"{answer.url}?lang=ja", follow_redirects=True).text


@pytest.mark.parametrize(
    ("sent", "above"),
    [
        ("/people/invite", "/people"),
        ("/account/code/off", "/account/code"),
        ("/policies/drafts", "/policies"),
        ("/policies/drafts/7/propose", "/policies/drafts/7"),
        (
            "/rosters/of/%E4%BF%9D%E8%AD%B7%E8%80%85/import/x/changes",
            "/rosters/of/%E4%BF%9D%E8%AD%B7%E8%80%85/import/x",
        ),
        ("/sign-out", "/"),
    ],
)
def test_the_address_of_a_form_leads_to_the_page_above_it(server: Server, sent: str, above: str) -> None:
    """Whoever opens a refused form's address anew, or comes back by the sign-in, is not told that there is nothing."""
    with server.visitor("admin") as admin:
        answer = admin.get(f"{sent}?lang=ja")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console{above}?lang=ja")
