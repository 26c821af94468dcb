"""Rules that change while a check waits: nobody says that a mail may be sent which their word would not let go."""

from collections.abc import Callable, Iterator

import pytest
from tests.api.mails import SECOND_CHECK_OUTSIDE
from tests.console.checks.asking import asked, has_form, held, standing
from tests.server import Server, Visitor, running_server

RULES = SECOND_CHECK_OUTSIDE["checked.yaml"]
OF_TEXT = """
id: text
title: {ja: 本文, en: Text}
rules:
  - id: secret
    when: {body: {contains: [secret]}}
    action: block
    release: %s
    message: {ja: "本文に注意。", en: "Mind the text."}
"""
ONE_MORE = """
id: more
title: {ja: 追加, en: More}
rules:
  - id: by_phone
    when: {recipients: {domains: [%s], at_least: 1}}
    action: %s
    release: %s
    message: {ja: "携帯電話です。", en: "That is a phone."}
"""


def _replaced(old: str, new: str) -> dict[str, str]:
    assert old in RULES
    return {"checked.yaml": RULES.replace(old, new)}


def _with(domain: str, action: str, release: str) -> dict[str, str]:
    return {"checked.yaml": RULES, "more.yaml": ONE_MORE % (domain, action, release)}


_ELSEWHERE = ONE_MORE % ("elsewhere.example", "block", "never")
_EXEMPTED = "    unless: {recipients: {domains: [gmail.com]}}\n    action:"

CHANGED = {
    "never": (_replaced("release: second_check", "release: never"), "nobody can let this go"),
    "a harder rule": (_with("docomo.ne.jp", "block", "never"), "nobody can let this go"),
    "one more": (_with("docomo.ne.jp", "warn", "acknowledge"), "judged anew"),
    "gone": ({"more.yaml": _ELSEWHERE}, "judged anew"),
    "only simulated": (_replaced("action: block", "mode: simulate\n    action: block"), "judged anew"),
    "exempted": (_replaced("    action:", _EXEMPTED), "judged anew"),
}
"""What is published meanwhile, and what the checker reads."""

STILL = {
    "another sentence": _replaced("Ask somebody else", "Please ask somebody else"),
    "milder": _replaced("release: second_check", "release: justify"),
    "a rule about others": _with("elsewhere.example", "block", "never"),
}


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose rules change."""
    with running_server(tmp_path_factory.mktemp("rules"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def publish(changing: Server) -> Iterator[Callable[[dict[str, str]], None]]:
    """Publish rules; before and after each test a second check is asked for."""

    def published(files: dict[str, str]) -> None:
        changing.admin.put("/v1/policies", json=files).raise_for_status()

    published(SECOND_CHECK_OUTSIDE)
    yield published
    published(SECOND_CHECK_OUTSIDE)


@pytest.fixture
def ben(changing: Server) -> Iterator[Visitor]:
    """Somebody who checks."""
    with changing.visitor("checker", email="ben@hall.example") as visitor:
        yield visitor


@pytest.mark.parametrize("case", CHANGED)
def test_what_no_answer_would_let_go_can_not_be_answered(
    changing: Server, publish: Callable[[dict[str, str]], None], ben: Visitor, subject: str, case: str
) -> None:
    """The page says so with what to do; a form that was open before is refused, and keeps what was typed."""
    files, said = CHANGED[case]
    decision = asked(changing, subject=subject)
    publish(files)
    page = ben.get(f"/checks/{decision}").text
    assert (said in page, "press Send again" in page, has_form(page)) == (True, True, False)
    assert "hana@gmail.com" in page
    for answer in ("granted", "declined"):
        refused = ben.post(f"/checks/{decision}", {"answer": answer, "comment": "All is well"})
        assert (refused.status_code, "your answer was not recorded" in refused.text) == (409, True)
        assert ("All is well" in refused.text, said in refused.text) == (True, True)
    assert standing(changing, decision)["state"] == "waiting"
    assert held(changing, subject=subject)["released_by"] is None


@pytest.mark.parametrize("case", STILL)
def test_what_an_answer_still_lets_go_is_answered(
    changing: Server, publish: Callable[[dict[str, str]], None], ben: Visitor, subject: str, case: str
) -> None:
    """Not every publication is about this mail."""
    decision = asked(changing, subject=subject)
    publish(STILL[case])
    assert has_form(ben.get(f"/checks/{decision}").text)
    ben.post(f"/checks/{decision}", {"answer": "granted"}).raise_for_status()
    assert held(changing, subject=subject)["released_by"]["kind"] == "second_check"


def test_a_rule_about_the_text_counts_by_what_stands_in_it(
    changing: Server, publish: Callable[[dict[str, str]], None], ben: Visitor, subject: str
) -> None:
    """The text is not kept: as long as the rule stands it holds the mail, and once it says never, nobody answers."""
    text = {"subject": subject, "body_text": "A secret"}
    publish({"text.yaml": OF_TEXT % "second_check"})
    decision = asked(changing, **text)
    publish({"text.yaml": OF_TEXT % "second_check", "more.yaml": ONE_MORE % ("elsewhere.example", "block", "never")})
    assert has_form(ben.get(f"/checks/{decision}").text)
    publish({"text.yaml": OF_TEXT % "never"})
    assert "nobody can let this go" in ben.get(f"/checks/{decision}").text


def test_it_is_said_in_japanese(changing: Server, publish: Callable[[dict[str, str]], None], subject: str) -> None:
    """What happened, and what to tell the sender."""
    decision = asked(changing, subject=subject)
    told = {"never": "だれが確認しても、このままでは送信できなくなりました", "gone": "ここで回答しても送信できません"}
    with changing.visitor("checker", email="ben@hall.example", language="ja") as ben:
        for case, sentence in told.items():
            publish(CHANGED[case][0])
            page = ben.get(f"/checks/{decision}").text
            assert (sentence in page, "もう一度「送信」を押" in page) == (True, True)
