"""From a draft to what is in force: publication, history, roll-back, what was published in between, four eyes."""

import re
from pathlib import Path

from tests.console.forms import sent
from tests.console.policies.pages import decide, draft, published
from tests.server import Server, Visitor, running_server


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
    assert "now stands on what was published last" in page.text
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
