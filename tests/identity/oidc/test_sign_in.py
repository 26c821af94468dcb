"""The way to a provider and back: what is replayed, swapped or left open lets nobody in."""

from urllib.parse import parse_qs, urlsplit

import pytest
from tests.fakes.oidc import CLIENT, ISSUER, RETURN, SECRET, FakeOidc
from tests.identity.oidc.desk import Desk, asked, refusal

from atesaki.identity.tickets import LASTS


def test_person_comes_back_with_roles_and_goes_where_they_were(desk: Desk) -> None:
    """The code is exchanged with PKCE and the secret, the token checked, the claims read."""
    arrival = desk.walk()
    assert arrival.return_to == "/console/policies"
    assert not arrival.overflowed
    person = arrival.person
    assert (person.key, person.name, person.email) == (f"{ISSUER} hanako", "職員 花子", "hanako@hall.example")
    assert person.roles == frozenset({"admin"})


@pytest.mark.parametrize(
    ("fake", "secret"),
    [
        (FakeOidc(methods=("client_secret_basic", "client_secret_post")), SECRET),
        (FakeOidc(methods=("private_key_jwt", "client_secret_basic")), SECRET),
        (FakeOidc(public_client=True), None),
    ],
    ids=["secret in the form", "secret in the header", "no secret"],
)
def test_every_usual_way_of_client_authentication_works(fake: FakeOidc, secret: str | None) -> None:
    """A secret may hold any character."""
    assert Desk(fake, secret=secret).walk().person.email == "hanako@hall.example"


def test_state_nonce_and_verifier_are_new_each_time(desk: Desk) -> None:
    """None of them can be guessed from another."""
    one, other = asked(desk.start()), asked(desk.start())
    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != other[name]
        assert len(one[name]) >= 43
    assert one["code_challenge_method"] == "S256"
    assert one["scope"].split() == ["openid", "profile", "email"]


def test_answer_without_the_ticket_of_this_browser_is_refused(desk: Desk) -> None:
    """Nobody can be signed in as somebody else by a link (login CSRF, RFC 9700 §4.7)."""
    victim, attacker = desk.start(), desk.start()
    query = desk.fake.authorize(attacker.url)
    assert refusal(lambda: desk.finish(victim, query)) == "state"
    assert refusal(lambda: desk.sign_in.finish(RETURN, None, query)) == "state"
    assert refusal(lambda: desk.sign_in.finish(RETURN, attacker.ticket + "0", query)) == "state"
    assert refusal(lambda: desk.finish(attacker, {**query, "state": "é\ud800"})) == "state"


def test_answer_after_fifteen_minutes_is_refused(desk: Desk) -> None:
    """A sign-in that somebody left open is started again."""
    departure = desk.start()
    query = desk.fake.authorize(departure.url)
    desk.now += LASTS
    assert refusal(lambda: desk.finish(departure, query)) == "state"


def test_replayed_answer_is_refused(desk: Desk) -> None:
    """Even where the provider takes a code twice."""
    departure = desk.start()
    query = desk.fake.authorize(departure.url)
    again = dict(desk.fake._codes)
    desk.finish(departure, query)
    assert refusal(lambda: desk.finish(departure, query)) == "code"
    desk.fake._codes = again
    assert refusal(lambda: desk.finish(departure, query)) == "replayed"


def test_code_that_somebody_else_asked_for_is_refused_by_pkce(desk: Desk) -> None:
    """A stolen code is worth nothing without its verifier (RFC 7636)."""
    ours, theirs = desk.start(), desk.start()
    stolen = desk.fake.authorize(theirs.url)["code"]
    assert refusal(lambda: desk.finish(ours, {"code": stolen, "state": asked(ours)["state"]})) == "code"


def test_person_who_declines_is_told_to_start_again(desk: Desk) -> None:
    """An error of the provider is no token."""
    departure = desk.start()
    state = asked(departure)["state"]
    assert refusal(lambda: desk.finish(departure, {"error": "access_denied", "state": state})) == "denied"
    assert refusal(lambda: desk.finish(departure, {"state": state})) == "denied"


def test_answer_of_another_provider_is_refused(desk: Desk) -> None:
    """Mix-up (RFC 9207): where the answer names its issuer, it has to be ours."""
    departure = desk.start()
    query = desk.fake.authorize(departure.url)
    assert refusal(lambda: desk.finish(departure, {**query, "iss": "https://evil.example"})) == "issuer"
    assert desk.finish(departure, {**query, "iss": ISSUER}).person.name


def test_provider_that_promises_its_issuer_has_to_give_it() -> None:
    """Leaving it out is how the check would be got round."""
    fake = FakeOidc()
    fake.metadata["authorization_response_iss_parameter_supported"] = True
    assert refusal(Desk(fake).walk) == "issuer"


def test_signing_out_at_the_provider_is_offered_where_it_can_be_done(desk: Desk) -> None:
    """The provider is told who asks and where to send the browser back to."""
    url = desk.sign_in.sign_out_url("https://atesaki.example/console/sign-in")
    assert url is not None
    assert parse_qs(urlsplit(url).query) == {
        "client_id": [CLIENT],
        "post_logout_redirect_uri": ["https://atesaki.example/console/sign-in"],
    }
    for place in (None, "http://issuer.example/leave", "javascript:alert(1)"):
        other = Desk(FakeOidc())
        other.fake.metadata["end_session_endpoint"] = place
        assert other.sign_in.sign_out_url(RETURN) is None
