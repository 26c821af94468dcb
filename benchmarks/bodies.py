"""Many different messages of one size, as an office sends them: to colleagues, to a roster, to strangers."""

import json
import random
from collections.abc import Callable, Iterator, Sequence

INTERNAL_DOMAIN = "hall.example"
ROSTER = "volunteers"
ROSTER_SIZE = 100_000
_PROVIDERS = ("gmail.com", "docomo.ne.jp", "yahoo.co.jp", "ezweb.ne.jp", "icloud.com", "softbank.ne.jp")
_BODY = "いつもお世話になっております。次回の活動について、日時と場所をお知らせします。ご不明な点はご連絡ください。" * 3

Lists = dict[str, list[str]]


def roster_members() -> list[str]:
    """Return the addresses of everybody on the roster."""
    return [f"member{number:06}@{_PROVIDERS[number % len(_PROVIDERS)]}" for number in range(ROSTER_SIZE)]


def bodies(recipients: int, how_many: int) -> Iterator[str]:
    """Yield requests to `POST /v1/decisions` with that many recipients each; equal arguments give equal bodies."""
    chance = random.Random(recipients)  # noqa: S311  # Repeatable variety, not a secret.
    people = _People(chance)
    for _ in range(how_many):
        lists = chance.choices(_KINDS, _SHARES)[0](people, recipients)
        yield json.dumps(_request(chance, lists), ensure_ascii=False)


class _People:
    """Draws recipients at random."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._members = roster_members()

    def members(self, number: int) -> list[str]:
        return self._chance.sample(self._members, number)

    def colleagues(self, number: int) -> list[str]:
        return [f"staff{index:04}@{INTERNAL_DOMAIN}" for index in self._chance.sample(range(2_000), number)]

    def strangers(self, number: int) -> list[str]:
        indexes = self._chance.sample(range(20_000), number)
        return [f"person{index:05}@company{index % 3_000:04}.co.jp" for index in indexes]


def _among_colleagues(people: _People, number: int) -> Lists:
    return {"to": people.colleagues(number - 2), "cc": people.colleagues(2), "bcc": []}


def _one_outsider(people: _People, number: int) -> Lists:
    return {"to": people.strangers(1), "cc": people.colleagues(number - 1), "bcc": []}


def _roster_in_bcc(people: _People, number: int) -> Lists:
    return {"to": people.colleagues(1), "cc": [], "bcc": people.members(number - 1)}


def _roster_in_to(people: _People, number: int) -> Lists:
    return {"to": people.members(number - 1), "cc": people.colleagues(1), "bcc": []}


def _strangers_in_cc(people: _People, number: int) -> Lists:
    return {"to": people.colleagues(1), "cc": people.strangers(number - 1), "bcc": []}


def _everybody(people: _People, number: int) -> Lists:
    third = number // 3
    return {"to": people.strangers(third), "cc": people.colleagues(third), "bcc": people.members(number - 2 * third)}


_KINDS: Sequence[Callable[[_People, int], Lists]] = (
    _among_colleagues,
    _one_outsider,
    _roster_in_bcc,
    _roster_in_to,
    _strangers_in_cc,
    _everybody,
)
_SHARES = (30, 15, 20, 15, 10, 10)


def _request(chance: random.Random, lists: Lists) -> dict[str, object]:
    fields = {
        field: [{"address": text, "name": text.split("@")[0], "kind": "person"} for text in texts]
        for field, texts in lists.items()
    }
    message = {
        "sender": {"address": f"staff{chance.randrange(500):04}@{INTERNAL_DOMAIN}", "name": "山田 太郎"},
        **fields,
        "subject": f"次回活動のお知らせ {chance.randrange(100_000)}",
        "body_text": _BODY,
        "thread": {"kind": "new", "recipients": []},
        "item": "message",
    }
    client = {"app": "outlook", "platform": "web", "version": "1.0.0"}
    return {"message": message, "client": client, "locale": "ja"}
