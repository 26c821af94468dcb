"""A policy whose change has begun already: its page leads to the draft, and a second one is begun on purpose."""

import datetime as dt
import re

from tests.console.forms import sent, values_of
from tests.console.policies.pages import STRANGERS, draft
from tests.server import Server, Visitor

GO_ON = "Go on with the draft of kei@hall.example, begun"


def saved(visitor: Visitor, number: int, policy: str) -> None:
    """Change a policy in a draft."""
    at = f"/policies/drafts/{number}/files/{policy}.yaml"
    text = values_of(visitor.get(at), at)["text"][0]
    sent(visitor, visitor.get(at), at, text=f"{text}# Changed.\n", do="save")


def test_the_page_leads_to_the_draft_that_was_begun_there(server: Server, admin: Visitor) -> None:
    """Before anything is changed in it, in both languages, with who began it and when."""
    sent(admin, admin.get(STRANGERS), "/policies/drafts")
    page = admin.get(STRANGERS).text
    today = dt.datetime.now(dt.UTC).year
    assert re.search(rf'href="/console/policies/drafts/1/of/strangers_visible">{GO_ON} \w+ \d+, {today}</a>', page)
    assert "Change in a new draft" not in page
    assert "Several drafts may stand side by side" in page
    with server.visitor("admin", language="ja") as japanese:
        assert "に始めた下書きを続ける" in japanese.get(STRANGERS).text


def test_the_page_leads_to_a_draft_that_changes_the_policy(admin: Visitor) -> None:
    """Whatever its title; a draft of another policy is offered, and none is in the way."""
    draft(admin, "Spring fair")
    saved(admin, 1, "look_alike")
    before = admin.get(STRANGERS).text
    assert "Change in “Spring fair”" in before
    assert "Change in a new draft" in before
    saved(admin, 1, "strangers_visible")
    page = admin.get(STRANGERS).text
    assert GO_ON in page
    assert "Spring fair</span>" in page
    assert "Change in a new draft" not in page


def test_a_second_draft_is_begun_on_purpose(admin: Visitor) -> None:
    """Both are led to, the one changed last first; what is dropped is led to no more."""
    for _ in range(2):
        sent(admin, admin.get(STRANGERS), "/policies/drafts")
    page = admin.get(STRANGERS).text
    assert page.count(GO_ON) == 2
    assert page.index("/policies/drafts/2/of") < page.index("/policies/drafts/1/of")
    for number in (1, 2):
        admin.post(f"/policies/drafts/{number}/drop", {})
    assert "Change in a new draft" in admin.get(STRANGERS).text


def test_quick_changes_go_on_in_the_draft_that_was_begun(admin: Visitor) -> None:
    """The form chooses it; a new draft is still there to choose."""
    sent(admin, admin.get(STRANGERS), "/policies/drafts")
    page = sent(admin, admin.get(STRANGERS), f"{STRANGERS}/rules/strangers/mode", mode="off")
    assert page.url.path.endswith("/policies/drafts/1")
    assert values_of(admin.get(f"{STRANGERS}/rules/strangers/exempt"), "/exempt")["draft"] == ["1"]


def test_a_draft_without_the_policy_is_led_to_as_a_whole(admin: Visitor) -> None:
    """Where it was removed, there is no page of it."""
    sent(admin, admin.get(STRANGERS), "/policies/drafts")
    removed = "/policies/drafts/1/of/strangers_visible"
    sent(admin, admin.get(removed), f"{removed}/remove")
    assert f'href="/console/policies/drafts/1">{GO_ON}' in admin.get(STRANGERS).text


def test_quick_changes_are_offered_no_draft_without_the_policy(admin: Visitor) -> None:
    """They would end in an error, with what was typed."""
    sent(admin, admin.get(STRANGERS), "/policies/drafts")
    removed = "/policies/drafts/1/of/strangers_visible"
    sent(admin, admin.get(removed), f"{removed}/remove")
    for at in (STRANGERS, f"{STRANGERS}/rules/strangers/exempt"):
        assert '<option value="1"' not in admin.get(at).text
    added = sent(
        admin,
        admin.get(f"{STRANGERS}/rules/strangers/exempt"),
        f"{STRANGERS}/rules/strangers/exempt",
        senders="fair@hall.example",
        why="The spring fair",
    )
    assert added.url.path.endswith("/policies/drafts/2")
