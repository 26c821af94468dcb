"""The page Try it: what it asks, what it says, and what it refuses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from starlette.testclient import TestClient
from tests.console.desk import KEY, Desk, desk_app

from atesaki.identity.errors import RateLimited
from atesaki.judgement.errors import AtesakiError

HERE = "http://testserver"
VOLUNTEERS = ", ".join(f"山田 {n} <v{n:02}@gmail.com>" for n in range(26))


@contextmanager
def _visitor(desk: Desk | None = None) -> Iterator[TestClient]:
    with TestClient(desk_app(desk or Desk()), headers={"accept-language": "ja"}) as client:
        yield client


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _form(**fields: str) -> dict[str, str]:
    return {"sender": "staff@hall.example", **fields}


def test_the_page_is_an_empty_form_until_something_is_asked() -> None:
    """Opening the page judges nothing and records nothing."""
    desk = Desk()
    with _visitor(desk) as client:
        page = client.get("/")
    assert (page.status_code, desk.asked) == (200, [])
    assert 'action="./?lang=ja#answer"' in page.text


@pytest.mark.parametrize(
    ("lang", "headline", "fix", "after"),
    [
        (
            "ja",
            "このまま送ると、26 人がそれぞれ 25 件のアドレスを知ることになります。",
            "26 件の宛先を BCC に移してください。",
            "送信できます",
        ),
        (
            "en",
            "If you send this now, 26 people would each learn 25 addresses.",
            "Move these 26 recipients to Bcc.",
            "Can be sent",
        ),
    ],
)
def test_the_founding_incident_is_stopped_and_mended(lang: str, headline: str, fix: str, after: str) -> None:
    """The page says what would happen, how to mend it, and that the mended message may go."""
    desk = Desk()
    with _visitor(desk) as client:
        text = _text(client.post(f"/?lang={lang}", data=_form(to=VOLUNTEERS)).text)
    assert [part in text for part in (headline, fix, after)] == [True, True, True]
    assert [len(request.message.bcc) for request, _, _ in desk.asked] == [0, 26]


def test_the_mended_message_is_really_judged_again() -> None:
    """The second answer comes from a second check, of the message with exactly the outsiders in Bcc."""
    desk = Desk()
    with _visitor(desk) as client:
        client.post("/", data=_form(to=f"{VOLUNTEERS}, colleague@hall.example"))
    mended = desk.asked[1][0].message
    assert [found.address for found in mended.to] == ["colleague@hall.example"]
    assert (len(mended.bcc), mended.bcc[0].name) == (26, "山田 0")


def test_a_sensitive_roster_is_mended_by_separate_mails() -> None:
    """The first of the separate mails is judged again, alone with its recipient."""
    desk = Desk()
    with _visitor(desk) as client:
        client.get("/", params={"key": KEY})
        client.post("/?lang=en", data=_form(to="parent1@x.jp", cc="colleague@hall.example"))
    message = desk.asked[1][0].message
    assert ([found.address for found in message.to], message.cc, message.bcc) == (["parent1@x.jp"], (), ())


def test_without_a_key_nothing_is_told_about_rosters_and_people() -> None:
    """The check runs without them, and the page says so."""
    desk = Desk()
    with _visitor(desk) as client:
        text = _text(client.post("/?lang=en", data=_form(to="parent1@x.jp")).text)
    assert [about_people for _, _, about_people in desk.asked] == [False]
    assert "were not consulted" in text
    assert "parents" not in text


def test_a_valid_key_opens_rosters_and_people_and_leaves_the_address_bar() -> None:
    """The key goes into a cookie that no script and no other site can use."""
    desk = Desk()
    with _visitor(desk) as client:
        opened = client.get("/", params={"key": KEY, "lang": "en"}, follow_redirects=False)
        text = _text(client.post("/?lang=en", data=_form(to="parent1@x.jp")).text)
    cookie = opened.headers["set-cookie"]
    assert (opened.status_code, opened.headers["location"]) == (303, "./?lang=en")
    assert all(flag in cookie for flag in ("HttpOnly", "SameSite=strict", "Max-Age=43200"))
    assert opened.headers["referrer-policy"] == "no-referrer"
    assert desk.asked[0][2] is True
    assert "Somebody on “parents” is among the recipients." in text


def test_a_wrong_key_opens_nothing() -> None:
    """The visitor is told, and no cookie is set."""
    with _visitor() as client:
        refused = client.post("/admission?lang=en", data={"key": "wrong"})
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    assert "This key is not known." in _text(refused.text)


def test_behind_a_wrong_key_the_form_and_the_links_still_work() -> None:
    """The page that says so stands at another address; nothing typed in it goes there."""
    with _visitor() as client:
        page = client.post("/admission?lang=en", data={"key": "wrong"})
        targets = set(re.findall(r'(?:action|href)="([^"#]*\?lang=[^"#]*)', page.text))
        links = set(re.findall(r'<a [^>]*href="([^"#]+)"', page.text))
        assert targets == {"./?lang=en", "./?lang=ja", "admission?lang=en"}
        assert [client.get(str(page.url.join(link))).status_code for link in links] == [200, 200]


def test_the_other_language_keeps_what_could_not_be_checked() -> None:
    """Whoever can't read why the form was refused changes the language and loses nothing."""
    with _visitor() as client:
        page = client.post("/?lang=en", data={"to": "v01@gmail.com"})
        form = re.search(r'<form method="post" action="./\?lang=ja#answer"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert 'name="to" value="v01@gmail.com"' in (form[1] if form else "")


def test_a_typed_key_opens_as_the_link_does() -> None:
    """The form for the key leads back to the page, now with the cookie."""
    with _visitor() as client:
        page = client.post("/admission?lang=en", data={"key": f" {KEY} "})
    assert (page.status_code, "are consulted" in _text(page.text)) == (200, True)


@pytest.mark.parametrize("path", ["/", "/admission"])
@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_a_post_from_another_site_is_refused(path: str, headers: dict[str, str]) -> None:
    """No page elsewhere can make a visitor's browser ask or sign in."""
    desk = Desk()
    with _visitor(desk) as client:
        answer = client.post(path, data=_form(to="a@x.jp", key=KEY), headers=headers)
    assert (answer.status_code, desk.asked) == (403, [])


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": HERE}, {}])
def test_a_post_from_the_page_itself_is_answered(headers: dict[str, str]) -> None:
    """Browsers of all ages and plain clients get their answer."""
    with _visitor() as client:
        assert client.post("/", data=_form(to="a@x.jp"), headers=headers).status_code == 200


PROBLEMS = {
    "no sender": ({"sender": "", "to": "a@x.jp"}, "sender", "Please enter the address that the mail comes from."),
    "two senders": ({"sender": "a@x.jp, b@x.jp"}, "sender", "Please enter one complete address"),
    "an unreadable sender": ({"sender": "nobody"}, "sender", "Please enter one complete address"),
    "too many recipients": (
        {"sender": "a@x.jp", "cc": ",".join(f"{n}@x.jp" for n in range(10_001))},
        "to",
        "more than 10,000",
    ),
    "an endless address": ({"sender": "a@x.jp", "bcc": "a" * 2_000}, "bcc", "characters that a mail cannot have"),
    "a NUL in the text": ({"sender": "a@x.jp", "body": "a\x00b"}, "body", "characters that a mail cannot have"),
}


@pytest.mark.parametrize(("fields", "field", "sentence"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_form_that_cannot_be_judged_says_what_to_mend(fields: dict[str, str], field: str, sentence: str) -> None:
    """The sentence stands at its field, which has the focus, and nothing was judged."""
    desk = Desk()
    with _visitor(desk) as client:
        page = client.post("/?lang=en", files={name: (None, text) for name, text in fields.items()})
    assert (page.status_code, desk.asked) == (422, [])
    assert sentence in _text(page.text)
    assert re.search(
        rf'id="{field}"[^>]*aria-describedby="{field}-problem[^>]*aria-invalid="true" autofocus', page.text
    )


def test_an_address_nobody_can_read_is_judged_not_refused() -> None:
    """A half-typed recipient is kept and warns, as in the API."""
    with _visitor() as client:
        page = client.post("/?lang=en", data=_form(to="a@x.jp; tanaka"))
    assert (page.status_code, "cannot be read (tanaka)" in _text(page.text)) == (200, True)


def test_a_dropped_mail_takes_the_place_of_the_form_and_fills_it() -> None:
    """Its recipients are judged and stand in the form afterwards, ready to be changed."""
    mail = b'From: staff@hall.example\r\nTo: "C, D" <c@z.org>\r\nBcc: e@z.org\r\nIn-Reply-To: <1@x>\r\n\r\nhello'
    desk = Desk()
    with _visitor(desk) as client:
        page = client.post("/?lang=en", data=_form(to="a@x.jp"), files={"mail": ("mail.eml", mail)})
    message = desk.asked[0][0].message
    assert [(found.address, found.name) for found in message.to] == [("c@z.org", "C, D")]
    assert (message.bcc[0].address, message.thread.kind) == ("e@z.org", "reply")
    assert "&#34;C, D&#34; &lt;c@z.org&gt;</textarea>" in page.text


def test_a_file_that_is_no_mail_is_refused_at_its_field() -> None:
    """The visitor is told how to save a mail."""
    with _visitor() as client:
        page = client.post("/?lang=en", data=_form(), files={"mail": ("x.png", b"\x89PNG")})
    assert (page.status_code, "This file is not a mail." in _text(page.text)) == (422, True)


@pytest.mark.parametrize(("size", "status"), [(3 << 20, 200), (26 << 20, 422)], ids=["3 MB", "26 MB"])
def test_a_mail_may_be_as_large_as_mails_are(size: int, status: int) -> None:
    """Attachments don't make a mail unreadable; beyond 25 MB the visitor is told what to do."""
    mail = b"From: a@x.jp\nTo: b@x.jp\n\n" + b"x" * size
    with _visitor() as client:
        page = client.post("/?lang=en", files={"mail": ("mail.eml", mail)})
    assert (page.status_code, "larger than 25 MB" in _text(page.text)) == (status, status == 422)


TROUBLES = {
    "too often": (RateLimited("Too many.", scope="sender", retry_after=3), 429, "Too many checks"),
    "not recorded": (type("Unavailable", (AtesakiError,), {"status": 503})("Disk."), 503, "could not be recorded"),
    "refused": (AtesakiError("No."), 400, "The check was refused."),
}


@pytest.mark.parametrize(("error", "status", "sentence"), TROUBLES.values(), ids=TROUBLES)
def test_a_check_that_fails_is_told_as_such_and_keeps_the_form(error: AtesakiError, status: int, sentence: str) -> None:
    """No answer is shown that was not given, and what was typed is not lost."""
    with _visitor(Desk(broken=error)) as client:
        page = client.post("/?lang=en", data=_form(to="a@x.jp"))
    assert page.status_code == status
    assert sentence in _text(page.text)
    assert "a@x.jp</textarea>" in page.text


def test_nothing_from_the_message_becomes_html() -> None:
    """Markup in names, subjects, texts and file names stays text."""
    evil = "<script>alert(1)</script>"
    fields = _form(to=f'"{evil}" <a@x.jp>, b@x.jp', subject=evil, body=evil, attachments=evil, thread=evil)
    with _visitor() as client:
        html = client.post("/", data=fields).text
    assert evil not in html
    assert html.count("<script") == html.count('<script src="static/') == 2


def test_every_page_carries_the_strict_headers() -> None:
    """Nothing inline runs and no address stays in a cache."""
    with _visitor() as client:
        pages = [client.get("/"), client.post("/", data=_form(to="a@x.jp")), client.post("/", data={})]
    for page in pages:
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert not re.search(r"\sstyle=|\son\w+=|<style", page.text)


def test_simulated_rules_are_shown_only_to_administrators() -> None:
    """A rule on trial changes neither the answer nor its reasons, and stands in the folded table."""
    with _visitor() as client:
        text = _text(client.post("/?lang=en", data=_form(to="a@x.jp", subject="trial")).text)
    answer, rules = text.split("For administrators")
    assert ("On trial." in answer, "visible.tried_out warn only recorded" in rules) == (False, True)


@pytest.mark.parametrize("example", ["volunteers_in_to", "volunteers_in_bcc", "committee", "one_outsider"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_example_can_be_opened_and_checked(example: str, lang: str) -> None:
    """The examples are real messages, by link as a filled form and by button as an answer."""
    desk = Desk()
    with _visitor(desk) as client:
        opened = client.get("/", params={"example": example, "lang": lang})
        checked = client.post(f"/?lang={lang}", data={"example": example})
    assert (opened.status_code, checked.status_code) == (200, 200)
    assert "hall.example" in opened.text
    assert desk.asked[0][0].message.sender.address == "staff@hall.example"


def test_the_check_is_recorded_as_what_it_is() -> None:
    """The journal can tell a check of this page from one of a mail client."""
    desk = Desk()
    with _visitor(desk) as client:
        client.post("/?lang=en", data=_form(to="a@x.jp"))
    request, caller, _ = desk.asked[0]
    assert (request.client.app, request.client.platform, request.locale) == ("api", "try-it", "en")
    assert caller.key == "try-it"


def test_the_stylesheet_and_the_scripts_are_served_by_us() -> None:
    """Every file that a page names exists."""
    with _visitor() as client:
        names = set(re.findall(r'(?:href|src)="(static/[^"]+)"', client.get("/").text))
        assert {client.get(f"/{name}").status_code for name in names} == {200}
    assert len(names) == 4
