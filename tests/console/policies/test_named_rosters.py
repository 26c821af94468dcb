"""A rule that names a roster that there isn't would stay silent for ever: the console says so."""

from tests.console.forms import sent
from tests.console.policies.pages import STRANGERS, draft, published
from tests.server import Server, Visitor

POLICY = """\
id: clients
title: {ja: 相談者, en: Clients}
rules:
  - id: together
    when:
      any:
        - recipients: {in_roster: {name: cleints}, at_least: 2}
        - not: {recipients: {in_roster: {name: everybody}}}
          subject: {contains: [secret plan]}
    action: warn
    message: {ja: 確かめてください。, en: Check it.}
"""


def test_a_roster_that_there_is_not_is_told_where_a_rule_names_it(server: Server, admin: Visitor) -> None:
    """On the form, before it is published, and on the list, until it is registered; publishing stays possible."""
    for name in ("clients", "everybody"):
        roster = {"name": name, "owner": "kei@hall.example", "purpose": "Letters", "handling": "sensitive"}
        server.admin.post("/v1/rosters", json=roster).raise_for_status()
    at = draft(admin)
    assert admin.post(f"{at}/files/clients.yaml", {"text": POLICY, "do": "save"}).status_code == 200
    told = "There is no roster “cleints”, so the rule clients.together finds nobody on it."
    for page in (f"{at}/of/clients/rules/0", f"{at}/publish"):
        text = admin.get(page).text
        assert told in text
        assert "no roster “everybody”" not in text
    assert published(admin, at).status_code == 200
    assert told in admin.get("/policies").text
    with server.visitor("admin", language="ja") as japanese:
        assert "「cleints」という名簿はない" in japanese.get("/policies").text
    server.admin.post(
        "/v1/rosters", json={"name": "cleints", "owner": "kei@hall.example", "purpose": "x", "handling": "sensitive"}
    ).raise_for_status()
    assert told not in admin.get("/policies").text


def test_an_exemption_that_names_a_roster_counts_too(admin: Visitor) -> None:
    """And a rule of another policy's form is not blamed for it."""
    at = draft(admin)
    rule = f"{at}/of/{STRANGERS.rpartition('/')[2]}/rules/0"
    unless = {"rules.0.unless.recipients.in_roster.name": "board"}
    sent(admin, admin.get(rule), rule, do="add:rules.0.unless")
    page = sent(admin, admin.get(rule), rule, do="save", fields=unless)
    assert "There is no roster “board”" in page.text
    assert "There is no roster" not in admin.get(f"{at}/of/truncated/rules/0").text
