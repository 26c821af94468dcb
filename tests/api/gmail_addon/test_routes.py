"""The routes of the Gmail add-on: home, logo, methods, bodies, and none where it is not set up."""

from pathlib import Path

import pytest
from tests.api.gmail_addon.gmail import ACCOUNT, BASE, CLIENT, Gmail, state
from tests.api.mails import Json
from tests.server import running_server

from atesaki.settings import SettingsError, read_settings


def test_home_says_what_the_add_on_does_without_a_person(quiet: Gmail) -> None:
    """There is no draft yet, so nobody has to be known and nothing is recorded."""
    event = {"commonEventObject": {"userLocale": "ja"}}
    card = quiet.post("home", event).json()["action"]["navigations"][0]["pushCard"]
    assert state(card) == "送信する前に、宛先を確認します"
    assert quiet.records() == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("name", ["home", "compose", "action"])
def test_only_post_is_answered(quiet: Gmail, name: str, method: str) -> None:
    """405 for every other method."""
    assert quiet.server.anonymous.request(method, f"/gmail/addon/{name}").status_code == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b'{"gmail": {"toRecipients": "a@x.example"}}', 422), (b"", 400)],
)
def test_body_that_is_no_event_is_a_problem(quiet: Gmail, body: bytes, status: int) -> None:
    """Nothing of the body is repeated."""
    answer = quiet.server.anonymous.post("/gmail/addon/compose", content=body)
    assert answer.status_code == status
    assert "a@x.example" not in answer.text


def test_logo_needs_no_token(quiet: Gmail) -> None:
    """Google fetches it without one."""
    answer = quiet.server.anonymous.get("/gmail/addon/logo.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")


def test_add_on_that_is_not_set_up_answers_nobody(tmp_path: Path) -> None:
    """Without service account and client id there is nobody to believe."""
    with running_server(tmp_path, public_url=BASE) as server:
        assert server.anonymous.post("/gmail/addon/compose", json={}).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"gmail_addon_service_account": ACCOUNT},
        {"gmail_addon_client_id": CLIENT, "public_url": BASE},
        {"gmail_addon_service_account": ACCOUNT, "gmail_addon_client_id": CLIENT},
        {"gmail_addon_service_account": ACCOUNT, "gmail_addon_client_id": CLIENT, "public_url": "http://x.example"},
        {"gmail_addon_service_account": "nobody", "gmail_addon_client_id": CLIENT, "public_url": BASE},
    ],
)
def test_half_an_add_on_stops_the_start(given: Json) -> None:
    """One sentence about what is missing, instead of routes that answer nobody."""
    with pytest.raises(SettingsError) as caught:
        read_settings(**given)
    assert caught.value.field == "gmail_addon_service_account"
