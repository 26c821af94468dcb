"""Mailing lists whose members a directory told: judged by them, though all that can be touched is the list."""

from typing import Any

from tests.judgement.drafts import facts, fires, judged, message

LIST = "team@hall.example"
OUTSIDERS = ("a@gmail.com", "b@partner.example")


def known(*members: str | None, **more: Any) -> Any:  # noqa: ANN401  # Facts.
    """Return facts in which the list has these members."""
    return facts(expansions={LIST: members or OUTSIDERS}, **more)


def test_a_list_that_looks_like_a_person_is_expanded() -> None:
    """Gmail tells no list from a person; the directory does."""
    draft = message(to=[LIST])
    assert fires({"recipients": {"audience": "external", "at_least": 1}}, draft, known())
    assert fires({"recipients": {"kind": "distribution_list"}}, draft, known())
    assert not fires({"recipients": {"kind": "unexpanded_list"}}, draft, known())


def test_a_list_with_untold_members_stays_unexpanded() -> None:
    """Who is known counts, and the rest stays unknown; so does a list that looks empty."""
    draft = message(to=[LIST])
    partly = known("a@gmail.com", None)
    assert fires({"recipients": {"kind": "unexpanded_list"}}, draft, partly)
    assert fires({"recipients": {"free_mail": True}}, draft, partly)
    for untold in (None, ()):
        assert fires({"recipients": {"kind": "unexpanded_list"}}, draft, facts(expansions={LIST: untold}))


def test_members_of_a_list_in_the_conversation_were_in_it() -> None:
    """A reply to a list adds nobody; a list that is added to a conversation adds its members."""
    reply = {"kind": "reply_all", "recipients": ["x@one.example", LIST]}
    added = {"recipients": {"added_to_thread": "organization", "audience": ["external", "partner"]}}
    assert not fires(added, message(to=["x@one.example", LIST], thread=reply), known())
    reply["recipients"] = ["x@one.example"]
    finding = judged(added, message(to=["x@one.example", LIST], thread=reply), known()).findings[0]
    assert (finding.evidence.count, finding.evidence.recipients) == (2, (LIST,))


def test_one_member_in_the_conversation_does_not_stand_for_the_list() -> None:
    """A list that is added to a talk among colleagues adds its other members, though a colleague is on it, too."""
    added = {"recipients": {"added_to_thread": "organization", "audience": ["external", "partner"]}}
    among_us = {"kind": "reply_all", "recipients": ["boss@hall.example", "eva@hall.example"]}
    draft = message(to=["boss@hall.example", LIST], thread=among_us)
    finding = judged(added, draft, known("eva@hall.example", *OUTSIDERS)).findings[0]
    assert (finding.evidence.count, finding.evidence.recipients) == (2, (LIST,))


def test_nobody_writes_to_members_for_the_first_time() -> None:
    """Whoever writes to a list writes to the list."""
    first = {"recipients": {"first_time": True}}
    assert not fires(first, message(to=[LIST]), known(known_correspondents=frozenset({LIST})))
    assert judged(first, message(to=[LIST]), known(known_correspondents=frozenset())).findings[0].evidence.count == 1


def test_somebody_on_the_list_and_beside_it_is_one_person() -> None:
    """Whoever is written stands where they were written."""
    draft = message(to=[LIST, "a@gmail.com"])
    assert fires({"recipients": {"visible": True, "free_mail": True}}, draft, known())
    assert judged({"recipients": {"free_mail": True}}, draft, known()).findings[0].evidence.count == 1


def test_the_sender_on_a_list_is_no_stranger() -> None:
    """A sender without a domain of their own is in the list, too, and learns nothing."""
    draft = message(to=[LIST], sender={"address": "me@gmail.com"})
    with_sender = known("me@gmail.com", "a@gmail.com")
    assert judged({"recipients": {"audience": "external"}}, draft, with_sender).findings[0].evidence.count == 1


def test_members_learn_no_address_by_a_list() -> None:
    """Their mail shows the address of the list, whoever else is on it."""
    decision = judged({"exposure": {"disclosures": {"at_least": 1}}}, message(to=[LIST]), known())
    assert (decision.findings, decision.exposure.disclosures) == ((), 0)


def test_groups_match_in_any_case() -> None:
    """Nobody remembers how a group was capitalized."""
    assert fires({"sender": {"groups": ["interns"]}}, message(), facts(sender_groups=frozenset({"Interns"})))
