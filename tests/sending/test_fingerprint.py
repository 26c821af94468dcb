"""Fingerprints: what nobody saw change keeps them, what was judged differently does not."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.judgement.drafts import facts, message, policy_set, rule

from atesaki.identity.verifier import Identity
from atesaki.judgement.decide import decide
from atesaki.judgement.message import Message
from atesaki.sending.fingerprint import fingerprint, sender_key
from atesaki.sending.pseudonym import Pseudonyms, open_pseudonyms
from atesaki.sending.request import Caller
from atesaki.storage.engine import Store

CLAIMED = Caller("key")
VERIFIED = Caller("key", Identity("entra", "123", "staff@hall.example"))
PSEUDONYMS = Pseudonyms(b"key")


def mark(draft: Message, caller: Caller = CLAIMED, *, rule_id: str = "a_rule", tried: bool = False) -> str:
    """Return the fingerprint of a message about which one rule warns, and another one where it is `tried`."""
    mode = "simulate" if tried else "off"
    rules = (rule({"recipients": {"at_least": 1}}, id=rule_id), rule({"item": "message"}, id="tried", mode=mode))
    decision = decide(draft, policy_set(*rules), facts())
    return fingerprint(PSEUDONYMS, caller, draft, decision)


FILE = {"name": "list.pdf", "size": 10}
PARTS: dict[str, Any] = {
    "to": ["a@x.example", "b@y.example"],
    "cc": ["c@x.example"],
    "bcc": ["d@x.example"],
    "subject": "s",
    "body_text": "t",
    "attachments": [FILE],
    "truncated": ["to", "body"],
}
DRAFT = message(to=["a@x.example", "b@y.example"], subject="s", body_text="t")


def test_spelling_of_case_and_blanks_in_addresses_changes_nothing() -> None:
    """Mail clients write one address in several ways."""
    assert mark(message(to=["B@Y.example ", "A@x.example"], subject="s", body_text="t")) == mark(DRAFT)


def test_domains_that_only_folding_makes_equal_are_two() -> None:
    """A release for one of them is none for whoever owns the other (IDNA 2008, RFC 5894 §7.2)."""
    assert mark(message(to=["a@straße.example"])) != mark(message(to=["a@strasse.example"]))


def test_line_breaks_of_the_body_change_nothing() -> None:
    """Outlook on the web formats the text of one body differently each time it is read."""
    read, again = (
        message(to=["a@x.example"], subject="s", body_text=text)
        for text in ("Dear all,\n\nsee you.\n", "Dear all,\r\n \u00a0\r\nsee  you.")
    )
    assert mark(read) == mark(again)


@pytest.mark.parametrize(
    "other",
    [
        message(to=["a@x.example", "b@y.example"], subject="s", body_text="t t"),
        message(to=["a@x.example", "b+list@y.example"], subject="s", body_text="t"),
        message(to=["a@x.example", "b@y.example"], subject="s", body_text=None),
        message(to=["a@x.example", "b@y.example"], subject="s", body_text="t", item="appointment"),
        message(to=["a@x.example", "b@y.example"], subject="s", body_text="t", truncated=["to"]),
    ],
)
def test_any_change_of_what_is_sent_changes_it(other: Message) -> None:
    """A release is for one message."""
    assert mark(other) != mark(DRAFT)


@pytest.mark.parametrize(
    "change",
    [
        {"to": ["a@x.example", "e@y.example"]},
        {"cc": ["e@x.example"]},
        {"cc": ["c@x.example", "e@x.example"]},
        {"bcc": ["e@x.example"]},
        {"cc": ["d@x.example"], "bcc": ["c@x.example"]},
        {"subject": "another"},
        {"attachments": [{**FILE, "name": "all.pdf"}]},
        {"attachments": [{**FILE, "size": 11}]},
        {"attachments": [{**FILE, "inline": True}]},
        {"attachments": [FILE, FILE]},
        {"truncated": ["to"]},
    ],
)
def test_any_change_of_one_part_changes_it(change: dict[str, Any]) -> None:
    """No field, file or gap can be exchanged behind a release."""
    assert mark(message(**{**PARTS, **change})) != mark(message(**PARTS))


def test_the_order_in_which_a_client_tells_changes_nothing() -> None:
    """Gaps and files are told as they were found, and that differs from one reading to the next."""
    files = [FILE, {"name": "a.png"}]
    told = message(**{**PARTS, "attachments": files})
    again = message(**{**PARTS, "attachments": files[::-1], "truncated": ["body", "to"]})
    assert mark(told) == mark(again)


def test_a_rule_that_is_only_tried_changes_nothing() -> None:
    """Nobody is told of it: office hours that end must not take a release back."""
    assert mark(DRAFT, tried=True) == mark(DRAFT)


def test_contact_groups_without_an_address_are_told_apart_by_name() -> None:
    """Outlook gives no address of them: accepting one must not let another one go in its place."""
    parents, press = ({"address": "", "name": name, "kind": "distribution_list"} for name in ("Parents", "Press"))
    assert mark(message(to=[parents])) != mark(message(to=[press]))
    assert mark(message(to=[parents, "a@x.example"])) == mark(message(to=["a@x.example", parents]))


def test_verified_person_and_claimed_sender_are_not_the_same() -> None:
    """Nobody inherits the release of a person by writing their address."""
    assert mark(DRAFT, VERIFIED) != mark(DRAFT, CLAIMED)
    assert sender_key(VERIFIED, DRAFT) == "entra:123 staff@hall.example"


def test_another_finding_changes_it() -> None:
    """What nobody was told can't have been accepted."""
    assert mark(DRAFT, rule_id="another_rule") != mark(DRAFT)


def test_pseudonyms_need_the_key_and_outlive_a_restart(store: Store) -> None:
    """Nobody can try addresses without the key, and every replica has the same one."""
    first, again = open_pseudonyms(store), open_pseudonyms(store)
    assert first.of("a@x.example") == again.of("a@x.example")
    assert first.of("a@x.example") != Pseudonyms(b"other").of("a@x.example")


def test_replicas_that_start_together_take_one_key(store: Store) -> None:
    """A what-if, which is a process of its own, may also be the first to need it."""
    start = threading.Barrier(4)

    def opened(_: int) -> str:
        start.wait()
        return open_pseudonyms(store).of("a@x.example")

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(opened, range(4)))) == 1
