"""Nonces: only ours count, and only for a sign-in that follows soon."""

import hashlib

import pytest

from atesaki.identity.nonce import ANSWERED_WITHIN, LEEWAY, Nonces

NOW = 1_795_000_000.0


def _nonces(key: bytes = b"ours", now: float = NOW) -> Nonces:
    return Nonces(lambda content: hashlib.blake2b(content, digest_size=16, key=key).hexdigest(), lambda: now)


def test_each_nonce_is_new_and_known_to_every_replica() -> None:
    """Replicas share the key, not the nonces."""
    first, second = _nonces().issue(), _nonces().issue()
    assert first != second
    assert _nonces().answered_by(first, NOW)


@pytest.mark.parametrize("late", [-LEEWAY - 1, ANSWERED_WITHIN + 1])
def test_nonce_serves_one_sign_in_and_not_a_later_one(late: float) -> None:
    """A token issued before the question, or long after it, answers another."""
    assert not _nonces().answered_by(_nonces().issue(), NOW + late)


@pytest.mark.parametrize("nonce", [None, 7, "", ".", "..", "zz.00.00", "6afd.é.00", "6afd.00"])
def test_what_is_no_nonce_of_ours_is_refused(nonce: object) -> None:
    """Whatever stands in a token, nothing breaks."""
    assert not _nonces().answered_by(nonce, NOW)


def test_nonce_of_another_deployment_is_refused() -> None:
    """A token that somebody else's server asked for proves nothing here."""
    assert not _nonces().answered_by(_nonces(b"theirs").issue(), NOW)


def test_changed_nonce_is_refused() -> None:
    """Its time can't be moved."""
    asked, random, mark = _nonces().issue().split(".")
    assert not _nonces().answered_by(f"{int(asked, 16) + 60:x}.{random}.{mark}", NOW)


def test_token_without_a_time_answers_nothing() -> None:
    """The time of issue is what a nonce is measured by."""
    assert not _nonces().answered_by(_nonces().issue(), "1795000000")
