"""A Try it page that judges for real, with a small policy set, an in-memory record and one valid key."""

import datetime as dt
from collections.abc import Mapping

import msgspec
from fastapi import FastAPI

from atesaki.console import console_router
from atesaki.identity.keys import KeyRing
from atesaki.judgement import explain
from atesaki.judgement.address import mailbox_key
from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Decision
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.policy import Policy
from atesaki.judgement.policy_set import PolicySet, compile_set
from atesaki.sending.answer import DecisionAnswer, findings_in_words
from atesaki.sending.request import Caller, DecisionRequest

KEY = "a-deployment-key-of-the-tests"
NOON = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
ROSTER = {mailbox_key("parent1@x.jp"): (RosterHit("parents", "sensitive"),)}


def _rule(name: str, when: dict[str, object], action: str, ja: str, en: str, **more: object) -> dict[str, object]:
    return {"id": name, "when": when, "action": action, "message": {"ja": ja, "en": en}, **more}


_OUTSIDE = {"visible": True, "audience": "external"}
_RULES = [
    _rule(
        "many_strangers",
        {"recipients": {**_OUTSIDE, "at_least": 10}},
        "block",
        "外部の {count} 人が互いに見えます。",
        "{count} outsiders would see each other.",
        release="never",
        remedies=["move_to_bcc"],
    ),
    _rule(
        "strangers",
        {"recipients": {**_OUTSIDE, "at_least": 3}},
        "warn",
        "外部の {count} 人が宛先か CC に入っています。",
        "{count} outsiders are in To or Cc.",
        release="acknowledge",
        remedies=["move_to_bcc"],
    ),
    _rule(
        "parents",
        {"recipients": {"in_roster": {"handling": "sensitive"}}},
        "warn",
        "「{roster}」の人が入っています。",
        "Somebody on “{roster}” is among the recipients.",
        release="justify",
        remedies=["send_individually"],
    ),
    _rule("tried_out", {"subject": {"contains": ["trial"]}}, "warn", "試験中です。", "On trial.", mode="simulate"),
]


def small_set() -> PolicySet:
    """Return a policy set of one policy: strangers who see each other, and a sensitive roster."""
    policy = {"id": "visible", "title": {"ja": "試験", "en": "Test"}, "rules": _RULES}
    return compile_set("0123abcd", [msgspec.convert(policy, Policy)])


class Judged(msgspec.Struct, frozen=True):
    """A decision and its answer."""

    answer: DecisionAnswer
    decision: Decision


class Desk:
    """Judges like the server does and remembers what it was asked; `broken` is raised instead of an answer."""

    def __init__(self, broken: AtesakiError | None = None, policy_set: PolicySet | None = None) -> None:
        self.asked: list[tuple[DecisionRequest, Caller, bool]] = []
        self._broken = broken
        self._policy_set = policy_set or small_set()

    async def __call__(self, request: DecisionRequest, caller: Caller, *, about_people: bool) -> Judged:
        """Judge the message of the request."""
        self.asked.append((request, caller, about_people))
        if self._broken:
            raise self._broken
        rosters: Mapping[str, tuple[RosterHit, ...]] = ROSTER if about_people else {}
        facts = Facts(now=NOON, organization=Organization(internal_domains=("hall.example",)), rosters=rosters)
        decision = decide(request.message, self._policy_set, facts)
        return Judged(self._answer(decision, request.language("ja")), decision)

    def _answer(self, decision: Decision, locale: explain.Locale) -> DecisionAnswer:
        return DecisionAnswer(
            decision_id=f"decision-{len(self.asked)}",
            action=decision.action,
            release=decision.release,
            assurance="claimed",
            findings=findings_in_words(decision, self._policy_set, locale),
            exposure=decision.exposure,
            remedies=decision.remedies,
            headline=explain.headline(decision, self._policy_set, locale),
            dialog=explain.dialog(decision, self._policy_set, locale),
            policy_revision=decision.policy_revision,
            released_by=None,
            expires_at=NOON,
        )


def desk_app(desk: Desk) -> FastAPI:
    """Return an app that serves nothing but Try it."""
    app = FastAPI(openapi_url=None)
    app.include_router(console_router(desk, KeyRing.of([KEY])))
    return app
