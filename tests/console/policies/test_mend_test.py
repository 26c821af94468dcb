"""Who changes a rule on purpose brings its tests along by form, and can publish without knowing YAML."""

import pytest
from tests.console.forms import sent
from tests.console.policies.pages import draft, published, yaml
from tests.server import Server, Visitor

FILE = "large_audience_test.yaml"
MEND = "/of/large_audience/tests/mend"


@pytest.fixture
def at(admin: Visitor) -> str:
    """A draft in which 30 people are a large audience, which the test of 49 does not expect."""
    return _thirty(admin)


def _thirty(admin: Visitor) -> str:
    at = draft(admin)
    text = yaml(admin, at, "large_audience.yaml").replace("at_least: 50", "at_least: 30")
    page = f"{at}/files/large_audience.yaml"
    assert sent(admin, admin.get(page), page, text=text, do="save").status_code == 200
    return at


def test_a_test_takes_over_what_happens_now_under_a_new_name(admin: Visitor, at: str) -> None:
    """The page of publication leads to it; afterwards the draft is published, and the others are as they were."""
    assert f'href="/console{at}/of/large_audience/tests"' in admin.get(f"{at}/publish").text
    before = yaml(admin, at, FILE)
    page = sent(admin, admin.get(f"{at}/of/large_audience/tests"), f"{at}{MEND}", named="forty-nine are many")
    assert "The test expects what happens now." in page.text
    assert yaml(admin, at, FILE) == before.replace(
        "  - name: forty-nine are ordinary\n    ja: 49 人なら、ふつうのメール\n", "  - name: forty-nine are many\n"
    ).replace("{silent: true, simulated: []}", "{silent: true, simulated: [many_recipients]}")
    assert "is in force" in published(admin, at).text


def test_a_test_keeps_both_names_where_its_name_still_holds(server: Server) -> None:
    """Only what was typed anew takes the place of what readers of either language see."""
    with server.visitor("admin", language="ja") as admin:
        at = _thirty(admin)
        assert "正しい結果にしました" in sent(admin, admin.get(f"{at}/of/large_audience/tests"), f"{at}{MEND}").text
        assert "  - name: forty-nine are ordinary\n    ja: 49 人なら、ふつうのメール\n" in yaml(admin, at, FILE)


def test_a_test_that_no_longer_makes_sense_is_removed(admin: Visitor, at: str) -> None:
    """The last one stays, since a file of tests needs one."""
    tests = f"{at}/of/large_audience/tests"
    page = sent(admin, admin.get(tests), f"{at}{MEND}", do="remove")
    assert "The test was removed from the draft." in page.text
    assert "forty-nine" not in yaml(admin, at, FILE)
    file = f"{at}/files/{FILE}"
    broken = yaml(admin, at, FILE).replace("simulated: [many_recipients]", "simulated: []")
    sent(admin, admin.get(file), file, text=broken, do="save")
    page = sent(admin, admin.get(tests), f"{at}{MEND}", do="remove")
    assert (page.status_code, "It is the only test" in page.text) == (422, True)


@pytest.mark.parametrize(
    ("named", "said"), [("", "Say in a sentence"), ("fifty outsiders are recorded, and nobody is disturbed", "Another")]
)
def test_a_name_that_cannot_be_used_is_told_at_the_test(admin: Visitor, at: str, named: str, said: str) -> None:
    """Nothing is saved, and what was typed stays; the form for a new test says the same of a name."""
    tests = f"{at}/of/large_audience/tests"
    before = yaml(admin, at, FILE)
    page = sent(admin, admin.get(tests), f"{at}{MEND}", named=named)
    assert (page.status_code, said in page.text, f'name="named" value="{named}"' in page.text) == (422, True, True)
    page = sent(admin, admin.get(tests), tests, name=named, to_people="5", action="warn")
    assert (page.status_code, said in page.text) == (422, True)
    assert yaml(admin, at, FILE) == before


def test_what_somebody_else_changed_meanwhile_is_not_lost(admin: Visitor, at: str) -> None:
    """The place of a test is the one on the page that was sent, not the one of a newer file."""
    tests = f"{at}/of/large_audience/tests"
    old = admin.get(tests)
    form = {"name": "five", "to_people": "5", "action": "allow"}
    assert sent(admin, admin.get(tests), tests, **form).status_code == 200
    page = sent(admin, old, f"{at}{MEND}", do="remove")
    assert page.status_code == 409
    assert "five" in yaml(admin, at, FILE)


def test_a_test_that_is_not_there_is_not_found(admin: Visitor, at: str) -> None:
    """Whoever sends another place breaks nothing."""
    page = admin.get(f"{at}/of/large_audience/tests")
    assert sent(admin, page, f"{at}{MEND}", place="7").status_code == 404
    assert sent(admin, page, f"{at}{MEND}", base="no: [yaml").status_code == 422
