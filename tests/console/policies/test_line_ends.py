"""Files with other line ends than a browser sends: they are edited like any other, and keep their own."""

import pytest
from tests.console.forms import sent, values_of
from tests.console.policies.pages import draft
from tests.server import Server, Visitor

FILE = "files/look_alike.yaml"
RULE = "of/look_alike/rules/0"


def publish_with(server: Server, end: str, lines: int = -1) -> str:
    """Put a policy in force whose first lines end otherwise, as an editor on Windows may leave it."""
    files = server.admin.get("/v1/policies").json()["files"]
    files["look_alike.yaml"] = files["look_alike.yaml"].replace("\n", end, lines)
    server.admin.put("/v1/policies", json=files).raise_for_status()
    return str(files["look_alike.yaml"])


def published_by(server: Server, admin: Visitor, at: str) -> str:
    """Publish a draft and return the policy in force."""
    assert sent(admin, admin.get(f"{at}/publish"), f"{at}/publish", note="Because.").status_code == 200
    return str(server.admin.get("/v1/policies").json()["files"]["look_alike.yaml"])


@pytest.mark.parametrize(("end", "lines"), [("\r\n", 4), ("\r\n", -1), ("\r", -1)], ids=["mixed", "windows", "old mac"])
def test_a_file_keeps_its_line_ends(server: Server, admin: Visitor, end: str, lines: int) -> None:
    """Form and YAML change their lines alone; before, a file with two kinds of line ends could never be saved."""
    before = publish_with(server, end, lines)
    at = draft(admin)
    by_form = sent(admin, admin.get(f"{at}/{RULE}"), f"{at}/{RULE}", do="save", fields={"rules.0.severity": "low"})
    assert by_form.status_code == 200
    form = admin.get(f"{at}/{FILE}")
    text = values_of(form, FILE)["text"][0].replace("may be a mistyped", "is perhaps a mistyped")
    assert sent(admin, form, f"{at}/{FILE}", text=text, do="save").status_code == 200
    after = published_by(server, admin, at)
    assert after.count("\n") - before.count("\n") in {0, 1}
    assert {line for line in before.splitlines(keepends=True) if "mistyped" not in line and "severity" not in line} <= {
        *after.splitlines(keepends=True)
    }


def test_two_admins_on_a_file_from_windows_fit_together(server: Server, admin: Visitor) -> None:
    """Line ends are no change; before, every line of such a file was one that both had changed."""
    publish_with(server, "\r\n")
    at = draft(admin)
    mine, theirs = admin.get(f"{at}/{FILE}"), admin.get(f"{at}/{FILE}")
    text = values_of(mine, FILE)["text"][0]
    sent(admin, mine, f"{at}/{FILE}", text=text.replace("action: warn", "action: block"), do="save")
    page = sent(admin, theirs, f"{at}/{FILE}", text=f"# Why.\r\n{text}", do="save")
    assert (page.status_code, "both fit together" in page.text) == (409, True)


def test_the_cursor_comes_to_the_mistake_behind_windows_lines_and_emoji(server: Server, admin: Visitor) -> None:
    """A browser counts a line end as one character, and an emoji as two."""
    publish_with(server, "\r\n")
    at = draft(admin)
    form = admin.get(f"{at}/{FILE}")
    text = "# 📮\r\n" + values_of(form, FILE)["text"][0].replace("action: warn", "action: wran")
    page = sent(admin, form, f"{at}/{FILE}", text=text, do="save")
    seen = text.replace("\r\n", "\n").encode("utf-16-le")
    assert f'data-position="{seen.index("wran".encode("utf-16-le")) // 2}"' in page.text


def test_a_text_as_it_is_saved_is_not_called_unsaved(admin: Visitor) -> None:
    """The line ends of the browser alone are no text of somebody's own."""
    at = draft(admin)
    form = admin.get(f"{at}/{FILE}")
    assert "it is not saved yet" not in sent(admin, form, f"{at}/{FILE}", do="check").text
