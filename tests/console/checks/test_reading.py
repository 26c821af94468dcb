"""What a checker reads of a mail: everything that was recorded of it, in their language, and who may read it."""

import re
from urllib.parse import urlsplit

from tests.api.mails import SENDER
from tests.console.checks.asking import TO, asked, held, standing
from tests.console.sign_in.browser import HANAKO, PASSWORD, Browser, become_admin
from tests.server import Server, Visitor


def test_a_checker_reads_everything_but_the_text(server: Server, checker: Visitor, subject: str) -> None:
    """Who writes and why, to whom, inside or outside, what would happen, until when; the look is recorded."""
    decision = asked(
        server,
        "The hall asked for it.\nPlease be quick.",
        subject=subject,
        cc=[{"address": "all@school.example", "kind": "distribution_list"}],
        attachments=[{"name": "map.pdf"}],
    )
    page = checker.get(f"/checks/{decision}").text.replace("\u00a0", " ")
    for shown in (
        "May this mail be sent?",
        "<bdi>Ichiro Sato</bdi> <bdi>&lt;staff@hall.example&gt;</bdi>",
        "The hall asked for it.\nPlease be quick.",
        '山田 花</bdi> <bdi>&lt;hana@gmail.com&gt;</bdi> <span class="badge badge-warn">outside</span>',
        'Kei Mori</bdi> <bdi>&lt;mori@hall.example&gt;</bdi> <span class="badge badge-quiet">colleague</span>',
        'To – 3 recipients <small class="quiet">(2 outside people, 1 colleague)</small>',
        "Cc – 1 recipient",
        "mailing list</span>",
        "If it is sent like this, 3 people would each learn 2 addresses.",
        "It would go to 3 outsiders. Ask somebody else to check it.",
        "map.pdf",
        "Atesaki keeps neither the text nor",
        "Answer by",
    ):
        assert shown in page
    looks = server.admin.get("/v1/journal", params={"kind": "personal_data.viewed"}).json()["records"]
    assert looks[0]["body"]["purpose"] == "Second check"


def test_the_page_speaks_japanese(server: Server, subject: str) -> None:
    """Reasons, numbers and buttons too, though the sender's mail program spoke English."""
    decision = asked(server, subject=subject)
    with server.visitor("checker", email="ben@hall.example", language="ja") as checker:
        page = checker.get(f"/checks/{decision}").text.replace("\u00a0", " ")
        refused = checker.post(f"/checks/{decision}", {"answer": "declined", "comment": " "}).text
    assert "外部の 2 人へ届きます。ほかの人に確認を頼んでください。" in page
    assert "このまま送ると、2 人がそれぞれ 1 件のアドレスを知ることになります。" in page
    assert page.index("送ってよい</button>") < page.index("まだ送らない</button>")
    assert "直してほしいところを書いてください。" in refused


def test_what_waits_is_listed_oldest_first_and_what_was_answered_below(
    server: Server, checker: Visitor, subject: str
) -> None:
    """With who asked, and what became of it; looking at the list is recorded, since it names people."""
    older, newer = asked(server, subject=f"{subject} a"), asked(server, subject=f"{subject} b")
    page = checker.get("/checks").text
    assert page.index(older) < page.index(newer)
    checker.post(f"/checks/{older}", {"answer": "granted"})
    page = checker.get("/checks").text
    waiting, answered = page.split('id="answered"')
    assert (newer in waiting, older in waiting, older in answered) == (True, False, True)
    row = answered.partition(f"{subject} a</bdi></a>")[2].partition("</tr>")[0]
    assert all(shown in row for shown in (SENDER, ">3<", "May be sent</span><br><small>until "))
    with server.visitor("auditor") as auditor:
        assert "The list of second checks</td><td>Second check</td>" in auditor.get("/journal/looks").text


def test_nobody_is_called_a_colleague_by_domains_that_were_declared_later(
    server: Server, checker: Visitor, subject: str
) -> None:
    """Only numbers were recorded of who is outside: where today's domains give others, the numbers alone are shown."""
    decision = asked(server, subject=subject)
    organization = server.admin.get("/v1/organization").json()["organization"]
    changed = {**organization, "partner_domains": ["docomo.ne.jp"]}
    server.admin.put("/v1/organization", json=changed).raise_for_status()
    try:
        page = checker.get(f"/checks/{decision}").text
    finally:
        server.admin.put("/v1/organization", json=organization).raise_for_status()
    assert "(2 outside people, 1 colleague)" in page
    assert "outside</span>" not in page
    assert "outside</span>" in checker.get(f"/checks/{decision}").text


def test_a_list_that_could_not_be_read_in_full_is_said_to_be_so(server: Server, checker: Visitor, subject: str) -> None:
    """And an invitation is called one, with its attendees."""
    decision = asked(server, subject=subject, truncated=["to"], item="appointment")
    page = checker.get(f"/checks/{decision}").text
    for shown in ("May this meeting be sent?", "Required attendees – 3", "could not read all recipients"):
        assert shown in page


def test_no_name_hides_how_a_file_or_an_address_is_written(server: Server, checker: Visitor, subject: str) -> None:
    """Right-to-left marks would show `fdp.exe` as `exe.pdf`; those of a person's name end with it."""
    to = [{"address": "hana@gmail.com", "name": "\u202eHana"}]
    decision = asked(server, subject=subject, to=to, attachments=[{"name": "\u202efdp.exe"}])
    page = checker.get(f"/checks/{decision}").text
    assert "<li><bdi>fdp.exe</bdi></li>" in page
    assert "<bdi>\u202eHana</bdi> <bdi>&lt;hana@gmail.com&gt;</bdi>" in page


def test_whom_nobody_sees_is_said_to_be_seen_by_nobody(server: Server, checker: Visitor, subject: str) -> None:
    """In Bcc the same people learn nothing, and there is no number to weigh."""
    page = checker.get(f"/checks/{asked(server, subject=subject, to=[], bcc=TO)}").text
    assert "<p>Nobody would learn the address of somebody they don't know.</p>" in page
    assert "Bcc – 3 recipients" in page


def test_a_mail_to_many_is_shown_whole(server: Server, checker: Visitor, subject: str) -> None:
    """Nobody is hidden behind a number."""
    to = [{"address": f"v{number:03}@gmail.com"} for number in range(500)]
    page = checker.get(f"/checks/{asked(server, subject=subject, to=to)}").text
    assert (page.count("@gmail.com&gt;"), "500 recipients" in page) == (500, True)


def test_a_link_leads_past_the_sign_in_to_the_check(server: Server, subject: str) -> None:
    """It is handed on by chat, to somebody who is not signed in."""
    decision = asked(server, subject=subject)
    browser = Browser(server)
    become_admin(browser, server)
    browser.cookies.clear()
    link = urlsplit(standing(server, decision)["url"]).path.removeprefix("/console")
    entrance = browser.get(link).headers["location"].removeprefix("/console")
    assert "Password" in browser.get(entrance).text
    following = re.search(r'name="next" value="([^"]+)"', browser.shown)
    assert following
    led = browser.post("/sign-in", address=HANAKO, password=PASSWORD, next=following[1]).headers["location"]
    assert "May this mail be sent?" in browser.get(led.removeprefix("/console")).text
    browser.close()


def test_a_check_that_nobody_asked_for_is_not_there(server: Server, checker: Visitor, subject: str) -> None:
    """A mistyped link, and a mail that is held but was never asked for."""
    for decision in ("7", held(server, subject=subject)["decision_id"]):
        answer = checker.get(f"/checks/{decision}")
        assert (answer.status_code, "Nobody asked for a second check" in answer.text) == (404, True)


def test_other_roles_do_not_check(server: Server, subject: str) -> None:
    """Neither page nor form; whoever was handed the link reads who can. Auditors read the journal."""
    decision = asked(server, subject=subject)
    with server.visitor("auditor", "roster_owner") as other:
        assert {other.get(path).status_code for path in ("/checks", f"/checks/{decision}")} == {403}
        assert "Tell them to hand it on to a checker" in other.get(f"/checks/{decision}").text
        assert "hand it on" not in other.get("/policies").text
        assert other.post(f"/checks/{decision}", {"answer": "granted"}).status_code == 403
    assert standing(server, decision)["state"] == "waiting"
