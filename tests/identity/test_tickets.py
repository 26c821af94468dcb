"""What a browser carries between two steps of signing in can't be made, changed, swapped or kept."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.identity.nonce import Nonces
from atesaki.identity.tickets import LASTS, Tickets
from atesaki.sending.pseudonym import Pseudonyms


def _seal(content: bytes) -> str:
    return hmac.new(b"a key for tests", content, hashlib.sha256).hexdigest()


def test_ticket_says_what_was_put_on_it_for_fifteen_minutes() -> None:
    """Afterwards it says nothing."""
    times = iter([0.0, LASTS - 1, LASTS])
    tickets = Tickets(_seal, lambda: next(times))
    ticket = tickets.issue("oidc", {"state": "宛先"})
    assert tickets.read("oidc", ticket) == {"state": "宛先"}
    assert tickets.read("oidc", ticket) is None


def test_ticket_is_for_one_purpose() -> None:
    """Whoever typed a password right has not been at the provider."""
    ticket = Tickets(_seal).issue("code", {"name": "x"})
    assert Tickets(_seal).read("oidc", ticket) is None


def test_ticket_of_another_key_is_none_of_ours() -> None:
    """Nobody else can make one."""
    ticket = Tickets(lambda content: hashlib.sha256(content).hexdigest()).issue("oidc", {"state": "x"})
    assert Tickets(_seal).read("oidc", ticket) is None


@pytest.mark.parametrize("ticket", [None, "", ".", "a.b", "é.é"])
def test_what_is_no_ticket_says_nothing(ticket: str | None) -> None:
    """Whatever stands in the cookie."""
    assert Tickets(_seal).read("oidc", ticket) is None


@given(st.text())
def test_changed_ticket_says_nothing(text: str) -> None:
    """Not one character of it."""
    tickets = Tickets(_seal)
    ticket = tickets.issue("oidc", {"state": "x"})
    changed = text + ticket[len(text) :]
    assert changed == ticket or tickets.read("oidc", changed) is None


def test_what_is_typed_at_the_sign_in_makes_no_ticket_and_no_nonce() -> None:
    """The journal tells auditors the pseudonym of any text, which has the same key as the seal."""
    pseudonyms = Pseudonyms(b"a key for tests")
    packed = base64.urlsafe_b64encode(json.dumps({"name": "x", "until": 9e9}).encode()).decode()
    forged = f"{packed}.{pseudonyms.of(f'ticket for code: {packed}')}"
    assert Tickets(pseudonyms.of_bytes).read("code", forged) is None
    nonce = f"0.ab.{pseudonyms.of('nonce for signing in: 0.ab')}"
    assert not Nonces(pseudonyms.of_bytes).answered_by(nonce, 1)
