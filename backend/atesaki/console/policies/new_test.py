"""Turns the form of a new test into the lines of a test file."""

from __future__ import annotations

from typing import Any

from atesaki.console.policies.stubs import new_id
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.policies.editing import add_item, plain_of, set_value
from atesaki.policies.editing.written import block
from atesaki.policies.errors import PolicyErrors

NO_NAME = _("Say in a sentence what the test is about.")
_NOBODY = _("The mail needs at least one recipient.")
_NOT_A_NUMBER = _("This is a number of people, such as 26.")
_TWICE = _("Another test has this name.")
_EXPECTS = _("Say what is expected.")
_BROKEN = _("The test file has mistakes. Mend it as YAML first.")

_MOST_PEOPLE = 10_000


class Wrong(Exception):
    """A field of the form can't be used; the first argument says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def added_test(ask: Ask, file: str, text: str) -> str:
    """Return a test file with the mail and the test of a form; raises `Wrong`."""
    name = " ".join(ask.value("name").split())
    if not name:
        raise Wrong("name", NO_NAME)
    mail, expected = _mail(ask), _expected(ask)
    if not text.strip():
        return "\n".join(block({"drafts": {"mail": mail}, "tests": [_case(name, "mail", expected)]}, 0)) + "\n"
    try:
        data: Any = plain_of(file, text)
    except PolicyErrors as error:
        raise Wrong("name", _BROKEN) from error
    drafts = data.get("drafts") if isinstance(data, dict) else None
    if not isinstance(drafts, dict):
        raise Wrong("name", _BROKEN)
    named_once(name, data.get("tests"), "name")
    draft = next((key for key, value in drafts.items() if value == mail), None) or new_id("mail", drafts.keys())
    if draft not in drafts:
        text = set_value(file, text, ("drafts", draft), mail)
    return add_item(file, text, ("tests",), _case(name, draft, expected))


def named_once(name: str, tests: Any, field: str) -> None:  # noqa: ANN401 - plain YAML
    """Refuse a name that another test has, since such a file does not load; raises `Wrong`."""
    if any(isinstance(test, dict) and test.get("name") == name for test in tests or ()):
        raise Wrong(field, _TWICE)


def _case(name: str, draft: str, expected: dict[str, object]) -> dict[str, object]:
    return {"name": name[:200], "draft": draft, "expect": expected}


def _mail(ask: Ask) -> dict[str, object]:
    lists = {field: people for field in ("to", "cc", "bcc") if (people := _people(ask, field))}
    if not lists:
        raise Wrong("to", _NOBODY)
    sender, subject, body = (ask.value(field).strip() for field in ("sender", "subject", "body"))
    files = [line.strip() for line in ask.value("attachments").splitlines() if line.strip()]
    return {
        **({"sender": sender} if sender else {}),
        **lists,
        **({"subject": subject} if subject else {}),
        **({"body_text": body.replace("\r\n", "\n")} if body else {}),
        **({"attachments": [{"name": file} for file in files]} if files else {}),
    }


def _people(ask: Ask, field: str) -> list[object]:
    """Return the addresses of a field, and so many invented people at a domain or each at their own."""
    people: list[object] = [line.strip() for line in ask.value(field).splitlines() if line.strip()]
    number, domain = ask.value(f"{field}_people").strip(), ask.value(f"{field}_at").strip()
    if number:
        if not number.isdecimal() or not 0 < int(number[:9]) <= _MOST_PEOPLE:
            raise Wrong(f"{field}_people", _NOT_A_NUMBER)
        people.append({"people": int(number), **({"at": domain} if domain else {})})
    return people


def _expected(ask: Ask) -> dict[str, object]:
    action, release = ask.value("action"), ask.value("release")
    rules, simulated = ask.values("findings"), ask.values("simulated")
    if action == "allow" and not rules:
        return {"silent": True, **({"simulated": simulated} if simulated else {})}
    expected: dict[str, object] = {
        **({"action": action} if action else {}),
        **({"release": release} if release else {}),
        **({"findings": rules} if rules else {}),
        **({"simulated": simulated} if simulated else {}),
    }
    if not expected:
        raise Wrong("action", _EXPECTS)
    return expected
