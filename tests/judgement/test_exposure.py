"""Disclosures: who would learn whose address."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from tests.judgement.drafts import facts, message

from atesaki.judgement.facts import Facts, RosterHit
from atesaki.judgement.message import Message
from atesaki.judgement.people import People
from atesaki.judgement.view import View

VOLUNTEERS = [f"v{number:02}@gmail.com" for number in range(26)]


def exposed(draft: Message, known: Facts | None = None) -> tuple[int, int, int]:
    """Return disclosures, people and the most addresses that one of them would learn."""
    known = known or facts()
    found = View(People(draft, known.organization), known).disclosures
    return found.exposure.disclosures, found.people, found.each


def test_the_founding_case_discloses_650_addresses() -> None:
    """26 people would each learn 25 addresses."""
    assert exposed(message(to=VOLUNTEERS)) == (650, 26, 25)


def test_blind_recipients_disclose_nothing() -> None:
    """The same people in Bcc learn nothing."""
    assert exposed(message(bcc=VOLUNTEERS)) == (0, 0, 0)


def test_colleagues_of_one_outside_company_know_each_other() -> None:
    """Only pairs of different organizations count: 2 of one company and 1 of another make 4."""
    assert exposed(message(to=["a@one.example.net", "b@one.example.net", "c@two.example.org"])) == (4, 3, 2)


def test_internal_recipients_neither_learn_nor_are_learned() -> None:
    """Colleagues beside one outsider disclose nothing."""
    assert exposed(message(to=["a@gmail.com", "b@hall.example"])) == (0, 0, 0)


def group(name: str | None) -> dict[str, str | None]:
    """Return a contact group of which a client knows no address."""
    return {"address": "", "name": name, "kind": "distribution_list"}


def test_contact_groups_without_an_address_are_not_one_person() -> None:
    """Two of them would learn of each other; the same one written twice would not."""
    assert exposed(message(to=[group("Choir"), group("Parents")])) == (2, 2, 1)
    assert exposed(message(to=[group(None), group(None)])) == (2, 2, 1)
    assert exposed(message(to=[group("Choir")], cc=[group("Choir")])) == (0, 0, 0)


def test_contact_groups_are_no_colleagues_of_each_other() -> None:
    """Beside two people of one company, who know each other, each group learns all the rest."""
    draft = message(to=[group("Choir"), group("Parents"), "a@one.example.net", "b@one.example.net"])
    assert exposed(draft) == (10, 4, 3)


def test_pairs_of_the_thread_know_each_other() -> None:
    """A newcomer learns two and is learned by two."""
    draft = message(to=VOLUNTEERS[:3], thread={"kind": "reply_all", "recipients": VOLUNTEERS[:2]})
    assert exposed(draft) == (4, 3, 2)


def test_members_of_an_open_roster_know_each_other() -> None:
    """Two committee members beside a stranger: only pairs with the stranger count."""
    hits = {address: (RosterHit("committee", "open"),) for address in VOLUNTEERS[:2]}
    assert exposed(message(to=VOLUNTEERS[:3]), facts(rosters=hits)) == (4, 3, 2)


def test_members_of_a_protected_roster_are_kept_apart_inside_one_organization() -> None:
    """Two people on one domain and one protected roster disclose each other."""
    people = ["a@one.example.net", "b@one.example.net"]
    hits = {address: (RosterHit("applicants", "protected"),) for address in people}
    assert exposed(message(to=people), facts(rosters=hits)) == (2, 2, 1)


def test_a_protected_roster_is_stronger_than_an_open_one() -> None:
    """Where both claim the same pair, the pair counts."""
    hits = {a: (RosterHit("committee", "open"), RosterHit("patients", "protected")) for a in VOLUNTEERS[:2]}
    assert exposed(message(to=VOLUNTEERS[:2]), facts(rosters=hits)) == (2, 2, 1)


def test_who_knows_everybody_learns_nothing() -> None:
    """Ann sits on both committees: the two others learn each other, and she is not among those who learn."""
    board, choir = RosterHit("board", "open"), RosterHit("choir", "open")
    hits = dict(zip(VOLUNTEERS, ((board, choir), (board,), (choir,)), strict=False))
    assert exposed(message(to=VOLUNTEERS[:3]), facts(rosters=hits)) == (2, 2, 1)


def naive(people: list[tuple[str, bool, frozenset[str], frozenset[str]]]) -> int:
    """Count the definition pair by pair: organization, in thread, open rosters, closed rosters."""
    return sum(
        not (a[1] and b[1]) and bool(a[3] & b[3] or (a[0] != b[0] and not a[2] & b[2]))
        for a, b in permutations(people, 2)
    )


names = st.frozensets(st.sampled_from(["r1", "r2"]), max_size=2)
person = st.tuples(
    st.sampled_from(["one.example.net", "two.example.org", "three.example.com"]), st.booleans(), names, names
)


@given(st.lists(person, max_size=12))
def test_counting_by_groups_equals_counting_pairs(
    people: list[tuple[str, bool, frozenset[str], frozenset[str]]],
) -> None:
    """The quick count is the definition, for any mixture of organizations, threads and rosters."""
    addresses = [f"p{number}@{who[0]}" for number, who in enumerate(people)]
    hits = {
        address: (
            *(RosterHit(f"open {r}", "open") for r in who[2]),
            *(RosterHit(f"closed {r}", "protected") for r in who[3]),
        )
        for address, who in zip(addresses, people, strict=True)
    }
    thread = [address for address, who in zip(addresses, people, strict=True) if who[1]]
    draft = message(to=addresses, thread={"kind": "reply_all", "recipients": thread})
    assert exposed(draft, facts(rosters=hits))[0] == naive(people)
