"""What people do in several walks through the console, step by step."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from tests.server import Server, running_server
from tests.waiting import wait_until

from atesaki.identity.person import LOCAL

CLIENT, SECRET = "atesaki-console", "a/secret+of 32 characters & more!"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
TO = [f"v{number:02}@gmail.com" for number in range(1, 4)]


@contextmanager
def town(folder: Path, **more: object) -> Iterator[Server]:
    """Serve to people who sign in with a provider, which runs in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings: dict[str, Any] = {
        "oidc_issuer": f"http://127.0.0.1:{port}",
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_admins": ("atesaki-admins",),
        "oidc_auditors": ("auditor@hall.example",),
        **more,
    }
    with running_server(folder, **settings) as server:
        command = ["node", str(SCRIPT), str(port), CLIENT, SECRET, server.base_url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as provider:
            assert provider.stdout is not None
            assert provider.stdout.readline() == "ready\n"
            yield server
            provider.terminate()


def at_provider(page: Page, name: str) -> None:
    """Sign in with the provider under any name; one that begins with admin is an admin."""
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def until_indexed(server: Server, search: str = "") -> None:
    """Wait until the index, which is derived in the background, finds a decision by a search."""
    with server.visitor("auditor", key=f"{LOCAL}auditor") as auditor:
        wait_until(lambda: "/console/journal/decisions/" in auditor.get(f"/journal{search}").text)


def decided(server: Server) -> tuple[str, list[str]]:
    """Have a mail to three strangers about the party judged."""
    message = {
        "sender": {"address": "staff@hall.example"},
        "to": [{"address": each} for each in TO],
        "cc": [],
        "bcc": [],
    }
    body = {"message": {**message, "subject": "親睦会のお知らせ"}, "locale": "en"}
    answer = server.client.post("/v1/decisions", json=body).raise_for_status().json()
    return answer["action"], [finding["policy"] for finding in answer["findings"]]


def start_draft(page: Page, title: str) -> None:
    """Start a draft of the rules."""
    page.get_by_label("What is it about?").fill(title)
    page.get_by_role("button", name="Start a draft").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def add_policy(page: Page) -> None:
    """Add a policy by form."""
    page.get_by_role("link", name="Add a policy").click()
    page.get_by_label("Title in Japanese").fill("親睦会の宛先")
    page.get_by_label("Title in English").fill("Invitations to parties")
    page.get_by_label("Name of the file").fill("party")
    page.get_by_role("button", name="Add it to the draft").click()
    expect(page.get_by_role("status")).to_contain_text("Change them as you need")


def change_rule(page: Page) -> None:
    """Change its rule by form, and look at it as YAML."""
    page.get_by_role("link", name="Change the rule first_rule").click()
    page.get_by_label("At least so many recipients").first.fill("3")
    page.locator("summary", has_text="Subject").first.click()
    page.get_by_label("Contains one of these words").first.fill("親睦会")
    page.get_by_label("What happens", exact=True).select_option("block")
    page.get_by_label("Mode of the rule").select_option("enforce")
    page.get_by_label("English").first.fill("A party for {count} people is nobody else's business.")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("status")).to_contain_text("Saved in the draft")
    page.get_by_role("link", name="YAML", exact=True).click()
    expect(page.get_by_label("The file")).to_have_value(re.compile(r"subject: \{contains: \[親睦会\]\}"))
    page.get_by_role("link", name="Form").click()
    page.get_by_role("link", name="Change the rule first_rule").click()


def is_refused(page: Page) -> None:
    """See that a failing test keeps the draft from being published."""
    page.get_by_role("link", name="Draft “Party”").click()
    page.get_by_role("link", name="Look at it and publish").click()
    expect(page.get_by_role("alert")).to_contain_text("ten outsiders are recorded, and nobody is told")
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def mend_tests(page: Page) -> None:
    """Write the test of the rule as YAML."""
    page.get_by_role("link", name="Draft “Party”").click()
    page.get_by_role("link", name="Tests of Invitations to parties").click()
    page.get_by_role("link", name="Tests as YAML").click()
    suite = (
        "drafts:\n  three: {to: [{people: 3}], subject: 親睦会}\n"
        "tests:\n  - {name: three are held, draft: three, expect: {action: block, findings: [first_rule]}}\n"
    )
    page.get_by_label("The file").fill(suite)
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("link", name="Tests", exact=True).click()
    expect(page.get_by_text("passes")).to_be_visible()


def open_draft(page: Page) -> None:
    """Go back to the draft from one of its pages."""
    page.get_by_role("link", name="Draft “Party”").click()


def publish(page: Page, note: str) -> None:
    """Publish the draft with a note, from its own page."""
    page.get_by_role("link", name="Look at it and publish").click()
    page.get_by_label("Why?").fill(note)
    page.get_by_role("button", name="Publish: in force for the next mail").click()
    expect(page.get_by_role("status")).to_contain_text("Publication 2 is in force")


def roll_back(page: Page) -> None:
    """Look at the difference, and go back to the first publication."""
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Publication 2").click()
    expect(page.get_by_role("heading", name="Invitations to parties")).to_be_visible()
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Publication 1").click()
    page.get_by_label("Why?").fill("The party is over.")
    page.get_by_role("button", name="Go back to publication 1").click()
    expect(page.get_by_role("status")).to_contain_text("Publication 1 is in force again, as publication 3.")
