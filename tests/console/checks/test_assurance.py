"""How sure it is who wrote a mail stands where somebody decides on it, with what that means for them."""

import re

import pytest
from tests.console.checks.asking import asked
from tests.fakes.entra import FakeEntra
from tests.server import Server, Visitor

KNOWN = {"en": ("by the mail program's word", "by their sign-in"), "ja": ("メールソフトの申告", "サインインで確認済み")}
"""Claimed and verified."""

MEANT = {
    "en": ("Nobody signed in as this sender", "Whoever is signed in here with the same address can't answer."),
    "ja": ("サインインでは確かめられていません", "同じアドレスでここにサインインしている人は、回答できません。"),
}


@pytest.mark.parametrize("language", KNOWN)
def test_a_check_says_whether_its_sender_is_verified(
    server: Server, entra: FakeEntra, subject: str, language: str
) -> None:
    """In the journal's words, on the page and in the list; only a claim asks to speak with the sender first."""
    claimed, verified = (
        asked(server, subject=f"{subject} a"),
        asked(server, token=entra.token(), subject=f"{subject} b"),
    )
    with server.visitor("checker", email="ben@hall.example", language=language) as checker:
        waiting = checker.get("/checks").text
        for decision, which in ((claimed, 0), (verified, 1)):
            known, meant = KNOWN[language][which], MEANT[language][which]
            page = checker.get(f"/checks/{decision}").text
            assert (f"<dd>{known}" in page, meant in page) == (True, True)
            assert (KNOWN[language][1 - which] in page, MEANT[language][1 - which] in page) == (False, False)
            assert f">{known}</td>" in _row(waiting, decision)


def test_what_is_over_keeps_saying_it_and_asks_for_nothing(server: Server, checker: Visitor, subject: str) -> None:
    """Whoever looks back sees it, and needn't speak with anybody any more."""
    decision = asked(server, subject=subject)
    page = checker.post(f"/checks/{decision}", {"answer": "granted"}).text
    assert (KNOWN["en"][0] in page, MEANT["en"][0] in page) == (True, False)


def _row(page: str, decision: str) -> str:
    found = re.search(rf'<tr role="row">\s*<th[^>]*><a href="[^"]*/{decision}">.*?</tr>', page, re.DOTALL)
    assert found
    return found[0]
