"""The Gmail add-on over HTTP: Google's signed calls on one side, cards and the journal on the other."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from joserfc.jwk import OctKey
from tests.api.mails import VOLUNTEERS, Json, personal
from tests.fakes.provider import KEY_ID, FakeProvider, signed, unsigned
from tests.server import Server, running_server

from atesaki.api.gmail_addon import Addon
from atesaki.api.metrics import Metrics
from atesaki.clients.gmail_event import ADDRESS_SCOPE, METADATA_SCOPE, Authorization, Draft, Event
from atesaki.identity.verifier import Identity
from atesaki.journal import JournalUnavailable
from atesaki.sending.check import Judged
from atesaki.sending.outcome import OutcomeRequest
from atesaki.sending.release import Released, ReleaseRequest
from atesaki.sending.request import Caller, DecisionRequest
from atesaki.settings import SettingsError, read_settings

BASE = "https://atesaki.hall.example"
ACCOUNT = "service-1234@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
CLIENT = "1234-addon.apps.googleusercontent.com"
ME = "staff@hall.example"
BUILDERS = [f"person{number}@company{number}.example" for number in range(1, 4)]

SETTINGS = {
    "public_url": BASE,
    "gmail_addon_service_account": ACCOUNT,
    "gmail_addon_client_id": CLIENT,
    "google_hosted_domains": "hall.example",
    "internal_domains": ("hall.example",),
}


class Gmail:
    """Gmail with one person's draft, calling a running server as Google does."""

    def __init__(self, server: Server, provider: FakeProvider) -> None:
        self.server, self.provider = server, provider

    def system(self, **changed: object) -> dict[str, Any]:
        """Return the claims of a good system token, with changes."""
        claims = {"aud": f"{BASE}/gmail/addon/compose", "sub": "115", "email": ACCOUNT, "email_verified": True}
        return {**self._times(), **claims, **changed}

    def person(self, **changed: object) -> dict[str, Any]:
        """Return the claims of a good user token, with changes."""
        claims = {"aud": CLIENT, "sub": "108", "email": ME, "email_verified": True, "hd": "hall.example"}
        return {**self._times(), **claims, **changed}

    @staticmethod
    def _times() -> dict[str, Any]:
        now = int(time.time())
        return {"iss": "https://accounts.google.com", "iat": now - 60, "exp": now + 3_540}

    def event(self, draft: Json | None = None, locale: str = "en-GB", **common: object) -> Json:
        """Return the body of a call about a draft."""
        return {
            "commonEventObject": {"hostApp": "GMAIL", "platform": "WEB", "userLocale": locale, **common},
            "authorizationEventObject": {
                "userIdToken": signed(self.person()),
                "authorizedScopes": [METADATA_SCOPE, ADDRESS_SCOPE],
            },
            "gmail": {"messageId": "msg-a:r1", **(draft or {})},
        }

    def post(self, name: str, event: Json, token: str | None = "good") -> Response:
        """Call a route; `token` is the system token, a good one unless it is given."""
        text = signed(self.system()) if token == "good" else token
        headers = {} if text is None else {"Authorization": f"Bearer {text}"}
        return self.server.anonymous.post(f"/gmail/addon/{name}", json=event, headers=headers)

    def compose(self, draft: Json, locale: str = "en-GB") -> Json:
        """Open the add-on beside a draft and return its card."""
        answer = self.post("compose", self.event(draft, locale))
        assert answer.status_code == 200, answer.text
        card: Json = answer.json()["action"]["navigations"][0]["pushCard"]
        return card

    def press(self, card: Json, operation: str, draft: Json, reason: str | None = None) -> Json:
        """Press a button of a card and return what Gmail is told to do."""
        parameters = {pair["key"]: pair["value"] for pair in button(card, operation)["parameters"]}
        typed = {} if reason is None else {"reason": {"stringInputs": {"value": [reason]}}}
        answer = self.post("action", self.event(draft, parameters=parameters, formInputs=typed))
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()["renderActions"]
        return told

    def records(self, kind: str = "decision.recorded") -> list[Json]:
        """Return what the journal holds of a kind, oldest first."""
        answer = self.server.admin.get("/v1/journal", params={"kind": kind})
        assert answer.status_code == 200, answer.text
        return list(reversed(answer.json()["records"]))


@pytest.fixture
def provider() -> FakeProvider:
    """Google's key set."""
    return FakeProvider()


@pytest.fixture
def gmail(tmp_path: Path, provider: FakeProvider) -> Iterator[Gmail]:
    """A server of the hall that knows the add-on."""
    with running_server(tmp_path, fetch=provider.fetch, **SETTINGS) as server:
        yield Gmail(server, provider)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gmail]:
    """A server whose callers are all answered without a check, so its journal stays without decisions."""
    provider = FakeProvider()
    with running_server(tmp_path_factory.mktemp("quiet"), fetch=provider.fetch, **SETTINGS) as server:
        yield Gmail(server, provider)


def draft(to: list[str] | None = None, cc: list[str] | None = None, bcc: list[str] | None = None) -> Json:
    """Return a draft as the event shows it, with all three lists."""
    return {"toRecipients": to or [], "ccRecipients": cc or [], "bccRecipients": bcc or []}


def buttons(card: Json) -> list[Json]:
    """Return every button's action."""
    widgets = [widget for section in card["sections"] for widget in section["widgets"]]
    lists = [widget["buttonList"]["buttons"] for widget in widgets if "buttonList" in widget]
    return [found["onClick"]["action"] for each in lists for found in each]


def operation_of(action: Json) -> str:
    """Return what a button asks for."""
    asked: str = next(pair["value"] for pair in action["parameters"] if pair["key"] == "op")
    return asked


def button(card: Json, operation: str) -> Json:
    """Return the action of the button that asks for this."""
    return next(action for action in buttons(card) if operation_of(action) == operation)


def state(card: Json) -> str:
    """Return the word above the first sentence."""
    word: str = card["sections"][0]["widgets"][0]["decoratedText"]["topLabel"]
    return word


def test_founding_incident_is_shown_moved_and_found_mended(gmail: Gmail) -> None:
    """26 volunteers in To: the card says it, one click hides them, the next check finds nothing; all is recorded."""
    before = draft(VOLUNTEERS)
    card = gmail.compose(before)
    assert state(card) == "Don't send this as it is"
    assert "26 people would each learn 25 addresses" in card["sections"][0]["widgets"][0]["decoratedText"]["text"]
    told = gmail.press(card, "move_to_bcc", before)
    assert told["hostAppAction"]["gmailAction"]["updateDraftActionMarkup"] == {
        "updateToRecipients": {"toRecipients": [{"email": ME}]},
        "updateBccRecipients": {"bccRecipients": [{"email": address} for address in VOLUNTEERS]},
    }
    again = gmail.press(card, "check_again", draft([ME], bcc=VOLUNTEERS))
    assert state(again["action"]["navigations"][0]["updateCard"]) == "Checked"
    decisions = gmail.records()
    assert [found["body"]["action"] for found in decisions] == ["block", "block", "allow"]
    (outcome,) = gmail.records("outcome.reported")
    assert outcome["body"]["outcome"] == "fixed"
    assert outcome["body"]["decision_id"] == decisions[0]["body"]["decision_id"]


def test_sender_is_the_verified_person_whatever_the_body_says(gmail: Gmail) -> None:
    """The address comes from the token; the record says that it is verified."""
    event = gmail.event({**draft(["one@x.example"]), "from": "boss@hall.example", "sender": "boss@hall.example"})
    assert gmail.post("compose", event).status_code == 200
    (record,) = gmail.records()
    assert record["body"]["assurance"] == "verified"
    assert record["body"]["client"] == {
        **record["body"]["client"],
        "app": "gmail_addon",
        "platform": "web",
        "moment": "compose",
    }
    known = personal(gmail.server, record["record_id"])
    assert (known["sender"]["address"], known["identity"]["subject"]) == (ME, "108")


def test_acknowledged_message_is_released_once(gmail: Gmail) -> None:
    """The tick is recorded with the decision that it is about, and the message is then allowed."""
    three = draft(BUILDERS)
    card = gmail.compose(three)
    told = gmail.press(card, "acknowledge", three)
    assert state(told["action"]["navigations"][0]["updateCard"]) == "Recorded"
    (released,) = gmail.records("decision.released")
    first, last = gmail.records()
    assert released["body"]["decision_id"] == first["body"]["decision_id"]
    assert last["body"]["action"] == "allow"
    assert last["body"]["released_by"]["decision_id"] == first["body"]["decision_id"]


def test_acknowledgement_of_a_changed_draft_is_not_one(gmail: Gmail) -> None:
    """Another recipient since the card was shown: what was not shown was not accepted."""
    card = gmail.compose(draft(BUILDERS))
    told = gmail.press(card, "acknowledge", draft([*BUILDERS, "stranger@elsewhere.example"]))
    assert told["action"]["notification"]["text"] == "The message has changed, so it was checked again."
    assert state(told["action"]["navigations"][0]["updateCard"]) == "Please check before you send"


@pytest.mark.parametrize("decision", ["", "nonsense", "01990000-0000-7000-8000-000000000000", "x' OR 1=1", "\x00"])
def test_acknowledgement_of_no_decision_only_checks(gmail: Gmail, decision: str) -> None:
    """A card that is too old or was never ours."""
    event = gmail.event(draft(BUILDERS), parameters={"op": "acknowledge", "decision": decision})
    answer = gmail.post("action", event)
    assert answer.json()["renderActions"]["action"]["notification"]["text"].startswith("The message has changed")
    assert gmail.records("decision.released") == []


@pytest.fixture
def strict(tmp_path: Path, provider: FakeProvider) -> Iterator[Gmail]:
    """A server whose policy asks for a reason as soon as two outsiders are visible."""
    policy = tmp_path / "policies"
    policy.mkdir()
    (policy / "reasons.yaml").write_text(
        "id: reasons\ntitle: {ja: 理由, en: Reasons}\nrules:\n  - id: two\n"
        "    when: {recipients: {visible: true, audience: external, at_least: 2}}\n"
        "    action: warn\n    release: justify\n    message: {ja: 二人です。, en: Two people.}\n"
    )
    with running_server(tmp_path / "store", fetch=provider.fetch, policy_dir=policy, **SETTINGS) as server:
        yield Gmail(server, provider)


@pytest.mark.parametrize(
    ("reason", "says"), [(None, "Please write the reason."), ("  ", "Please write"), ("x" * 2_001, "2,000")]
)
def test_release_with_a_reason_needs_one(strict: Gmail, reason: str | None, says: str) -> None:
    """The card stays with what was typed, and nothing is released."""
    two = draft(BUILDERS[:2])
    told = strict.press(strict.compose(two), "justify", two, reason)
    assert says in told["action"]["notification"]["text"]
    assert "navigations" not in told["action"]
    assert strict.records("decision.released") == []


def test_reason_is_recorded(strict: Gmail) -> None:
    """In the personal part of the record, since it may name people."""
    two = draft(BUILDERS[:2])
    told = strict.press(strict.compose(two), "justify", two, "They asked me to.")
    assert state(told["action"]["navigations"][0]["updateCard"]) == "Recorded"
    (released,) = strict.records("decision.released")
    assert personal(strict.server, released["record_id"])["justification"] == "They asked me to."


def test_tick_does_not_stand_for_a_reason(strict: Gmail) -> None:
    """A call that asks for less than the policy is checked again, and nothing is released."""
    two = draft(BUILDERS[:2])
    card = strict.compose(two)
    decision = next(pair["value"] for pair in button(card, "justify")["parameters"] if pair["key"] == "decision")
    event = strict.event(two, parameters={"op": "acknowledge", "decision": decision})
    told = strict.post("action", event).json()["renderActions"]["action"]
    assert state(told["navigations"][0]["updateCard"]) == "Please check before you send"
    assert strict.records("decision.released") == []


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


def test_without_google_s_keys_the_card_says_that_nothing_was_checked(tmp_path: Path, provider: FakeProvider) -> None:
    """Gmail shows our words only with status 200; nothing is judged and nothing recorded."""
    provider.down = True
    with running_server(tmp_path, fetch=provider.fetch, **SETTINGS) as server:
        gmail = Gmail(server, provider)
        for name, path in (("home", "pushCard"), ("compose", "pushCard"), ("action", "updateCard")):
            answer = gmail.post(name, gmail.event(draft(VOLUNTEERS))).json()
            action = answer.get("action") or answer["renderActions"]["action"]
            assert state(action["navigations"][0][path]) == "This could not be checked"
        assert gmail.records() == []


def test_home_says_what_the_add_on_does_without_a_person(quiet: Gmail) -> None:
    """There is no draft yet, so nobody has to be known and nothing is recorded."""
    event = {"commonEventObject": {"userLocale": "ja"}}
    card = quiet.post("home", event).json()["action"]["navigations"][0]["pushCard"]
    assert state(card) == "送信する前に、宛先を確認します"
    assert quiet.records() == []


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


@pytest.mark.parametrize("lists", [{}, draft(), {"toRecipients": []}])
def test_draft_without_recipients_is_not_judged(quiet: Gmail, lists: Json) -> None:
    """An empty draft is not safe, it is empty."""
    assert state(quiet.compose(lists)) == "The recipients could not be read"
    assert quiet.records() == []


def test_list_that_gmail_did_not_tell_warns(gmail: Gmail) -> None:
    """Without the blind recipients part of the message is unchecked, and the card says which."""
    card = gmail.compose({"toRecipients": ["one@x.example"], "ccRecipients": []})
    assert state(card) == "Please check before you send"
    assert "Bcc could not be read" in str(card)
    assert gmail.records()[0]["body"]["truncated"] == ["bcc"]


def test_unreadable_recipient_warns(gmail: Gmail) -> None:
    """It is judged as it stands, and escaped."""
    card = gmail.compose(draft(["<b>oops</b>"]))
    assert state(card) == "Please check before you send"
    assert "<b>oops" not in str(card)
    assert "&lt;b&gt;oops" in str(card)


def test_who_checks_too_often_is_told_to_wait(tmp_path: Path, provider: FakeProvider) -> None:
    """The same limits as for every client: whoever probes a roster by hand is slowed down."""
    with running_server(tmp_path, fetch=provider.fetch, **{**SETTINGS, "rate_per_sender": 0.01}) as server:
        gmail = Gmail(server, provider)
        assert state(gmail.compose(draft(["one@x.example"]))) == "Checked"
        card = gmail.compose(draft(["two@x.example"]))
        assert state(card) == "This could not be checked"
        assert len(gmail.records()) == 1


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


class Broken:
    """A check that can't record, or that takes too long."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def __call__(self, request: DecisionRequest, caller: Caller, *, about_people: bool) -> Judged:
        """Raise, or wait for ever."""
        del request, caller, about_people
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()
        raise AssertionError


class Doorman:
    """Believes everybody."""

    async def confirm_caller(self, token: str | None) -> None:
        """Believe it."""

    async def find_sender(self, token: str | None) -> Identity:
        """Return the same person whatever the token."""
        del token
        return Identity("google", "108", ME)


class Nothing:
    """Records neither releases nor outcomes."""

    def release(self, decision_id: str, request: ReleaseRequest, caller: Caller) -> Released:
        """Fail."""
        raise AssertionError(decision_id, request, caller)

    async def report(self, decision_id: str, request: OutcomeRequest, caller: Caller) -> None:
        """Fail."""
        raise AssertionError(decision_id, request, caller)


@pytest.mark.parametrize("check", [Broken(), Broken(JournalUnavailable("The journal can't be written."))])
def test_answer_that_can_not_be_recorded_in_time_is_none(check: Broken) -> None:
    """The card says that nothing was checked; Gmail would otherwise show an error of its own."""
    addon = Addon(
        tokens=Doorman(),
        check=check,
        releases=Nothing(),
        outcomes=Nothing(),
        metrics=Metrics(),
        base_url=BASE,
        locale="ja",
        budget=0.05,
    )
    event = Event(
        authorization_event_object=Authorization(user_id_token="token"),
        gmail=Draft(to_recipients=tuple(VOLUNTEERS)),
    )
    answer = asyncio.run(addon.compose(event, None))
    assert state(answer["action"]["navigations"][0]["pushCard"]) == "確認できませんでした"
