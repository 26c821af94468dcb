"""The pages of policies through the real server: drafts, forms, YAML, tests, publication, history, four eyes."""

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.api.mails import VOLUNTEERS, mail
from tests.console.forms import sent, values_of
from tests.policies.files import FILES, POLICY
from tests.server import Server, Visitor, running_server

import atesaki.policies
from atesaki.console.policies.sentences import SENTENCES
from atesaki.policies.shipped import shipped_folder

STRANGERS = "/policies/threats/strangers_visible"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A fresh server with the shipped policies."""
    with running_server(tmp_path, internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def admin(server: Server) -> Iterator[Visitor]:
    """An admin, in English."""
    with server.visitor("admin") as visitor:
        yield visitor


def draft(visitor: Visitor, title: str = "Try") -> str:
    """Start a draft and return the path of its page."""
    page = visitor.post("/policies/drafts", {"title": title})
    assert page.status_code == 200, page.text
    return page.url.path.removeprefix("/console")


def yaml(visitor: Visitor, at: str, file: str) -> str:
    """Return a file of a draft as its page shows it."""
    [text] = values_of(visitor.get(f"{at}/files/{file}"), f"/files/{file}")["text"]
    return text.replace("\r\n", "\n")


def published(visitor: Visitor, at: str, note: str = "Because.") -> httpx2.Response:
    """Publish a draft by the form of its last page."""
    page = visitor.get(f"{at}/publish")
    return sent(visitor, page, f"{at}/publish", note=note)


def decide(server: Server, people: int) -> dict[str, Any]:
    """Have a mail to so many strangers judged."""
    message = mail(to=VOLUNTEERS[:people], subject="親睦会")
    answer = server.client.post("/v1/decisions", json={"message": message})
    decision: dict[str, Any] = answer.raise_for_status().json()
    return decision


def test_all_policies_are_listed_with_their_state(admin: Visitor) -> None:
    """By threat, in the visitor's words; what is only tried out says so."""
    page = admin.get("/policies")
    assert page.text.count('class="group"') == len([*shipped_folder().glob("*_test.yaml")])
    assert "Strangers would see each other" in page.text
    assert page.text.count("only tried out</span>") == 3
    assert "publication 1 of" in page.text


def test_a_rule_is_told_in_plain_words(server: Server, admin: Visitor) -> None:
    """In the language of whoever reads."""
    assert (
        "at least 10 visible outside or partner recipients of at least 5 outside organizations"
        in admin.get(STRANGERS).text
    )
    with server.visitor("admin", language="ja") as japanese:
        assert "社外か取引先の宛先が 10 件以上" in japanese.get(STRANGERS).text


def test_a_form_that_nobody_touched_changes_nothing(admin: Visitor) -> None:
    """Every rule of every shipped policy is opened and sent back; comments, quotes and order stay."""
    at = draft(admin)
    before = {path.name: path.read_text() for path in shipped_folder().glob("*.yaml")}
    for name in sorted(before):
        policy = name.removesuffix(".yaml")
        for place in range(before[name].count("\n  - id:") if not policy.endswith("_test") else 0):
            rule = f"{at}/of/{policy}/rules/{place}"
            assert sent(admin, admin.get(rule), rule, do="save").status_code == 200
    assert "Nothing is changed yet" in admin.get(at).text


def test_a_rule_is_changed_by_form_and_its_yaml_follows(admin: Visitor) -> None:
    """One line differs, comments stay, and nothing is in force."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/0"
    page = sent(admin, admin.get(rule), rule, fields={"rules.0.when.recipients.at_least": "12"}, do="save")
    assert "Saved in the draft" in page.text
    text = yaml(admin, at, "strangers_visible.yaml")
    shipped = (shipped_folder() / "strangers_visible.yaml").read_text()
    assert text == shipped.replace("at_least: 10, organizations", "at_least: 12, organizations")
    overview = admin.get(at).text
    assert "at least 12 visible" in overview
    assert "1 of" in overview
    assert "tests fail" in overview


def test_a_wrong_value_is_kept_and_named_at_its_field(admin: Visitor) -> None:
    """The file says what was typed, the loader names the line, the form marks the field."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/0"
    page = sent(admin, admin.get(rule), rule, fields={"rules.0.when.recipients.at_least": "ten"}, do="save")
    assert "Expected a whole number, found text." in page.text
    assert re.search(r'name="rules\.0\.when\.recipients\.at_least" value="ten"[^>]*aria-invalid="true"', page.text)
    assert "at_least: ten," in yaml(admin, at, "strangers_visible.yaml")


def test_parts_of_a_condition_are_added_and_removed(admin: Visitor) -> None:
    """Whatever else was typed is saved with it; an exemption comes with its owner and an end."""
    at = draft(admin)
    rule = f"{at}/of/truncated/rules/0"
    page = sent(admin, admin.get(rule), rule, do="add:rules.0.when.any", fields={"rules.0.severity": "high"})
    assert "any: [{}]" in yaml(admin, at, "truncated.yaml")
    assert "severity: high" in yaml(admin, at, "truncated.yaml")
    assert "A condition needs at least one key" in page.text
    page = sent(admin, page, rule, do="save", fields={"rules.0.when.any.0.item": "message"})
    assert "any: [{item: message}]" in yaml(admin, at, "truncated.yaml")
    page = sent(admin, page, rule, do="remove:rules.0.when.any.0")
    assert "any:" not in yaml(admin, at, "truncated.yaml")
    sent(admin, page, rule, do="add:rules.0.exemptions")
    assert "owner: kei@hall.example" in yaml(admin, at, "truncated.yaml")


def test_rules_are_added_copied_moved_and_removed(admin: Visitor) -> None:
    """Each at once in the draft, the others untouched."""
    at = draft(admin)
    policy = f"{at}/of/strangers_visible"

    def ids() -> list[str]:
        return re.findall(r"^  - id: (\w+)", yaml(admin, at, "strangers_visible.yaml"), re.MULTILINE)

    def arranged(do: str) -> list[str]:
        sent(admin, admin.get(policy), f"{policy}/arrange", do=do)
        return ids()

    assert arranged("add") == ["many_strangers", "strangers", "new_rule"]
    assert arranged("copy:1") == ["many_strangers", "strangers", "strangers_2", "new_rule"]
    assert arranged("up:3") == ["many_strangers", "strangers", "new_rule", "strangers_2"]
    assert arranged("remove:2") == ["many_strangers", "strangers", "strangers_2"]
    assert arranged("down:0") == ["strangers", "many_strangers", "strangers_2"]


def test_the_dialog_is_shown_before_anything_is_saved(admin: Visitor) -> None:
    """By a button without JavaScript, and as a fragment while typing; in both languages."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/1"
    opened = admin.get(rule)
    typed = {"rules.1.message.en": "Stop, {count} people!", "rules.1.message.ja": "{count} 人、止まって。"}
    page = sent(admin, opened, rule, do="preview", fields=typed)
    assert "it is not saved yet" in page.text
    assert "3 people!" in page.text
    assert "3 人、止まって。" in page.text
    values = {name: value for name, value in values_of(opened, rule).items() if name != "csrf"}
    fragment = admin.post(f"{rule}/preview", {**values, **typed})
    assert "3 people!" in fragment.text
    assert "<html" not in fragment.text
    assert "Nothing is changed yet" in admin.get(at).text


def test_a_mistake_in_yaml_stands_at_its_line(server: Server, admin: Visitor) -> None:
    """The line is shown and marked, the cursor's place is told, and the text is saved all the same."""
    at = draft(admin)
    form = admin.get(f"{at}/files/look_alike.yaml")
    wrong = values_of(form, "look_alike.yaml")["text"][0].replace("action: warn", "action: wran")
    checked = sent(admin, form, f"{at}/files/look_alike.yaml", text=wrong, do="check")
    assert (checked.status_code, "it is not saved yet" in checked.text) == (422, True)
    page = sent(admin, form, f"{at}/files/look_alike.yaml", text=wrong, do="save")
    assert "Unknown value “wran”; did you mean “warn”?" in page.text
    assert re.search(r'class="marked"><b>▶11</b>     action: wran', page.text)
    position = wrong.replace("\r\n", "\n").index("wran")
    assert f'data-position="{position}"' in page.text
    with server.visitor("admin", language="ja") as japanese:
        assert "「warn」ではありませんか" in japanese.get(f"{at}/files/look_alike.yaml").text


def test_a_file_that_is_no_yaml_is_mended_as_yaml(admin: Visitor) -> None:
    """The form says that it can't open it; nothing breaks."""
    at = draft(admin)
    form = admin.get(f"{at}/files/look_alike.yaml")
    sent(admin, form, f"{at}/files/look_alike.yaml", text="id: [", do="save")
    assert "the form can't open it" in admin.get(f"{at}/of/look_alike").text
    assert admin.get(f"{at}/of/look_alike/rules/0").status_code == 404
    assert "This is not valid YAML" in admin.get(at).text


def test_two_admins_on_one_rule_lose_nothing(server: Server, admin: Visitor) -> None:
    """The second is shown the first's change and his own, and both together."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/0"
    with server.visitor("admin", email="sato@hall.example") as second:
        mine, theirs = admin.get(rule), second.get(rule)
        sent(admin, mine, rule, do="save", fields={"rules.0.severity": "critical"})
        page = sent(second, theirs, rule, do="save", fields={"rules.0.when.recipients.at_least": "15"})
        assert page.status_code == 409
        assert "Nothing is lost" in page.text
        assert '<del><b aria-hidden="true">−</b>     severity: high</del>' in page.text
        assert "both fit together" in page.text
        sent(second, page, f"{at}/files/strangers_visible.yaml", do="save")
    text = yaml(admin, at, "strangers_visible.yaml")
    assert "severity: critical" in text
    assert "at_least: 15" in text


@pytest.mark.parametrize(
    "do", ["save", "preview", "add:rules.0.when.any", "remove:rules.0.when.any.7", "remove:rules.9"]
)
def test_a_form_of_another_file_is_refused(admin: Visitor, do: str) -> None:
    """Nothing is saved, and nothing breaks."""
    at = draft(admin)
    rule = f"{at}/of/truncated/rules/0"
    answer = sent(admin, admin.get(rule), rule, base="id: other\nrules: []\n", do=do)
    assert answer.status_code == 409
    arranged = sent(admin, admin.get(f"{at}/of/truncated"), f"{at}/of/truncated/arrange", base="rules: []", do="copy:0")
    assert arranged.status_code == 409
    assert "Nothing is changed yet" in admin.get(at).text


def test_two_forms_that_touch_neighbouring_lines_fit_together(server: Server, admin: Visitor) -> None:
    """The form knows fields, not lines: only where both changed the same field does somebody have to choose."""
    at = draft(admin)
    rule = f"{at}/of/truncated/rules/0"
    with server.visitor("admin", email="sato@hall.example") as second:
        mine, theirs, third = admin.get(rule), second.get(rule), second.get(rule)
        sent(admin, mine, rule, do="save", fields={"rules.0.message.en": "Read it again."})
        page = sent(second, theirs, rule, do="save", fields={"rules.0.severity": "critical"})
        assert "both fit together" in page.text
        sent(second, page, f"{at}/files/truncated.yaml", do="save")
        same = sent(second, third, rule, do="save", fields={"rules.0.message.en": "Look again."})
        assert "In one place both changed the same lines" in same.text
    text = yaml(admin, at, "truncated.yaml")
    assert "Read it again." in text
    assert "severity: critical" in text


def test_a_new_policy_is_published_and_judges_the_next_mail(server: Server, admin: Visitor) -> None:
    """New rule, its tests adapted by form, published with a note; no restart."""
    at = draft(admin)
    page = sent(admin, admin.get(f"{at}/new"), f"{at}/new", name="crowds", title_ja="大勢", title_en="Crowds")
    assert "Change them as you need" in page.text
    rule = f"{at}/of/crowds/rules/0"
    fields = {
        "rules.0.when.recipients.at_least": "2",
        "rules.0.when.subject.contains": "親睦会",
        "rules.0.mode": "enforce",
        "rules.0.action": "block",
    }
    page = sent(admin, admin.get(rule), rule, do="save", fields=fields)
    assert "With this rule, tests fail" in page.text
    refused = admin.get(f"{at}/publish").text
    assert "nine outsiders are ordinary" in refused
    assert "Publish: in force" not in refused
    form = admin.get(f"{at}/files/crowds_test.yaml")
    suite = (
        "drafts:\n  two: {to: [{people: 2}], subject: 親睦会}\n"
        "tests:\n  - {name: two are held, draft: two, expect: {findings: [first_rule]}}\n"
    )
    sent(admin, form, f"{at}/files/crowds_test.yaml", do="save", text=suite)
    assert decide(server, 2)["action"] == "allow"
    page = published(admin, at, "Crowds are held.")
    assert "Publication 2 is in force" in page.text
    assert [finding["policy"] for finding in decide(server, 2)["findings"]] == ["crowds"]
    history = admin.get("/policies/history").text
    assert "Crowds are held." in history
    page = sent(admin, admin.get("/policies/history/1"), "/policies/history/1/roll-back", note="Too much.")
    assert "Publication 1 is in force again, as publication 3." in page.text
    assert decide(server, 2)["action"] == "allow"
    records = server.admin.get("/v1/journal", params={"limit": 50}).json()
    assert "policy.rolled_back" in str(records)


def test_a_test_is_added_by_form(admin: Visitor) -> None:
    """A mail and what is expected of it, beside the comments and tests that are there."""
    at = draft(admin)
    tests = f"{at}/of/strangers_visible/tests"
    form = admin.get(tests)
    page = sent(admin, form, tests, name="", to_people="5")
    assert (page.status_code, "Say in a sentence" in page.text) == (422, True)
    page = sent(admin, form, tests, name="five in Cc", cc_people="five", action="warn")
    assert "This is a number of people" in page.text
    page = sent(
        admin, form, tests, name="five in Cc", to="boss@our.example", cc_people="5", action="warn", findings="strangers"
    )
    assert "The test was added" in page.text
    assert "five in Cc" in page.text
    text = yaml(admin, at, "strangers_visible_test.yaml")
    assert text.startswith((shipped_folder() / "strangers_visible_test.yaml").read_text()[:200])
    assert "{name: five in Cc, draft: mail, expect: {action: warn, findings: [strangers]}}" in text
    assert "tests pass" in admin.get(at).text


def test_a_mode_is_switched_in_one_step(admin: Visitor) -> None:
    """A draft is begun, or the open one is extended."""
    page = sent(admin, admin.get(STRANGERS), f"{STRANGERS}/rules/strangers/mode", mode="off")
    at = page.url.path.removeprefix("/console")
    assert "Switch off strangers" in page.text
    assert "mode: off" in yaml(admin, at, "strangers_visible.yaml")
    action = f"{STRANGERS}/rules/many_strangers/mode"
    again = sent(admin, admin.get(STRANGERS), action, mode="simulate", draft=at.rpartition("/")[2])
    assert again.url.path.endswith(at)
    assert "mode: simulate" in yaml(admin, at, "strangers_visible.yaml")


def test_an_exemption_is_added_in_one_form(server: Server, admin: Visitor) -> None:
    """With an owner and an end; what is missing is named; once published it stands on the list."""
    form = admin.get(f"{STRANGERS}/rules/strangers/exempt")
    action = f"{STRANGERS}/rules/strangers/exempt"
    bad = sent(admin, form, action, owner="", until="2020-01-01", why="", senders="")
    assert bad.status_code == 422
    assert bad.text.count('class="problem"') == 4
    page = sent(admin, form, action, senders="fair@hall.example", why="The spring fair", id="fair")
    at = page.url.path.removeprefix("/console")
    text = yaml(admin, at, "strangers_visible.yaml")
    assert "id: fair" in text
    assert "owner: kei@hall.example" in text
    published(admin, at)
    assert "The spring fair" in admin.get(STRANGERS).text
    message = mail(sender={"address": "fair@hall.example"}, to=VOLUNTEERS[:4])
    assert server.client.post("/v1/decisions", json={"message": message}).json()["action"] == "allow"
    assert decide(server, 4)["action"] == "warn"


def test_another_publication_of_the_same_file_is_looked_at_first(server: Server, admin: Visitor) -> None:
    """Nothing is published over it; both texts stand there, and the chosen one goes on."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/0"
    sent(admin, admin.get(rule), rule, do="save", fields={"rules.0.severity": "critical"})
    files = server.admin.get("/v1/policies").json()["files"]
    theirs = files["strangers_visible.yaml"].replace("# Not `never`", "# Never `never`")
    server.admin.put("/v1/policies", json={**files, "strangers_visible.yaml": theirs}).raise_for_status()
    assert "It changes the same files" in admin.get(at).text
    assert "Publish: in force" not in admin.get(f"{at}/publish").text
    page = sent(admin, admin.get(f"{at}/outdated"), f"{at}/outdated")
    assert "now stands on what is in force" in page.text
    published(admin, at)
    now = server.admin.get("/v1/policies").json()["files"]["strangers_visible.yaml"]
    assert "# Never `never`" in now
    assert "severity: critical" in now


def test_with_four_eyes_somebody_else_publishes(tmp_path: Path) -> None:
    """The author may propose; the other one publishes; a roll-back becomes a proposal."""
    with running_server(tmp_path, four_eyes=True) as server, server.visitor("admin") as author:
        at = draft(author)
        rule = f"{at}/of/strangers_visible/rules/0"
        sent(author, author.get(rule), rule, do="save", fields={"rules.0.severity": "critical"})
        assert "somebody else has to publish it" in author.get(f"{at}/publish").text
        seen = re.search(r"[0-9a-f]{64}", server.admin.get("/v1/policies").text)
        refused = author.post(f"{at}/publish", {"note": "x", "seen": seen[0] if seen else ""})
        assert refused.status_code == 403
        sent(author, author.get(at), f"{at}/propose", note="Please look.")
        with server.visitor("admin", email="sato@hall.example") as other:
            assert "waits for somebody to publish it" in other.get("/policies").text
            assert "Publication 2 is in force" in published(other, at).text
            page = sent(other, other.get("/policies/history/1"), "/policies/history/1/roll-back", note="Back.")
            assert "proposed as a draft" in page.text
        assert server.admin.get("/v1/policies").json()["number"] == 2


def test_a_folder_is_shown_and_not_edited(tmp_path: Path) -> None:
    """Everything can be read, and the page says where to change it."""
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    with running_server(tmp_path / "data", policy_dir=folder) as server, server.visitor("admin") as admin:
        page = admin.get("/policies").text
        assert str(folder) in page
        assert "Start a draft" not in page
        assert "Change in a new draft" not in admin.get("/policies/threats/strangers").text
        refused = admin.post("/policies/drafts", {"title": "x"})
        assert (refused.status_code, "change the files there" in refused.text) == (409, True)


def test_an_end_that_comes_near_is_shown(server: Server, admin: Visitor) -> None:
    """On the list, with the days that are left."""
    server.admin.put(
        "/v1/policies",
        json={"strangers.yaml": POLICY.replace("    action", "    active: {until: 2026-01-01}\n    action")},
    )
    assert "Ends soon" not in admin.get("/policies").text
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9)
    ending = POLICY.replace("    action", f"    active: {{until: {until}}}\n    action")
    server.admin.put("/v1/policies", json={"strangers.yaml": ending}).raise_for_status()
    assert re.search(r"ends in \d+ days", admin.get("/policies").text)
    assert "A rule or an exemption ends soon" in admin.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        "/policies/threats/none",
        "/policies/threats/strangers_visible/rules/none/exempt",
        "/policies/history/99",
        "/policies/history/x",
        "/policies/drafts/99",
        "/policies/drafts/x",
        "/policies/drafts/1/of/none",
        "/policies/drafts/1/of/strangers_visible/rules/9",
        "/policies/drafts/1/files/none.yaml",
        "/policies/drafts/1/files/..%2Fx",
    ],
)
def test_what_is_not_there_is_said(shared: Visitor, path: str) -> None:
    """A page with 404, never an error of the program."""
    assert shared.get(path).status_code == 404


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """An admin on a server with one draft, for tests that change nothing."""
    with running_server(tmp_path_factory.mktemp("store")) as started, started.visitor("admin") as visitor:
        draft(visitor)
        yield visitor


def test_every_refusal_of_the_layers_below_is_translated() -> None:
    """The console's list has exactly the sentences that drafts, the set in force and these pages raise."""
    raised = {sentence for path in _sources() for sentence in _raised(path)}
    assert set(SENTENCES) <= raised
    assert raised - set(SENTENCES) - TOLD_BY_OTHERS == set()


TOLD_BY_OTHERS = {
    "A form can't make this change without touching more of the file (x). Edit it as YAML.",
}
"""Sentences that the loader's translations know."""


def _sources() -> list[Path]:
    policies = Path(str(atesaki.policies.__file__)).parent
    console = policies.parent / "console" / "policies"
    return [
        policies / "current.py",
        policies / "revisions.py",
        *sorted((policies / "drafting").glob("*.py")),
        *sorted(console.glob("*.py")),
    ]


def _raised(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Raise | ast.Return) and isinstance(
            node.exc if isinstance(node, ast.Raise) else node.value, ast.Call
        ):
            call: Any = node.exc if isinstance(node, ast.Raise) else node.value
            for argument in call.args:
                if (
                    isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and argument.value.endswith(".")
                ):
                    yield argument.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def test_a_file_of_mistakes_shows_the_first_hundred(admin: Visitor) -> None:
    """Each with its lines; forty thousand of them took minutes."""
    at = draft(admin)
    text = "".join(f"k{number}: 1\n" for number in range(20_000))
    shown = admin.post(f"{at}/files/many.yaml", {"text": text, "do": "check"})
    assert shown.status_code == 422
    assert 0 < shown.text.count("Unknown key") <= 100
