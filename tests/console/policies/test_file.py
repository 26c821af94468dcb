"""The YAML of a draft: mistakes are named at their lines, and a text that doesn't load is kept and mended there."""

import re

from tests.console.forms import sent, values_of
from tests.console.policies.pages import draft
from tests.server import Server, Visitor


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


def test_a_file_of_mistakes_shows_the_first_hundred(admin: Visitor) -> None:
    """Each with its lines; forty thousand of them took minutes."""
    at = draft(admin)
    text = "".join(f"k{number}: 1\n" for number in range(20_000))
    shown = admin.post(f"{at}/files/many.yaml", {"text": text, "do": "check"})
    assert shown.status_code == 422
    assert 0 < shown.text.count("Unknown key") <= 100


def test_no_page_leads_to_tests_that_there_are_not(admin: Visitor) -> None:
    """A policy whose tests were removed has no tab of their YAML."""
    at = draft(admin)
    tests, policy = f"{at}/files/look_alike_test.yaml", f"{at}/files/look_alike.yaml"
    assert f'href="/console{tests}"' in admin.get(policy).text
    sent(admin, admin.get(tests), tests, do="remove")
    assert admin.get(tests).status_code == 404
    assert f'href="/console{tests}"' not in admin.get(policy).text
