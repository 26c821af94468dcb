"""A policy's tests get one more by a form that knows no YAML."""

from tests.console.forms import sent
from tests.console.policies.pages import draft, yaml
from tests.server import Server, Visitor

from atesaki.policies.shipped import shipped_folder


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


def test_the_first_tests_of_a_policy_are_named_in_the_language_of_its_author(server: Server) -> None:
    """Whoever reads Japanese reads what they say."""
    with server.visitor("admin", language="ja") as admin:
        at = draft(admin)
        new = {"name": "parents", "title_ja": "保護者", "title_en": "Parents"}
        assert admin.post(f"{at}/new", new).status_code == 200
        page = admin.get(f"{at}/of/parents/tests").text
        assert "外部の 10 人は記録され、だれにも知らされない" in page
        assert "outsiders are" not in page
        assert "テストがすべて成功" in admin.get(at).text


def test_the_tests_of_the_shipped_set_are_named_in_the_language_of_who_reads(server: Server) -> None:
    """On the page of the tests, where one fails, and beside the dialog that is shown on its mail."""
    with server.visitor("admin", language="ja") as admin:
        at = draft(admin)
        assert "面識のない 9 人は、まだ確認だけ" in admin.get(f"{at}/of/strangers_visible/tests").text
        rule = admin.get(f"{at}/of/strangers_visible/rules/0").text
        assert "テスト「5 つの組織の面識のない 10 人は止め、理由を書けば送れる」のメールで表示しています。" in rule
        assert "nine strangers are still a question" in admin.get(f"{at}/of/strangers_visible/tests?lang=en").text
