"""The Gmail add-on over HTTP: who calls and for whom is believed by Google's tokens only."""

import time
from collections.abc import Callable

import pytest
from joserfc.jwk import OctKey
from tests.api.gmail_addon.gmail import Gmail, draft
from tests.api.mails import VOLUNTEERS, Json
from tests.fakes.provider import KEY_ID, signed, unsigned

from atesaki.clients.gmail_event import ADDRESS_SCOPE, METADATA_SCOPE

WRONG: dict[str, Callable[[Gmail], str | None]] = {
    "audience": lambda gmail: signed(gmail.system(aud="https://other.example/gmail/addon/compose")),
    "issuer": lambda gmail: signed(gmail.system(iss="https://evil.example")),
    "expired": lambda gmail: signed(gmail.system(exp=int(time.time()) - 60)),
    "HS256": lambda gmail: signed(gmail.system(), {"alg": "HS256", "kid": KEY_ID}, OctKey.import_key("x" * 32)),
    "no kid": lambda gmail: signed(gmail.system(), {"alg": "RS256"}),
    "unknown kid": lambda gmail: signed(gmail.system(), {"alg": "RS256", "kid": "k9"}),
    "alg none": lambda gmail: unsigned(gmail.system()),
    "no token": lambda _: None,
    "service account": lambda gmail: signed(
        gmail.system(email="service-9@gcp-sa-gsuiteaddons.iam.gserviceaccount.com")
    ),
    "address not verified": lambda gmail: signed(gmail.system(email_verified=False)),
}
STATUS = {"service account": 403, "address not verified": 403}


@pytest.mark.parametrize("name", ["home", "compose", "action"])
@pytest.mark.parametrize("wrong", WRONG)
def test_call_that_is_not_from_our_add_on_is_refused(quiet: Gmail, name: str, wrong: str) -> None:
    """A problem, not a card; nothing is judged and nothing recorded."""
    answer = quiet.post(name, quiet.event(draft(VOLUNTEERS)), WRONG[wrong](quiet))
    assert answer.status_code == STATUS.get(wrong, 401), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert quiet.records() == []


@pytest.mark.parametrize("name", ["compose", "action"])
@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"aud": "1234-other.apps.googleusercontent.com"}, 401),
        ({"iss": "https://evil.example"}, 401),
        ({"exp": 1}, 401),
        ({"email_verified": False}, 403),
        ({"hd": "other.example"}, 403),
        ({"hd": None}, 403),
    ],
)
def test_person_who_is_not_verified_is_refused(quiet: Gmail, name: str, wrong: Json, status: int) -> None:
    """Google calls, but for nobody we know: nothing is judged and nothing recorded."""
    event = quiet.event(draft(VOLUNTEERS))
    event["authorizationEventObject"]["userIdToken"] = signed(quiet.person(**wrong))
    assert quiet.post(name, event).status_code == status
    assert quiet.records() == []


def test_token_in_the_body_serves_where_the_header_is_missing(gmail: Gmail) -> None:
    """Some proxies keep the Authorization header to themselves; it is the same token."""
    event = gmail.event(draft(["one@x.example"]))
    event["authorizationEventObject"]["systemIdToken"] = signed(gmail.system())
    assert gmail.post("compose", event, None).status_code == 200


@pytest.mark.parametrize(
    ("granted", "without"),
    [([], "both"), ([METADATA_SCOPE], "token"), ([ADDRESS_SCOPE], "lists"), ([ADDRESS_SCOPE], "both"), ([], "token")],
)
@pytest.mark.parametrize("name", ["compose", "action"])
def test_missing_permission_is_asked_for(quiet: Gmail, name: str, granted: list[str], without: str) -> None:
    """Gmail asks the person and repeats the call."""
    event = quiet.event(draft(VOLUNTEERS) if without == "token" else {})
    event["authorizationEventObject"]["authorizedScopes"] = granted
    if without != "lists":
        del event["authorizationEventObject"]["userIdToken"]
    assert quiet.post(name, event).json() == {"requesting_google_scopes": {"all_scopes": True}}
    assert quiet.records() == []


def test_permission_is_not_asked_for_what_is_there(gmail: Gmail) -> None:
    """Asking without need would make Gmail repeat the call for ever."""
    event = gmail.event(draft(["one@x.example"]))
    del event["authorizationEventObject"]["authorizedScopes"]
    assert "pushCard" in gmail.post("compose", event).text
    assert len(gmail.records()) == 1


def test_allowed_but_missing_user_token_is_refused(quiet: Gmail) -> None:
    """Whoever asks can't be told, although the person has allowed it."""
    event = quiet.event(draft(VOLUNTEERS))
    del event["authorizationEventObject"]["userIdToken"]
    assert quiet.post("compose", event).status_code == 401
    assert quiet.records() == []
