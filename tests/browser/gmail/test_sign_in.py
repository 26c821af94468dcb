"""Signing in with Google: the sender is verified from the second question on, and nobody ever waits for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Playwright, expect
from tests.browser.gmail.gmail import Guarded, guarded_browser
from tests.browser.gmail.google import HOST, fake_google
from tests.fakes.provider import FakeProvider
from tests.server import KEY, Server, running_server

pytestmark = pytest.mark.browser

CLIENT = "1234-extension.apps.googleusercontent.com"
COLLEAGUE = "boss@hall.example"


class Signed(NamedTuple):
    """A browser whose Google is a fake, and the server that believes it."""

    guarded: Guarded
    server: Server


@pytest.fixture(scope="module")
def signed(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    """An organization that has set up sign-in."""
    folder: Path = tmp_path_factory.mktemp("google")
    settings: dict[str, object] = {
        "internal_domains": ("hall.example",),
        "google_client_ids": (CLIENT,),
        "google_hosted_domains": ("hall.example",),
    }
    with (
        fake_google(folder) as port,
        running_server(folder / "store", fetch=FakeProvider().fetch, **settings) as server,
    ):
        policy = {"backendUrl": server.base_url, "deploymentKey": KEY, "oauthClientId": CLIENT}
        flags = [f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{port}", "--ignore-certificate-errors"]
        with guarded_browser(playwright, policy, flags=flags) as guarded:
            yield Signed(guarded, server)


def _assurances(server: Server) -> set[str]:
    found = server.admin.get("/v1/journal", params={"kind": "decision.recorded"}).json()["records"]
    return {record["body"]["assurance"] for record in found}


def test_sender_becomes_verified_without_a_window(signed: Signed) -> None:
    """The first question may go without a token; soon the journal knows who it was."""
    gmail = signed.guarded.open()
    for index in range(30):
        gmail.write()
        gmail.fill([COLLEAGUE], mail=index)
        gmail.press_send(index)
        gmail.wait_for_sent(index + 1)
        if "verified" in _assurances(signed.server):
            break
    assert "verified" in _assurances(signed.server)
    metrics = signed.server.admin.get("/metrics").text
    assert f'atesaki_identity_tokens_total{{issuer="{HOST}",result="verified"}}' in metrics


def test_person_signs_in_on_the_options_page(signed: Signed) -> None:
    """Where Google wants to see a person first, this is the place."""
    page = signed.guarded.context.new_page()
    page.goto(f"chrome-extension://{signed.guarded.worker_id()}/options.html")
    page.get_by_role("button", name="Sign in to Google").click()
    expect(page.get_by_role("status")).to_have_text("Signed in as staff@hall.example.")
