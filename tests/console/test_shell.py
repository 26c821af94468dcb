"""What stands before every page of the console: session, role, origin, token; and what a visitor is told."""

import httpx2
import pytest
from tests.server import Server
from tests.waiting import wait_until

from atesaki.console.organization import routes as organization_routes

ORGANIZATION = {"internal_domains": "hall.example", "time_zone": "Asia/Tokyo", "start": "08:30", "end": "17:30"}


def _form(server: Server, **more: object) -> dict[str, object]:
    revision = server.admin.get("/v1/organization").json()["revision"]
    return {**ORGANIZATION, "days": ["1", "2", "3", "4", "5"], "revision": str(revision), **more}


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_and_back(server: Server) -> None:
    """The page that was asked for is remembered as a path of our own."""
    answer = server.anonymous.get("/console/organization?lang=en")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?next=%2Fconsole%2Forganization%3Flang%3Den"


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(server: Server) -> None:
    """A progress bar whose session has ended must not show the sign-in within its own page."""
    answer = server.anonymous.get("/console/policies/what-if/x/progress", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"], answer.text) == (204, "true", "")


def test_a_role_opens_its_own_pages_only(server: Server) -> None:
    """An auditor finds the organization's page closed and no link to it."""
    with server.visitor("auditor") as auditor:
        answer = auditor.get("/organization")
        assert answer.status_code == 403
        assert "not for you" in answer.text
        assert 'href="/console/organization"' not in auditor.get("/").text


def test_somebody_without_a_role_is_told_whom_to_ask(server: Server) -> None:
    """Signed in is not enough; the first page says so instead of being empty."""
    with server.visitor() as nobody:
        assert "nobody has given you a role" in nobody.get("/").text


def test_a_fault_of_ours_is_told_on_a_page(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words and in the visitor's language, with a way out; what the error says may hold an address."""

    def broken(_: object) -> None:
        raise LookupError("taro@hall.example")

    monkeypatch.setattr(organization_routes, "form_of", broken)
    with server.visitor("admin", language="ja") as admin:
        answer = admin.get("/organization")
    assert (answer.status_code, "サーバーで問題が起きました" in answer.text) == (500, True)
    assert 'href="/console/">スタートに戻る' in answer.text
    assert "taro" not in answer.text


def test_whoever_only_checks_begins_at_the_checks(server: Server) -> None:
    """There is nothing to choose from, and an empty list says so; with another role the first page stays."""
    with server.visitor("checker") as checker:
        answer = checker.get("/?lang=ja")
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/checks?lang=ja")
        page = checker.get("/checks").text
        assert "No mail waits for a check." in page
        assert page.count('<li><a href="/console/') == 1
    with server.visitor("checker", "roster_owner") as both:
        assert 'href="/console/checks">Second check' in both.get("/").text


def test_an_address_without_a_page_says_so_as_a_page_and_leads_back(server: Server) -> None:
    """A mistyped address is no reason to read JSON; without the last slash the console opens all the same."""
    with server.visitor("admin", language="ja") as admin:
        answer = admin.get("/rosters/of")
        assert answer.status_code == 404
        assert "このアドレスにページはありません。" in answer.text
        assert 'href="/console/rosters">「名簿」に戻る' in answer.text
        assert 'href="/console/">スタートに戻る' in admin.get("/rosterz").text
        assert admin.get("").status_code == 200


def test_a_page_is_in_the_language_of_its_visitor_and_stays_in_the_one_chosen(server: Server) -> None:
    """Accept-Language decides until somebody chooses."""
    with server.visitor("admin", language="ja") as admin:
        assert "自分たちのドメイン" in admin.get("/organization").text
        assert "Our own domains" in admin.get("/organization?lang=en").text
        assert "Our own domains" in admin.get("/organization").text


def test_a_form_changes_what_it_says_once(server: Server) -> None:
    """What was saved is in force, is said once, and is recorded with its author apart."""
    with server.visitor("admin") as admin:
        answer = admin.post("/organization", _form(server, partner_domains="partner.example"))
        assert "Saved." in answer.text
        assert "Saved." not in admin.get("/organization").text
    organization = server.admin.get("/v1/organization").json()["organization"]
    assert organization["partner_domains"] == ["partner.example"]


def test_another_language_keeps_what_was_asked_for(server: Server) -> None:
    """A search stays the search, in the other language."""
    with server.visitor("auditor") as auditor:
        assert 'href="?action=block&amp;lang=ja"' in auditor.get("/journal?action=block&lang=en").text


def test_another_language_keeps_what_was_typed(server: Server) -> None:
    """On the answer to a form with a mistake the switch sends the form again, and the mistake is told anew."""
    with server.visitor("admin") as admin:
        english = admin.post("/organization", _form(server, holidays="tomorrow"))
        assert '<input type="hidden" name="holidays" value="tomorrow">' in english.text
        japanese = admin.post("/organization?lang=ja", _form(server, holidays="tomorrow"))
    assert "tomorrow" in japanese.text
    assert "日付" in japanese.text


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_bad_value_loses_nothing(server: Server, lang: str) -> None:
    """The form comes back as it was typed, with a sentence at the field."""
    with server.visitor("admin", language=lang) as admin:
        answer = admin.post("/organization", _form(server, holidays="tomorrow", partner_domains="kept.example"))
    assert answer.status_code == 422
    assert 'id="holidays-problem"' in answer.text
    assert "tomorrow" in answer.text
    assert "kept.example" in answer.text


def test_the_second_of_two_admins_sees_the_first_ones_change(server: Server) -> None:
    """A form that began from an older state is not saved over a newer one."""
    with server.visitor("admin") as admin:
        stale = _form(server, partner_domains="mine.example")
        admin.post("/organization", _form(server, partner_domains="theirs.example"))
        answer = admin.post("/organization", stale)
    assert answer.status_code == 409
    assert "mine.example" in answer.text
    assert "theirs.example" in answer.text


def test_a_form_without_its_token_changes_nothing_and_can_be_confirmed(server: Server) -> None:
    """Whoever signed in anew in the meantime presses one button; another site can't."""
    before = server.admin.get("/v1/organization").json()
    with server.visitor("admin") as admin:
        answer = admin.client.post("/console/organization", data=_form(server, partner_domains="again.example"))
        assert answer.status_code == 409
        assert "again.example" in answer.text
        assert admin.csrf in answer.text
    assert server.admin.get("/v1/organization").json() == before


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"}]
)
def test_a_form_of_another_site_is_refused(server: Server, headers: dict[str, str]) -> None:
    """Even with the token: SameSite is not the only guard."""
    before = server.admin.get("/v1/organization").json()
    with server.visitor("admin") as admin:
        form = {"csrf": admin.csrf, **_form(server, partner_domains="evil.example")}
        assert admin.client.post("/console/organization", data=form, headers=headers).status_code == 403
    assert server.admin.get("/v1/organization").json() == before


def test_long_forms_of_strangers_are_not_taken_apart(server: Server) -> None:
    """Whoever is not signed in can't keep the others waiting: a page asks to sign in, the sign-in refuses."""
    long = {"notes": "x" * 300_000}
    assert server.anonymous.post("/console/organization?lang=en", data=long).status_code == 303
    assert server.anonymous.post("/console/sign-in", data=long).status_code == 413


def test_a_form_of_somebody_who_was_signed_out_is_kept(server: Server) -> None:
    """Nothing that was typed is lost, and nothing is changed."""
    answer: httpx2.Response = server.anonymous.post(
        "/console/organization?lang=en", data=_form(server, partner_domains="kept.example")
    )
    assert answer.status_code == 401
    assert "kept.example" in answer.text
    assert "signed out" in answer.text


@pytest.mark.parametrize("path", ["/journal?before=999999999999999999999", "/journal?until=9999-12-31"])
def test_a_number_that_no_database_holds_leaves_nothing_out(server: Server, path: str) -> None:
    """It is no error of the server's."""
    with server.visitor("auditor", language="ja") as auditor:
        assert auditor.get(path).status_code == 200


def test_large_form_of_somebody_who_is_not_signed_in_is_not_read(server: Server) -> None:
    """Nobody fills our memory by sending us what we would have to send back."""
    mail = {"subject": "x" * 5 * 1024 * 1024}
    answer = server.anonymous.post("/console/try-it", data=mail, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?next=%2Fconsole%2Ftry-it"


def test_every_page_forbids_inline_scripts_and_foreign_frames(server: Server) -> None:
    """The policy of the page names its own host only."""
    with server.visitor("admin") as admin:
        policy = admin.get("/organization").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_first_steps_are_ticked_as_they_are_done(server: Server) -> None:
    """A roster and a first mail change what the page asks for."""
    with server.visitor("admin") as admin:
        assert "1 of 4 are done" in admin.get("/").text
        server.admin.post("/v1/rosters", json={"name": "v", "owner": "o", "purpose": "p", "handling": "protected"})
        assert "2 of 4 are done" in admin.get("/").text
        message = {"sender": {"address": "a@hall.example"}, "to": [], "cc": [], "bcc": []}
        server.client.post("/v1/decisions", json={"message": message, "client": {"app": "outlook"}})
        wait_until(lambda: "All is set up" in admin.get("/").text)


def test_a_holiday_that_is_none_is_named(server: Server) -> None:
    """Among many, it is not looked for line by line."""
    with server.visitor("admin", language="ja") as admin:
        answer = admin.post("/organization", _form(server, holidays="2027-01-01\n2027-02-30\n2027-03-01"))
    assert "「2027-02-30」は日付として読み取れません。" in answer.text
