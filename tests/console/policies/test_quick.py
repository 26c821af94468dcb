"""Changes in one step from the page of a policy in force: another mode, an exemption."""

from tests.api.mails import VOLUNTEERS, mail
from tests.console.forms import sent
from tests.console.policies.pages import STRANGERS, decide, published, yaml
from tests.server import Server, Visitor

LISTS = "/policies/threats/unexpanded_list"


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


def test_a_last_day_in_another_form_is_written_as_policies_write_it(admin: Visitor) -> None:
    """What the form takes for a date doesn't break the draft."""
    action = f"{STRANGERS}/rules/strangers/exempt"
    page = sent(admin, admin.get(action), action, senders="fair@hall.example", why="The spring fair", until="20990331")
    assert "2099-03-31" in yaml(admin, page.url.path.removeprefix("/console"), "strangers_visible.yaml")


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


def test_a_list_of_ones_own_is_exempt_and_no_other(server: Server, admin: Visitor) -> None:
    """An association's own group passes by one form; a stranger's list beside it is told all the same."""
    action = f"{LISTS}/rules/outside_list/exempt"
    form = admin.get(action)
    page = sent(admin, form, action, recipients="members@googlegroups.com", why="Our own members")
    published(admin, page.url.path.removeprefix("/console"))
    assert asked(server, "members@googlegroups.com") == "allow"
    assert asked(server, "other@googlegroups.com") == "warn"
    assert asked(server, "members@googlegroups.com", "other@googlegroups.com") == "warn"


def test_recipients_are_exempt_only_where_a_rule_looks_for_single_ones(admin: Visitor) -> None:
    """A crowd has nobody who could be left out, so that form doesn't ask, and takes no answer."""
    action = f"{STRANGERS}/rules/strangers/exempt"
    form = admin.get(action)
    assert 'name="senders"' in form.text
    assert 'name="recipients"' not in form.text
    refused = sent(admin, form, action, senders="", fields={"recipients": "a@one.example"}, why="Why")
    assert refused.status_code == 422


def asked(server: Server, *lists: str) -> str:
    """Return the action for a mail to these lists and a colleague."""
    message = mail(to=[*lists, "boss@hall.example"])
    return str(server.client.post("/v1/decisions", json={"message": message}).json()["action"])
